import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const root = resolve(import.meta.dirname, '../..');
const built = new Map<string, Promise<string>>();

/** A child as the actions are: bundled, started by node alone. */
export function bundle(name: 'publish-once' | 'limit' | 'race-publisher'): Promise<string> {
  const known = built.get(name) ?? make(name);
  built.set(name, known);
  return known;
}

async function make(name: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-child-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const js =
    "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";
  await build({
    ...{ absWorkingDir: root, entryPoints: [{ in: `scripts/bench/child/${name}.ts`, out: name }], outdir: folder },
    ...{ bundle: true, splitting: true, format: 'esm', platform: 'node', target: 'node20', minify: true },
    ...{ logLevel: 'error', outExtension: { '.js': '.mjs' }, banner: { js } },
  });
  return join(folder, `${name}.mjs`);
}
