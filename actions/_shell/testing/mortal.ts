import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import type { PublishOrder } from './publish-once.ts';

/**
 * Loaded before the publisher: kills the process, as a power cut would, at its Nth step. A rename, a link and a signature
 * are not begun; of a file half is written.
 */
const DEATH = `
import childProcess from 'node:child_process';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
const { appendFileSync, openSync, writeFileSync } = { ...fs };
let left = Number(process.env.DIE_BEFORE);
const die = () => process.kill(process.pid, 'SIGKILL');
/** @returns is this the last one? */
const step = (kind, path) => {
  if (left-- === 0) return true;
  appendFileSync(process.env.LOG, kind + ' ' + path + '\\n');
  return false;
};
const served = (path) => String(path).includes('/store');
for (const name of ['renameSync', 'symlinkSync']) {
  const real = fs[name];
  fs[name] = (...args) => {
    if (args.some(served) && step(name.replace('Sync', ''), args[1])) die();
    return real(...args);
  };
}
const names = new Map();
fs.openSync = (path, ...rest) => {
  const file = openSync(path, ...rest);
  names.set(file, String(path));
  return file;
};
fs.writeFileSync = (file, bytes, ...rest) => {
  const path = names.get(file) ?? file;
  if (!served(path) || !step('write', path)) return writeFileSync(file, bytes, ...rest);
  const whole = Buffer.from(bytes);
  writeFileSync(file, whole.subarray(0, whole.length / 2), ...rest);
  die();
};
const { spawn } = childProcess;
childProcess.spawn = (program, args, ...rest) => {
  const how = args.find((one) => ['--clearsign', '--detach-sign'].includes(one));
  if (program === 'gpg' && how !== undefined && step('sign', how)) die();
  return spawn(program, args, ...rest);
};
syncBuiltinESMExports();
`;

/** A publisher that can be told after how many steps it dies. */
export async function mortalPublisher(folder: string) {
  const root = resolve(import.meta.dirname, '../../..');
  const [outfile, death] = [join(folder, 'publish-once.mjs'), join(folder, 'death.mjs')];
  const js =
    "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";
  const options = { bundle: true, format: 'esm', platform: 'node', target: 'node20', logLevel: 'error' } as const;
  await build({
    ...options,
    absWorkingDir: root,
    entryPoints: ['actions/_shell/testing/publish-once.ts'],
    outfile,
    banner: { js },
  });
  writeFileSync(death, DEATH);

  /** @returns the steps it took, in order, and whether it was killed at another one */
  return async (order: PublishOrder, dieBefore = Number.POSITIVE_INFINITY) => {
    const [log, tmp] = [join(folder, 'steps.log'), join(folder, 'tmp')];
    writeFileSync(log, '');
    mkdirSync(tmp, { recursive: true });
    const env = { PATH: process.env.PATH ?? '', HOME: folder, TMPDIR: tmp, DIE_BEFORE: String(dieBefore), LOG: log };
    const child = spawn(process.execPath, ['--import', death, outfile], { env, stdio: ['pipe', 'inherit', 'inherit'] });
    child.stdin.end(JSON.stringify(order));
    const killed = await new Promise<boolean>((done, fail) =>
      child.on('close', (code, signal) =>
        code === 0 || signal === 'SIGKILL' ? done(signal !== null) : fail(new Error(`exit ${code}`)),
      ),
    );
    return { killed, steps: readFileSync(log, 'utf8').trim().split('\n') };
  };
}
