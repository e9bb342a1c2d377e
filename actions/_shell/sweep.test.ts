import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { StateText } from '#core/repository/state-text.ts';
import { publish } from './publish.ts';
import { checkPublished } from './publish-check.ts';
import { openStores } from './stores.ts';
import { LEDGER_KEY, sweep } from './sweep.ts';
import { sweepDisk } from './sweep-disk.ts';
import { publishingSite } from './testing/publishing.ts';

const { openShop, shut } = await publishingSite();
afterAll(shut);

const later = (now: Date, days: number) => new Date(now.getTime() + days * 86_400_000);
const digestOf = (folder: string) =>
  execFileSync('sh', ['-c', 'find . -type f | sort | xargs sha256sum'], { cwd: folder });
const snapshotOf = ({ shown }: StateText, id: string) => shown.find(({ head }) => head.id === id)?.head.snapshot ?? '';

test('after thirty days of sweeps only what is shown, production and the pool are left; the rest is whole', async () => {
  const { store, publishing, first, second } = await openShop();
  const { now } = publishing;
  const old = (await publish(first, publishing)).state;
  const { state } = await publish(second, publishing);
  const pool = digestOf(join(store, 'pool'));
  for (let day = 0; day < 29; day += 1) expect(await sweep(state, publishing.store, later(now, day))).toEqual([]);
  expect(await sweep(state, publishing.store, later(now, 28.1))).toBeUndefined();
  await sweep(state, publishing.store, later(now, 29));
  const [untestedRpm, untestedDeb] = ['sw/untested/umd/5/al9/x86_64', 'sw/untested/umd/5/debian-12/amd64'];
  const gone = await sweep(state, publishing.store, later(now, 30));
  expect(gone).toEqual([
    `${untestedRpm}/snapshots/${snapshotOf(old, 'umd-5/untested/al9/x86_64')}`,
    `${untestedDeb}/snapshots/${snapshotOf(old, 'umd-5/untested/debian-12/amd64')}`,
  ]);
  const snapshots = (path: string) => readdirSync(join(store, path, 'snapshots'));
  expect(snapshots(untestedRpm)).toEqual([snapshotOf(state, 'umd-5/untested/al9/x86_64')]);
  expect(snapshots('sw/production/umd/5/al9/x86_64/base')).toHaveLength(2);
  expect(digestOf(join(store, 'pool'))).toEqual(pool);
  expect(await checkPublished(second, publishing)).toEqual([]);

  // The old index is named by nothing from now on, and stays its own thirty days.
  const objects = () => readdirSync(join(store, untestedDeb, 'dists/bookworm/main/binary-amd64/by-hash/SHA256'));
  expect(objects()).toHaveLength(2);
  for (let day = 31; day < 61; day += 1) await sweep(state, publishing.store, later(now, day));
  expect(objects()).toHaveLength(2);
  await sweep(state, publishing.store, later(now, 61));
  expect(objects()).toHaveLength(1);
  expect(await checkPublished(second, publishing)).toEqual([]);
}, 60_000);

test('a repository that goes back to a snapshot finds it; a lost ledger only begins to count anew', async () => {
  const { store, publishing, first, second } = await openShop();
  const { now } = publishing;
  await publish(first, publishing);
  const { state } = await publish(second, publishing);
  for (let day = 0; day < 30; day += 1) await sweep(state, publishing.store, later(now, day));
  const back = (await publish(first, publishing)).state;
  expect(await sweep(back, publishing.store, later(now, 30))).toEqual([]);
  expect(await checkPublished(first, publishing)).toEqual([]);
  writeFileSync(join(store, LEDGER_KEY), 'no json');
  expect(await sweep(back, publishing.store, later(now, 31))).toEqual([]);
}, 60_000);

test('strays of killed runs go after a day, and nothing else', async () => {
  const { store, publishing, first } = await openShop();
  await publish(first, publishing);
  const put = (path: string, days: number) => {
    mkdirSync(join(store, path, '..'), { recursive: true });
    writeFileSync(join(store, path), 'x');
    const at = later(publishing.now, -days);
    utimesSync(join(store, path), at, at);
    return join(store, path);
  };
  const dead = [
    put('sw/untested/umd/5/al9/x86_64/mirrorlist.new-0123456789ab', 2),
    put('state.json.new-0123456789ab', 2),
    put('cache/00/abc.new-0123456789ab', 2),
    put('cache/00/unused', 91),
  ];
  const alive = [
    put('keys/umd.asc.new-0123456789ab', 0.5),
    put('cache/00/used', 80),
    put('pool/aa/x.new-0123456789ab', 9),
  ];
  mkdirSync(join(store, 'pool/.incoming-abc'));
  utimesSync(join(store, 'pool/.incoming-abc'), later(publishing.now, -2), later(publishing.now, -2));
  const stores = await openStores(store);
  const { state } = await publish(first, publishing);
  expect([...((await stores.sweep(state, publishing.now)) ?? [])].sort()).toEqual(
    [...dead, join(store, 'pool/.incoming-abc')].sort(),
  );
  expect(alive.filter((path) => !existsSync(path))).toEqual([]);
  expect(await sweepDisk(store, publishing.now)).toEqual([]);
  expect(await checkPublished(first, publishing)).toEqual([]);
}, 60_000);

test("a rejected PPA's own repository leaves state.json at once, and its files after thirty days of sweeps; its packages stay", async () => {
  const { store, publishing, first } = await openShop();
  const { now } = publishing;
  const [untested] = first;
  if (untested === undefined) throw new Error('no sample');
  const [kept, rejected] = ['1.0.0', '2.0.0'].map((version) => {
    const ppa = `INFN.says.debian-12.amd64-${version}`;
    const path = `umd-5.infn.says.debian-12.amd64/${version.replaceAll('.', '/')}`;
    return { ...untested, id: `umd-5/product/${ppa}`, area: 'product' as const, path, ppa };
  });
  if (kept === undefined || rejected === undefined) throw new Error('no sample');
  const both = (await publish([kept, rejected], publishing)).state;
  await sweep(both, publishing.store, now);
  const { state } = await publish([kept], publishing);
  expect(state.shown.map(({ head }) => head.path)).toEqual([kept.path]);
  const pool = digestOf(join(store, 'pool'));
  for (let day = 1; day <= 30; day += 1) await sweep(state, publishing.store, later(now, day));
  expect(existsSync(join(store, rejected.path, 'dists'))).toBe(true);
  expect(await sweep(state, publishing.store, later(now, 31))).toEqual([rejected.path]);
  expect(existsSync(join(store, rejected.path))).toBe(false);
  expect(existsSync(join(store, kept.path, 'dists'))).toBe(true);
  expect(digestOf(join(store, 'pool'))).toEqual(pool);
  expect(await checkPublished([kept], publishing)).toEqual([]);
});
