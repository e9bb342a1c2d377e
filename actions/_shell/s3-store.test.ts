import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sweepInputs } from './closure/sweep-inputs.ts';
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

const LASTING = 'public, max-age=31536000, immutable';
const BRIEF = 'public, max-age=60, must-revalidate';
const [OCTETS, XML, TEXT, HTML] = [
  'application/octet-stream',
  'application/xml',
  'text/plain; charset=utf-8',
  'text/html; charset=utf-8',
];
/** Copied by hand from issue 4 ("pointers short, all else immutable") and decision 0024 (a kept InRelease is signed anew once). */
const CACHED: readonly (readonly [RegExp, string, string])[] = [
  [/^state\.json$/, BRIEF, 'application/json'],
  [/^index\.html$|^sw\/[^:]*(?<!\/packages\/\w*)\/index\.html$/, BRIEF, HTML],
  [/^clients\/.*\.(repo|sources|pref)$/, BRIEF, OCTETS],
  [/^clients\/ea-report$/, BRIEF, OCTETS],
  [/^keys\/.*\.asc$/, BRIEF, TEXT],
  [/^(?!.*\/snapshots\/).*\/mirrorlist$/, BRIEF, OCTETS],
  [/^(?!.*\/snapshots\/).*\/dists\/[^/]+\/(In)?Release$/, BRIEF, OCTETS],
  [/^(?!.*\/snapshots\/).*\/main\/binary-\w+\/Packages\.gz$/, BRIEF, 'application/gzip'],
  [/^(?!.*\/snapshots\/).*\/repodata\/repomd\.xml$/, BRIEF, XML],
  [/^(?!.*\/snapshots\/).*\/repodata\/repomd\.xml\.asc$/, BRIEF, TEXT],
  [/^(?!.*\/snapshots\/).*\/repodata\/repomd\.xml\.key$/, BRIEF, OCTETS],
  [/\/snapshots\/[0-9a-f]{64}\/dists\/[^/]+\/InRelease$/, BRIEF, OCTETS],
  [/\/snapshots\/[0-9a-f]{64}\/dists\/[^/]+\/main\/binary-\w+\/Packages\.gz$/, BRIEF, 'application/gzip'], // moves with the suite's other architectures
  [/\/repodata\/[0-9a-f]{64}-\w+\.xml\.gz$/, LASTING, 'application/gzip'],
  [/\/snapshots\/[0-9a-f]{64}\/repodata\/repomd\.xml$/, LASTING, XML],
  [/\/snapshots\/[0-9a-f]{64}\/repodata\/repomd\.xml\.asc$/, BRIEF, TEXT], // signed anew when the key changes
  [/\/snapshots\/[0-9a-f]{64}\/repodata\/repomd\.xml\.key$/, BRIEF, OCTETS],
  [/\/by-hash\/SHA256\/[0-9a-f]{64}$/, LASTING, OCTETS],
  [/(^|\/)pool\/[0-9a-f]{2}\/[0-9a-f]{64}\/[^/]+\.rpm$/, LASTING, 'application/x-rpm'],
  [/(^|\/)pool\/[0-9a-f]{2}\/[0-9a-f]{64}\/[^/]+\.deb$/, LASTING, 'application/vnd.debian.binary-package'],
  [/^pool\/[0-9a-f]{2}\/[0-9a-f]{64}\/fragment\.json$/, LASTING, 'application/json'],
];

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

test('two states of one second: who has the first is given the second', async () => {
  const store = s3Store(openBucket(server.place('second')));
  const ask = (headers: Record<string, string> = {}) => fetch(`${server.url('second')}/dists/x/InRelease`, { headers });
  await store.put('dists/x/InRelease', 'one', 'pointer');
  for (const state of ['two', 'three']) {
    const since = (await ask()).headers.get('last-modified') ?? '';
    await store.put('dists/x/InRelease', state, 'pointer');
    const answer = await ask({ 'if-modified-since': since });
    expect([answer.status, await answer.text()]).toEqual([200, state]);
  }
});

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

test('pointers are kept briefly by caches, all else for good: every kind of object there is', async () => {
  const { publishing, first, second } = await openS3Shop('cached');
  await publish(first, publishing);
  await publish(second, publishing);
  const kinds = new Map(CACHED.map(([pattern]) => [pattern, 0]));
  for (const key of await openBucket(server.place('cached')).keys('')) {
    const fitting = CACHED.filter(([pattern]) => pattern.test(key));
    expect(fitting.length, key).toBe(1);
    const [[pattern, caching, type]] = fitting as [(typeof CACHED)[number]];
    kinds.set(pattern, (kinds.get(pattern) ?? 0) + 1);
    const { status, headers } = await fetch(`${publishing.publicUrl}/${key}`, { method: 'HEAD' });
    const found = [status, headers.get('cache-control'), headers.get('content-type'), headers.get('content-encoding')];
    expect(found, key).toEqual([200, caching, type, null]);
  }
  expect([...kinds].filter(([, count]) => count === 0)).toEqual([]);
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
  const text = '<comps/>\n';
  const { sha256, size } = await publishing.pool.addText(text, 'group');
  expect([size, await publishing.pool.text(sha256, 'group')]).toEqual([9, text]);
  await expect(publishing.pool.text(sha256, 'modules')).rejects.toMatchObject({ code: 'POOL_MISSING' });
  const key = `pool/${sha256.slice(0, 2)}/${sha256}/comps.xml`;
  const { headers } = await fetch(`${publishing.publicUrl}/${key}`, { method: 'HEAD' });
  expect(headers.get('cache-control')).toBe(LASTING);
  await publishing.store.put(key, '<other/>\n', 'pointer');
  await expect(publishing.pool.text(sha256, 'group')).rejects.toMatchObject({ code: 'POOL_DIGEST' });
  await expect(openStores('s3://')).rejects.toMatchObject({ code: 'STORE_INVALID' });
}, 60_000);

test('base metadata that nothing names is found and swept in a bucket, too, and nothing else of the pool', async () => {
  const { publishing } = await openS3Shop('swept');
  const { store, now } = publishing;
  const stray = `pool/ab/ab${'0'.repeat(62)}/base.xml.zst`;
  await store.put(stray, 'named by nothing', 'content');
  const before = (await store.below?.('pool')) ?? [];
  const later = (days: number) => new Date(now.getTime() + days * 86_400_000);
  for (let day = 0; day < 30; day += 2) expect(await sweepInputs(store, later(day))).toEqual([]);
  expect(await sweepInputs(store, later(30))).toEqual([stray]);
  expect(await store.below?.('pool')).toEqual(before.filter((key) => key !== stray));
}, 60_000);
