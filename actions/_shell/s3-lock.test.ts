import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { publish } from './publish.ts';
import { checkPublished } from './publish-check.ts';
import { openBucket } from './s3-bucket.ts';
import { LOCK_KEY, withBucketLock } from './s3-lock.ts';
import { openStores } from './stores.ts';
import { publishingSite } from './testing/publishing.ts';
import { s3Server } from './testing/s3-server.ts';

const { folder, openShop, shut } = await publishingSite();
const [strict, plain] = ['strict', 'plain'].map((name) => join(folder, name)) as [string, string];
for (const name of [strict, plain]) mkdirSync(name);
const servers = [
  await s3Server(strict, 'repositories', { conditions: true }),
  await s3Server(plain, 'repositories'),
] as const;
afterAll(async () => {
  for (const server of servers) await server.close();
  await shut();
});
const fast = { beat: 100, silent: 2000, patience: 20_000 };
const never = (sentence: string) => expect(sentence).toBe('');

test('of publishers started at once one works at a time', async () => {
  const log: string[] = [];
  const work = async () => {
    log.push('in');
    await sleep(60);
    log.push('out');
  };
  const place = servers[0].place('at-once');
  await Promise.all([1, 2, 3, 4, 5].map(() => withBucketLock(openBucket(place), work, { ...fast, warn: never })));
  expect(log.join(' ')).toBe('in out '.repeat(5).trim());
}, 30_000);

test('a living one is waited for, however long it works; a dead one is taken over, and learns of it', async () => {
  const bucket = openBucket(servers[0].place('dead'));
  const log: string[] = [];
  const at = async (ms: number, begun: () => void) => {
    begun();
    await sleep(ms);
    log.push('long');
  };
  /** Resolves when the work has begun, and so the lock is held. */
  const holding = async (ms: number, beat: number) => {
    let done: Promise<void> = Promise.resolve();
    await new Promise<void>((begun) => {
      done = withBucketLock(bucket, () => at(ms, begun), { ...fast, beat, warn: never });
      done.catch(() => {});
    });
    return { done };
  };
  const long = await holding(3000, fast.beat);
  await expect(withBucketLock(bucket, async () => {}, { ...fast, patience: 300, warn: never })).rejects.toMatchObject({ code: 'PUBLISH_BUSY' }); // biome-ignore format: one thought
  await withBucketLock(bucket, async () => void log.push('next'), { ...fast, warn: never });
  await long.done;
  expect(log).toEqual(['long', 'next']);

  // One that gives no sign of life any more: its beat is longer than the others' patience with the silent.
  const mute = await holding(4500, 4000);
  await withBucketLock(bucket, async () => void log.push('taken over'), { ...fast, warn: never });
  expect(log.at(-1)).toBe('taken over');
  await expect(mute.done).rejects.toMatchObject({ code: 'PUBLISH_BUSY' });
}, 30_000);

test('two publishers of one bucket: first one, then the other, and the second finds nothing left to do', async () => {
  const { publishing, first, pooled } = await openShop();
  const place = servers[0].place('two');
  const opened = [await openStores(place), await openStores(place)];
  const incoming = pooled.map(({ path, sha256, file, fragment: { format } }) => ({ path, sha256, file, format }));
  await opened[0]?.pool.addAll(incoming);
  const runs = opened.map((stores) =>
    stores.alone(() => publish(first, { ...publishing, ...stores, publicUrl: servers[0].url('two') }), never),
  );
  const changed = (await Promise.all(runs)).map((one) => one.changed.length);
  expect(changed.sort()).toEqual([0, 4]);
  const [stores] = opened;
  if (stores === undefined) throw new Error('not opened');
  expect(await checkPublished(first, { ...publishing, ...stores, publicUrl: servers[0].url('two') })).toEqual([]);
  expect((await openBucket(place).look(LOCK_KEY))?.bytes.toString()).toContain('"free":true');
  for (const one of opened) await one.close();
}, 30_000);

test('a server that heeds no conditions is found out, and said', async () => {
  const said: string[] = [];
  const done = await withBucketLock(openBucket(servers[1].place('x')), async () => 'done', { ...fast, warn: (one) => said.push(one) }); // biome-ignore format: one thought
  expect(done).toBe('done');
  expect(said).toEqual([expect.stringContaining('heeds no conditional writes')]);
}, 30_000);
