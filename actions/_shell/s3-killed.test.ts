import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { publish } from './publish.ts';
import { checkPublished } from './publish-check.ts';
import { type Bucket, openBucket } from './s3-bucket.ts';
import { s3Store } from './s3-store.ts';
import { openStores } from './stores.ts';
import { aptClient, dnfClient } from './testing/package-managers.ts';
import { publishingSite } from './testing/publishing.ts';
import { s3Server } from './testing/s3-server.ts';

const { folder, openShop, shut } = await publishingSite();
const disk = join(folder, 's3');
mkdirSync(disk);
const server = await s3Server(disk, 'umd-repositories');
afterAll(async () => {
  await server.close();
  await shut();
});

/** A bucket whose publisher dies at its Nth upload: that one and all later ones never come, and nobody hears of it. */
function mortal(bucket: Bucket, dieAt: number) {
  const uploads: string[] = [];
  let die = () => {};
  const dead = new Promise<'dead'>((done) => {
    die = () => done('dead');
  });
  const counted =
    <A extends readonly unknown[]>(real: (...args: A) => Promise<void>, keyOf: (...args: A) => string) =>
    (...args: A): Promise<void> => {
      // An InRelease that came within a second of the one before is put once more, so that it is dated later (s3-store.ts).
      if (uploads.at(-1) === keyOf(...args)) return real(...args);
      if (uploads.length >= dieAt) {
        die();
        return new Promise(() => {});
      }
      uploads.push(keyOf(...args));
      return real(...args);
    };
  const put = counted(bucket.put, (key) => key);
  const copy = counted(bucket.copy, (_, to) => to);
  return { store: s3Store({ ...bucket, put, copy }), uploads, dead };
}

/** Name and digest of every object below `pool/`: nothing there is ever lost or changed, and nothing comes by publishing. */
function poolDigests(): readonly string[] {
  const root = join(disk, 'umd-repositories/served/pool');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('_object'));
  const digest = (name: string) =>
    createHash('sha256')
      .update(readFileSync(join(root, name)))
      .digest('hex');
  return files.sort().map((name) => `${digest(name)} ${name}`);
}

test('killed at any upload to a bucket, it leaves each repository old or new, whole; running again completes it', async () => {
  const { publishing, first, second, pooled } = await openShop();
  const stores = await openStores(server.place('served'));
  await stores.pool.addAll(
    pooled.map(({ path, sha256, file, fragment: { format } }) => ({ path, sha256, file, format })),
  );
  const here = { ...publishing, ...stores, publicUrl: server.url('served') };
  const production = (all: typeof first) => all.filter(({ area }) => area === 'production');
  const wanted = production(second);
  await publish(production(first), here);
  const before = mkdtempSync(join(folder, 'before-'));
  const how = { recursive: true, preserveTimestamps: true }; // what is of this second is written later once more
  cpSync(disk, before, how);
  const there = new Set(await openBucket(server.place('served')).keys(''));
  /** s3rver keeps three files for an object. */
  const restore = (keys: readonly string[]) => {
    for (const key of keys)
      for (const kind of ['object', 'object.md5', 'metadata.json']) {
        const file = `umd-repositories/served/${key}._S3rver_${kind}`;
        rmSync(join(disk, file), { force: true });
        if (there.has(key)) cpSync(join(before, file), join(disk, file), how);
      }
  };
  const pool = poolDigests();
  expect(pool.length).toBeGreaterThan(pooled.length);
  const text = async (key: string) => (await fetch(`${here.publicUrl}/${key}`)).text();
  const apt = aptClient(join(folder, 'apt'), await text('clients/umd-5-debian-12/UMD-5-base.sources'));
  const dnf = dnfClient(join(folder, 'dnf'), await text('clients/umd-5-al9/UMD-5-base.repo'));
  const bucket = openBucket(server.place('served'));
  const whole = mortal(bucket, Number.POSITIVE_INFINITY);
  await publish(wanted, { ...here, store: whole.store });
  const { uploads } = whole;
  expect(uploads.at(-1)).toBe('state.json');
  restore(uploads);
  // Nothing is replaced but pointers and what people look at; so clients see the same as long as these are the same.
  const replaced = uploads.filter(
    (key) => there.has(key) && !/(^|\/)(index\.html|state\.json|Packages\.gz)$/.test(key),
  );
  const names = replaced.map((key) => key.replace(/^sw\/production\/umd\/5\//, '').replace(/[0-9a-f]{64}/, '…'));
  expect([...new Set(names)].sort()).toEqual([
    'al9/x86_64/base/mirrorlist',
    'al9/x86_64/base/repodata/repomd.xml',
    'al9/x86_64/base/repodata/repomd.xml.asc',
    'al9/x86_64/base/repodata/repomd.xml.key',
    'debian/dists/bookworm/InRelease',
    'debian/dists/bookworm/Release',
  ]);

  const isPointer = (key = '') => /\/(InRelease|mirrorlist)$/.test(key) && !key.includes('/snapshots/');
  const seen = new Set<string>();
  let found = '';
  for (let point = 0; point < uploads.length; point += 1) {
    const { store, dead, uploads: made } = mortal(bucket, point);
    expect(await Promise.race([publish(wanted, { ...here, store }), dead])).toBe('dead');
    expect(poolDigests()).toEqual(pool);
    if (found === '' || isPointer(made.at(-1)) || point === uploads.length - 1) {
      for (const name of ['apt/lib/lists', 'dnf/root/var/cache'])
        rmSync(join(folder, name), { recursive: true, force: true });
      await apt.refresh();
      const offers = [...(await apt.offers()), ...(await dnf.offers())].filter((one) => one.startsWith('says'));
      found = offers.map((one) => (one.includes('1.1') ? 'new' : 'old')).join(' ');
      seen.add(found);
    }
    if (point % 4 === 0 || isPointer(made.at(-1))) {
      await publish(wanted, here);
      expect(await checkPublished(wanted, here)).toEqual([]);
      expect(poolDigests()).toEqual(pool);
    }
    restore(uploads);
  }
  expect([...seen]).toEqual(['old old', 'new old', 'new new']);
  await stores.close();
}, 120_000);
