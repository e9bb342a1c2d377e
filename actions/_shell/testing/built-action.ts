import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { bundleInto } from '#scripts/bundling.mjs';

const root = resolve(import.meta.dirname, '../../..');

export interface Outcome {
  readonly code: number;
  readonly log: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
}

/** Bundles one action as scripts/build.mjs does, into `folder`. @returns path of the bundle */
export async function buildAction(name: string, folder: string): Promise<string> {
  const entryPoints = [{ in: `actions/${name}/main.ts`, out: name }];
  await bundleInto({ entryPoints, outdir: folder, outExtension: { '.js': '.cjs' }, logLevel: 'error' });
  return join(folder, `${name}.cjs`);
}

/**
 * Runs a bundle from outside, as a runner does: inputs with the defaults of its action.yml, output and summary files, the
 * environment given and nothing else of ours. What it leaves lies beside the bundle, for whoever reads it, and goes with it.
 */
export async function runBuilt(
  name: string,
  bundle: string,
  inputs: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string>>,
): Promise<Outcome> {
  const action = parse(readFileSync(join(root, 'actions', name, 'action.yml'), 'utf8')) as {
    inputs: Record<string, { default?: string }>;
  };
  const values = Object.entries(action.inputs).map(([input, { default: preset = '' }]) => [
    `INPUT_${input.toUpperCase()}`,
    inputs[input] ?? preset,
  ]);
  const folder = mkdtempSync(join(dirname(bundle), 'run-'));
  const [output, summary] = [join(folder, 'output'), join(folder, 'summary')];
  for (const file of [output, summary]) writeFileSync(file, '');
  const { PATH = '', HOME = '' } = process.env;
  const files = { RUNNER_TEMP: folder, GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: summary };
  const child = spawn(process.execPath, [bundle], {
    env: { PATH, HOME, ...files, ...environment, ...Object.fromEntries(values) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  const keep = (text: string) => {
    log += text;
  };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', keep);
  const code = await new Promise<number>((ended) => child.on('close', (status) => ended(status ?? 1)));
  const written = readFileSync(output, 'utf8').matchAll(/^([\w-]+)<<(\S+)\n([\s\S]*?)\n\2$/gm);
  const outputs = Object.fromEntries([...written].map(([, key = '', , value = '']) => [key, value]));
  return { code, log, outputs, summary: readFileSync(summary, 'utf8') };
}
