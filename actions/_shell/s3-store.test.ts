import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publish } from './publish.ts';
import { checkPublished } from './publish-check.ts';
import { type Bucket, openBucket } from './s3-bucket.ts';
import { s3Store } from './s3-store.ts';
import { openStores, type Stores } from './stores.ts';
import { aptClient, dnfClient } from './testing/package-managers.ts';
import { publishingSite } from './testing/publishing.ts';
import { s3Server } from './testing/s3-server.ts';

const { folder, openShop, shut } = await publishingSite();
let server: Awaited<ReturnType<typeof s3Server>>;
beforeAll(async () => {
  mkdirSync(join(folder, 's3'));
  server = await s3Server(join(folder, 's3'), 'umd-repositories');
});
const opened: Stores[] = [];
afterAll(async () => {
  for (const { close } of opened) await close();
  await server.close();
  await shut();
});

/** A shop whose store is a prefix of the bucket, with the packages in its pool. */
async function openS3Shop(prefix: string) {
  const { publishing, first, second, pooled } = await openShop();
  const stores: Stores = await openStores(server.place(prefix));
  opened.push(stores);
  const incoming = pooled.map(({ path, sha256, file, fragment: { format } }) => ({ path, sha256, file, format }));
  const taken = await stores.pool.addAll(incoming);
  return { publishing: { ...publishing, ...stores, publicUrl: server.url(prefix) }, first, second, taken, incoming };
}
const text = async (url: string) => (await fetch(url)).text();

test('apt-get and dnf install straight from the bucket, and see the next state; the snapshot before stays', async () => {
  const { publishing, first, second } = await openS3Shop('served');
  const { state } = await publish(first, publishing);
  const url = publishing.publicUrl;
  const apt = aptClient(join(folder, 's3-apt'), await text(`${url}/clients/umd-5-debian-12/UMD-5-base.sources`));
  const dnf = dnfClient(join(folder, 's3-dnf'), await text(`${url}/clients/umd-5-al9/UMD-5-base.repo`));
  await apt.refresh();
  expect(await apt.offers()).toEqual(['libsays 1.0-1', 'says-deb 1.0-1']);
  await apt.install('says-deb');
  expect(readdirSync(join(folder, 's3-apt/cache/archives'))).toContain('says-deb_1.0-1_all.deb');
  await dnf.refresh();
  await dnf.install('says-rpm');
  expect(execFileSync(join(folder, 's3-dnf/root/usr/bin/says-rpm'), { encoding: 'utf8' })).toBe('says-rpm 1.0-1.el9\n');

  await publish(second, publishing);
  expect(await checkPublished(second, publishing)).toEqual([]);
  await apt.refresh();
  expect(await apt.offers()).toEqual(['libsays 1.0-1', 'says-deb 1:1.1-1']);
  await dnf.refresh();
  expect(await dnf.offers()).toEqual(['libsays 1.0-1.el9', 'says-rpm 1.1-1.el9']);

  const kept = (id: string) => state.shown.find(({ head }) => head.id === id)?.head;
  const suite = kept('umd-5/production/debian-12/amd64/base');
  const sources = (await text(`${url}/clients/umd-5-debian-12/UMD-5-base.sources`)).replace(
    /^URIs: .*$/m,
    `URIs: ${url}/${suite?.path}/snapshots/${suite?.snapshot}`,
  );
  const past = aptClient(join(folder, 's3-past'), sources);
  await past.refresh();
  expect(await past.offers()).toEqual(['libsays 1.0-1', 'says-deb 1.0-1']);
  await past.install('says-deb');
}, 60_000);

test('the plain path of an rpm repository and plain index names of an apt one are there too', async () => {
  const { publishing, first } = await openS3Shop('plain');
  await publish(first, publishing);
  const url = publishing.publicUrl;
  const repo = (await text(`${url}/clients/umd-5-al9/UMD-5-base.repo`)).replace(
    /^mirrorlist=(.*)mirrorlist$/m,
    'baseurl=$1',
  );
  const dnf = dnfClient(join(folder, 's3-plain'), repo);
  await dnf.refresh();
  await dnf.install('says-rpm');
  const sources = await text(`${url}/clients/umd-5-debian-12/UMD-5-base.sources`);
  const apt = aptClient(join(folder, 's3-plain-apt'), `${sources.trimEnd()}\nBy-Hash: no\n`);
  await apt.refresh();
  expect(await apt.offers()).toEqual(['libsays 1.0-1', 'says-deb 1.0-1']);
}, 60_000);

test('pointers are kept briefly by caches, all else for good', async () => {
  const { publishing, first, taken } = await openS3Shop('cached');
  await publish(first, publishing);
  const header = async (key: string) => {
    const answer = await fetch(`${publishing.publicUrl}/${key}`, { method: 'HEAD' });
    return `${answer.status} ${answer.headers.get('cache-control')} ${answer.headers.get('content-type')}`;
  };
  const suite = 'sw/production/umd/5/debian/dists/bookworm';
  const lasting = '200 public, max-age=31536000, immutable';
  const brief = '200 public, max-age=60, must-revalidate';
  const [rpm] = taken.filter(({ fragment }) => fragment.format === 'rpm');
  const place = `pool/${rpm?.sha256.slice(0, 2)}/${rpm?.sha256}/${rpm?.file}`;
  expect(await header('state.json')).toBe(`${brief} application/json`);
  expect(await header(`${suite}/InRelease`)).toBe(`${brief} application/octet-stream`);
  expect(await header(`${suite}/main/binary-amd64/Packages.gz`)).toBe(`${brief} application/gzip`);
  expect(await header('sw/production/umd/5/al9/x86_64/base/repodata/repomd.xml')).toBe(`${brief} application/xml`);
  expect(await header(place)).toBe(`${lasting} application/x-rpm`);
  expect(await header(`sw/production/umd/5/al9/x86_64/base/${place}`)).toBe(`${lasting} application/x-rpm`);
  const mirror = (await text(`${publishing.publicUrl}/sw/production/umd/5/al9/x86_64/base/mirrorlist`)).trim();
  expect(await header(`${mirror.slice(publishing.publicUrl.length + 1)}repodata/repomd.xml`)).toBe(
    `${lasting} application/xml`,
  );
}, 60_000);

/** The order in which a bucket is written. */
function watched(bucket: Bucket): { bucket: Bucket; written: string[] } {
  const written: string[] = [];
  const put: Bucket['put'] = async (key, ...rest) => {
    await bucket.put(key, ...rest);
    written.push(key);
  };
  const copy: Bucket['copy'] = async (from, to, about) => {
    await bucket.copy(from, to, about);
    written.push(to);
  };
  return { bucket: { ...bucket, put, copy }, written };
}

test('what names goes up after what it names; an unchanged state writes nothing', async () => {
  const { publishing, first } = await openS3Shop('ordered');
  const { bucket, written } = watched(openBucket(server.place('ordered')));
  const here = { ...publishing, store: s3Store(bucket) };
  await publish(first, here);
  const at = (pattern: RegExp) => written.findIndex((key) => pattern.test(key));
  expect(at(/debian\/dists\/bookworm\/InRelease$/)).toBeGreaterThan(at(/debian\/dists\/bookworm\/.*by-hash/));
  expect(at(/debian\/dists\/bookworm\/InRelease$/)).toBeGreaterThan(at(/debian\/pool\/.*says-deb/));
  expect(at(/base\/mirrorlist$/)).toBeGreaterThan(at(/base\/snapshots\/.*repomd\.xml\.asc$/));
  expect(at(/base\/mirrorlist$/)).toBeGreaterThan(at(/base\/snapshots\/.*\/pool\/.*says-rpm/));
  expect(at(/base\/repodata\/repomd\.xml$/)).toBeGreaterThan(at(/base\/repodata\/repomd\.xml\.asc$/));
  expect(written.at(-1)).toBe('state.json');
  written.length = 0;
  await publish(first, here);
  expect(written).toEqual([]);
}, 60_000);

test('the pool takes a package once, refuses other bytes and says what it lacks', async () => {
  const { publishing, taken, incoming } = await openS3Shop('pool');
  const [one] = incoming;
  if (one === undefined) throw new Error('no sample');
  expect((await publishing.pool.add(one.path, { ...one, file: 'other_1_all.deb' })).file).toBe(taken[0]?.file);
  await expect(publishing.pool.add(one.path, { ...one, sha256: 'f'.repeat(64) })).rejects.toMatchObject({
    code: 'POOL_DIGEST',
  });
  await expect(publishing.pool.fragment('f'.repeat(64))).rejects.toMatchObject({ code: 'POOL_MISSING' });
  await expect(openStores('s3://')).rejects.toMatchObject({ code: 'STORE_INVALID' });
}, 60_000);
