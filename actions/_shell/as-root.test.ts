import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleInto } from '#scripts/bundling.mjs';

/**
 * A process of its own that has given up being root. What becomes root is a stand-in below its PATH that says how it was
 * asked; the real one was tried by hand (actions/_shell/environment/README.md, "Machines").
 */
const folder = mkdtempSync(join(tmpdir(), 'as-root-'));
const program = join(folder, 'main.cjs');
const ACTION = `
import { runAsRoot } from '${resolve(import.meta.dirname, 'as-root.ts')}';
process.setuid(Number(process.env.AS));
void runAsRoot(async () => console.log('the action itself'));
`;
const SUDO = `#!/bin/sh
[ "$*" != "-n true" ] || exit "$REFUSES"
printf '%s\\n' "$@" "token: $INPUT_TOKEN"
exit 7
`;

beforeAll(async () => {
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin/sudo'), SUDO, { mode: 0o755 });
  const entryPoints = [{ in: join(folder, 'main.ts'), out: 'main' }];
  writeFileSync(join(folder, 'main.ts'), ACTION);
  await bundleInto({ entryPoints, outdir: folder, outExtension: { '.js': '.cjs' }, logLevel: 'error' });
});
afterAll(() => rmSync(folder, { recursive: true }));

async function run(as: number, { path = `${folder}/bin:/usr/bin:/bin`, refuses = 0, more = {} } = {}) {
  const env = { PATH: path, AS: String(as), REFUSES: String(refuses), INPUT_TOKEN: 'kept', ...more };
  const child = spawn(process.execPath, [program, 'word'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const code = await new Promise<number | null>((ended) => child.on('close', ended));
  return { code, said: said.trim().split('\n') };
}

test('who may become root begins once more as root, with the same words and environment, and ends as that ends', async () => {
  expect(await run(65_534)).toEqual({
    code: 7,
    said: ['-n', '--preserve-env', '--', process.execPath, program, 'word', 'token: kept'],
  });
});

test('what it leaves in the folder of the job belongs to the runner again', async () => {
  const { code, said } = await run(65_534, { more: { RUNNER_TEMP: '/nowhere/temp' } });
  expect(code).toBe(7);
  expect(said.slice(7)).toEqual([
    ...['-n', 'chown', '--recursive', '--no-dereference', '65534:0', '--', '/nowhere/temp', 'token: kept'],
  ]);
});

test('root goes on as it is, and so does who may not become root, or has no way to', async () => {
  const itself = { code: 0, said: ['the action itself'] };
  expect(await run(0)).toEqual(itself);
  expect(await run(65_534, { refuses: 1 })).toEqual(itself);
  expect(await run(65_534, { path: '/nowhere' })).toEqual(itself);
});
