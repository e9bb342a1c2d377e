import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import type { PublishOrder } from './publish-once.ts';

/** Loaded before the publisher: kills the process, as a power cut would, right before its Nth change of the file system. */
const DEATH = `
import fs from 'node:fs/promises';
import { appendFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
let left = Number(process.env.DIE_BEFORE);
for (const name of ['rename', 'symlink']) {
  const real = fs[name];
  fs[name] = async (...args) => {
    if (args.some((path) => String(path).includes('/store'))) {
      if (left-- === 0) process.kill(process.pid, 'SIGKILL');
      appendFileSync(process.env.LOG, name + ' ' + args[1] + '\\n');
    }
    return real(...args);
  };
}
syncBuiltinESMExports();
`;

/** A publisher that can be told after how many changes it dies. */
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

  /** @returns the changes it made, in order, and whether it was killed before another one */
  return async (order: PublishOrder, dieBefore = Number.POSITIVE_INFINITY) => {
    const [log, tmp] = [join(folder, 'changes.log'), join(folder, 'tmp')];
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
    return { killed, changes: readFileSync(log, 'utf8').trim().split('\n') };
  };
}
