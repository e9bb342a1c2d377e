import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withPublishLock } from './publish-lock.ts';

const folder = mkdtempSync(join(tmpdir(), 'lock-'));
const bundle = join(folder, 'holder.mjs');
afterAll(() => rmSync(folder, { recursive: true }));

/** Takes the lock, notes that it is in, works a while, notes that it is out; or dies within. */
const HOLDER = `
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { withPublishLock } from '#shell/publish-lock.ts';
const [store, log, ms] = process.argv.slice(2);
await withPublishLock(store, async () => {
  appendFileSync(log, 'in\\n');
  await sleep(Number(ms));
  if (process.env.DIE) process.kill(process.pid, 'SIGKILL');
  appendFileSync(log, 'out\\n');
});
`;

beforeAll(async () => {
  const root = resolve(import.meta.dirname, '../..');
  const stdin = { contents: HOLDER, resolveDir: root, loader: 'ts' } as const;
  await build({
    absWorkingDir: root,
    stdin,
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: bundle,
    logLevel: 'error',
  });
});

function holder(store: string, log: string, ms: number, env = {}): Promise<number | null> {
  const child = spawn(process.execPath, [bundle, store, log, String(ms)], { env: { PATH: process.env.PATH, ...env } });
  return new Promise((done) => child.once('close', done));
}

test('of publishers started at once one works at a time, and nothing is left behind', async () => {
  const store = mkdtempSync(join(folder, 'store-'));
  const log = join(folder, 'log');
  writeFileSync(log, '');
  const codes = await Promise.all(Array.from({ length: 6 }, () => holder(store, log, 60)));
  expect(codes).toEqual([0, 0, 0, 0, 0, 0]);
  expect(readFileSync(log, 'utf8')).toBe('in\nout\n'.repeat(6));
  expect(readdirSync(store)).toEqual([]);
});

test('the lock of a killed publisher is taken over by one of those who wait; a living one is waited for', async () => {
  const store = mkdtempSync(join(folder, 'store-'));
  const log = join(folder, 'killed');
  writeFileSync(log, '');
  await holder(store, log, 0, { DIE: '1' });
  expect(readdirSync(store)).toEqual(['publish.lock']);
  expect(await Promise.all([1, 2, 3].map(() => holder(store, log, 40)))).toEqual([0, 0, 0]);
  expect(readFileSync(log, 'utf8')).toBe(`in\n${'in\nout\n'.repeat(3)}`);
  await withPublishLock(store, () =>
    expect(withPublishLock(store, async () => {}, 150)).rejects.toMatchObject({ code: 'PUBLISH_BUSY' }),
  );
});
