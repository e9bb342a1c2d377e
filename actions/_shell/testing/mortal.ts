import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleInto } from '#scripts/bundling.mjs';
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
  const [outfile, death] = [join(folder, 'publish-once.cjs'), join(folder, 'death.mjs')];
  const entryPoints = [{ in: 'actions/_shell/testing/publish-once.ts', out: 'publish-once' }];
  await bundleInto({ entryPoints, outdir: folder, outExtension: { '.js': '.cjs' }, logLevel: 'error' });
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
