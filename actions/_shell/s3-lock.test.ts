import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { publish } from './publish.ts';
import { checkPublished } from './publish-check.ts';
import { type Bucket, openBucket } from './s3-bucket.ts';
import { LOCK_KEY, type Waiting, withBucketLock } from './s3-lock.ts';
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
/** Nobody is held to be dead because this machine, on which all of them work, was busy for a while. */
const fast = { beat: 100, silent: 60_000, patience: 25_000 };
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

/** A publisher that holds the lock until it is told to end. */
async function holder(bucket: Bucket, how: Partial<Waiting>, ended: () => void) {
  let [end, done] = [() => {}, Promise.resolve()];
  const told = new Promise<void>((tell) => {
    end = tell;
  });
  await new Promise<void>((begun) => {
    const work = () => {
      begun();
      return told.then(ended);
    };
    done = withBucketLock(bucket, work, { ...fast, ...how, warn: never });
    done.catch(() => {});
  });
  return { end, done };
}

test('a living one is waited for, however long it works; a dead one is taken over, and learns of it', async () => {
  const bucket = openBucket(servers[0].place('dead'));
  const log: string[] = [];
  const note = (word: string) => async () => void log.push(word);
  const long = await holder(bucket, {}, () => void log.push('long'));
  await expect(withBucketLock(bucket, note('no'), { ...fast, patience: 300, warn: never })).rejects.toMatchObject({ code: 'PUBLISH_BUSY' }); // biome-ignore format: one thought
  const next = withBucketLock(bucket, note('next'), { ...fast, warn: never });
  await sleep(500);
  expect(log).toEqual([]);
  long.end();
  await Promise.all([long.done, next]);
  expect(log).toEqual(['long', 'next']);

  const mute = await holder(bucket, { beat: 600_000 }, () => {});
  await withBucketLock(bucket, note('taken over'), { ...fast, silent: 1000, warn: never });
  expect(log.at(-1)).toBe('taken over');
  mute.end();
  await expect(mute.done).rejects.toMatchObject({ code: 'PUBLISH_BUSY' });
}, 30_000);

test('a lock that cannot be read is being written: it is waited for, and is a dead one’s only after long', async () => {
  const bucket = openBucket(servers[0].place('unread'));
  await bucket.put(LOCK_KEY, '', { cacheControl: 'no-store', contentType: 'application/json' });
  const asked = (how: Partial<Waiting>) => withBucketLock(bucket, async () => 'in', { ...fast, ...how, warn: never });
  await expect(asked({ patience: 300 })).rejects.toMatchObject({ code: 'PUBLISH_BUSY' });
  expect(await asked({ silent: 500 })).toBe('in');
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
