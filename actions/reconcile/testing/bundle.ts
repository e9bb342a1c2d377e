import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { load } from 'js-yaml';
import { bundleInto } from '#scripts/bundling.mjs';

const root = resolve(import.meta.dirname, '../../..');

export interface Outcome {
  readonly code: number;
  readonly log: string;
  readonly outputs: Readonly<Record<string, string>>;
}

/** The actions as they are shipped. */
export async function bundle(names: readonly string[], folder: string): Promise<void> {
  const entryPoints = names.map((name) => ({ in: `actions/${name}/main.ts`, out: name }));
  await bundleInto({ entryPoints, outdir: folder, outExtension: { '.js': '.cjs' }, logLevel: 'error' });
}

/** As a runner does: inputs with the defaults of action.yml, an output file, and nothing else of ours. */
export async function runBundle(
  folder: string,
  name: string,
  inputs: Readonly<Record<string, string>>,
  github: Readonly<Record<string, string>>,
): Promise<Outcome> {
  const action = load(readFileSync(join(root, 'actions', name, 'action.yml'), 'utf8')) as {
    inputs: Record<string, { default?: string }>;
  };
  const values = Object.entries(action.inputs).map(([input, { default: preset = '' }]) => [
    `INPUT_${input.toUpperCase()}`,
    inputs[input] ?? preset,
  ]);
  const output = join(mkdtempSync(join(tmpdir(), 'output-')), 'output');
  writeFileSync(output, '');
  const { PATH = '', HOME = '' } = process.env;
  const env = { PATH, HOME, GITHUB_OUTPUT: output, ...github, ...Object.fromEntries(values) };
  const child = spawn(process.execPath, [join(folder, `${name}.cjs`)], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  const keep = (text: string) => {
    log += text;
  };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', keep);
  const code = await new Promise<number>((ended) => child.on('close', (status) => ended(status ?? 1)));
  const outputs = readFileSync(output, 'utf8').matchAll(/^([\w-]+)<<(\S+)\n([\s\S]*?)\n\2$/gm);
  rmSync(resolve(output, '..'), { recursive: true });
  return { code, log, outputs: Object.fromEntries([...outputs].map(([, key, , value]) => [key, value])) };
}
