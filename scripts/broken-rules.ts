import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import fc from 'fast-check';
import type * as Script from '#core/rollout/testing/town/script.ts';
import { type BrokenRule, RULES } from './broken-rules-list.ts';

/**
 * `tsx scripts/broken-rules.ts [number of histories] [words of a rule]`: breaks each rule of the list once, in a bundle of
 * its own, and tells which history shows it. Exit 0 only if the histories see every one of them broken.
 */
const root = resolve(import.meta.dirname, '..');
const [count = '1500', words = ''] = process.argv.slice(2);

/** The histories with one rule broken. */
async function broken({ file, from, to }: BrokenRule, folder: string): Promise<typeof Script> {
  const outfile = join(folder, `${Math.random().toString(36).slice(2)}.mjs`);
  const path = join(root, 'actions/_core', file);
  const entry = join(root, 'actions/_core/rollout/testing/town/script.ts');
  await build({
    ...{ absWorkingDir: root, entryPoints: [entry], outfile, bundle: true, format: 'esm', platform: 'node' },
    logLevel: 'warning',
    plugins: [
      {
        name: 'broken',
        setup({ onLoad }) {
          onLoad({ filter: /\.ts$/ }, ({ path: at }) =>
            at === path ? { contents: readFileSync(at, 'utf8').replace(from, to), loader: 'ts' as const } : undefined,
          );
        },
      },
    ],
  });
  return (await import(pathToFileURL(outfile).href)) as typeof Script;
}

let unseen = 0;
const folder = mkdtempSync(join(tmpdir(), 'broken-'));
try {
  for (const rule of RULES.filter(({ says }) => says.includes(words))) {
    const { script, holds } = await broken(rule, folder);
    const { failed, numRuns, errorInstance } = fc.check(
      fc.property(script, (told) => holds(told)),
      {
        ...{ numRuns: Number(count), seed: 1, endOnFailure: true },
      },
    );
    const [said = ''] = errorInstance instanceof Error ? errorInstance.message.split('\n') : [];
    console.log(
      failed ? `seen     ${rule.says}\n         history ${numRuns}: ${said.slice(0, 160)}` : `NOT SEEN ${rule.says}`,
    );
    if (!failed) unseen++;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (unseen > 0)
  console.error(`${unseen} broken rules in ${relative('.', root) || '.'} were not seen in ${count} histories each.`);
process.exitCode = unseen > 0 ? 1 : 0;
