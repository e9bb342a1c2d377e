import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publish } from './publish.ts';
import { cachesBefore, type Nginx, nginxFor } from './testing/nginx.ts';
import { aptClient, dnfClient } from './testing/package-managers.ts';
import { publishingSite } from './testing/publishing.ts';

const { folder, openShop, shut } = await publishingSite();
let nginx: Nginx;
let shop: Awaited<ReturnType<typeof openShop>>;
beforeAll(async () => {
  shop = await openShop();
  nginx = await nginxFor(shop.store, join(folder, 'nginx'));
});
afterAll(async () => {
  await nginx.close();
  await shut();
});

test('apt-get and dnf read a store that nginx serves; a switched pointer is seen at once', async () => {
  const publishing = { ...shop.publishing, publicUrl: nginx.url };
  await publish(shop.first, publishing);
  const file = (name: string) => readFileSync(join(shop.store, 'clients', name), 'utf8');
  const apt = aptClient(join(folder, 'nginx-apt'), file('umd-5-debian-12/UMD-5-base.sources'));
  const dnf = dnfClient(join(folder, 'nginx-dnf'), file('umd-5-al9/UMD-5-base.repo'));
  await apt.refresh();
  await apt.install('says-deb');
  await dnf.refresh();
  await dnf.install('says-rpm');
  await publish(shop.second, publishing);
  await apt.refresh();
  expect(await apt.offers()).toEqual(['libsays 1.0-1', 'says-deb 1:1.1-1']);
  await dnf.refresh();
  expect(await dnf.offers()).toEqual(['libsays 1.0-1.el9', 'says-rpm 1.1-1.el9']);
}, 60_000);

test('says what may change and what never will, and shows nothing of the publisher itself', async () => {
  const publishing = { ...shop.publishing, publicUrl: nginx.url };
  const { state } = await publish(shop.first, publishing);
  const said = async (key: string, method = 'HEAD') => {
    const answer = await fetch(`${nginx.url}/${key}`, { method });
    return `${answer.status} ${answer.headers.get('cache-control')} ${answer.headers.get('content-type')}`;
  };
  const [rpm] = shop.pooled.filter(({ fragment }) => fragment.format === 'rpm');
  const place = `pool/${rpm?.sha256.slice(0, 2)}/${rpm?.sha256}`;
  const root = 'sw/production/umd/5/al9/x86_64/base';
  const snapshot = state.shown.find(({ head }) => head.path === root)?.head.snapshot;
  const inSnapshot = `${root}/snapshots/${snapshot}/repodata`;
  const [lasting, brief] = ['200 public, max-age=31536000, immutable', '200 public, max-age=60, must-revalidate'];
  expect(await said(`${root}/${place}/${rpm?.file}`)).toBe(`${lasting} application/x-rpm`);
  expect(await said(`${root}/snapshots/${snapshot}/repodata/repomd.xml`)).toBe(`${lasting} application/xml`);
  // Signed anew when the key changes, in its place.
  for (const end of ['asc', 'key']) expect(await said(`${inSnapshot}/repomd.xml.${end}`)).toMatch(`${brief} `);
  expect(await said(`${root}/repodata/repomd.xml`)).toBe(`${brief} application/xml`);
  const kept = state.shown.find(({ head }) => head.suite === 'bookworm')?.head;
  expect(await said(`${kept?.path}/snapshots/${kept?.snapshot}/dists/bookworm/InRelease`)).toMatch(
    `${brief} text/plain`,
  );
  expect(await said(`${root}/mirrorlist`)).toMatch(`${brief} text/plain`);
  expect(await said('state.json')).toMatch(`${brief} application/json`);
  expect(await said('')).toMatch(`${brief} text/html`);
  const missing = [`${root}/snapshots/${'0'.repeat(64)}/repodata/repomd.xml`, `${place}/x.rpm`, `${root}/none`];
  for (const key of missing) expect(await said(key)).toMatch(/^404 no-store /);
  for (const own of [`${place}/fragment.json`, 'cache/00/x', 'publish.lock', 'pool/.incoming-x/y'])
    expect(await said(own)).toMatch(/^404 /);
  expect(await said('state.json', 'DELETE')).toMatch(/^405 /);
}, 60_000);

test('through caches that keep all they may, every client sees one whole state or another while it is published anew', async () => {
  const caches = await cachesBefore(nginx.url, join(folder, 'caches'));
  const publishing = { ...shop.publishing, publicUrl: caches.url };
  const [rpm] = shop.pooled.filter(({ fragment }) => fragment.format === 'rpm');
  const asked = `${caches.url}/elsewhere/pool/${rpm?.sha256.slice(0, 2)}/${rpm?.sha256}/${rpm?.file}`;
  expect((await fetch(asked)).status).toBe(404);
  const elsewhere = shop.first.map((one) => (one.id.includes('untested/al9') ? { ...one, path: 'elsewhere' } : one));
  await publish(elsewhere, publishing);
  for (let again = 0; again < 4; again += 1) expect((await fetch(asked)).status).toBe(200); // from either cache

  await publish(shop.first, publishing);
  const file = (name: string) => readFileSync(join(shop.store, 'clients', name), 'utf8');
  const [sources, repo] = [file('umd-5-debian-12/UMD-5-base.sources'), file('umd-5-al9/UMD-5-base.repo')];
  let going = true;
  const publisher = (async () => {
    for (let round = 1; going; round += 1)
      await publish(round % 2 === 0 ? shop.first : shop.second, { ...publishing, now: new Date() });
  })();
  const states = new Set<string>();
  try {
    for (let round = 0; round < 3; round += 1) {
      const [apt, dnf] = [aptClient(join(folder, `cached-apt-${round}`), sources), dnfClient(join(folder, `cached-dnf-${round}`), repo)]; // biome-ignore format: one thought
      const reading = [apt.refresh().then(() => apt.install('says-deb')), dnf.install('says-rpm')];
      await Promise.all(reading);
      for (const offers of [await apt.offers(), await dnf.offers()]) states.add(offers.join());
    }
  } finally {
    going = false;
    await publisher;
  }
  const whole = ['libsays 1.0-1,says-deb 1.0-1', 'libsays 1.0-1,says-deb 1:1.1-1', 'libsays 1.0-1.el9,says-rpm 1.0-1.el9', 'libsays 1.0-1.el9,says-rpm 1.1-1.el9']; // biome-ignore format: one thought
  expect([...states].filter((state) => !whole.includes(state))).toEqual([]);
  const kept = await Promise.all(Array.from({ length: 8 }, () => fetch(`${caches.url}/sw/production/umd/5/debian/dists/bookworm/InRelease`))); // biome-ignore format: one thought
  expect(kept.map(({ headers }) => headers.get('x-cache'))).toContain('HIT');
  await caches.close();
}, 60_000);
