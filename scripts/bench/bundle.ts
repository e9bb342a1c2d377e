import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleInto } from '../bundling.mjs';

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
  const entryPoints = [{ in: `scripts/bench/child/${name}.ts`, out: name }];
  await bundleInto({ entryPoints, outdir: folder, logLevel: 'error', outExtension: { '.js': '.cjs' } });
  return join(folder, `${name}.cjs`);
}
