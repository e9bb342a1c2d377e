import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import type { DebFragment } from '#core/repository/fragment.ts';
import { listed } from '#core/repository/listing.ts';
import { rawZstdFrame } from '#core/repository/zstd-frame.ts';
import type { Pool } from './pool.ts';
import { publish } from './publish.ts';
import { checkPublished } from './publish-check.ts';
import { readKept } from './publish-kept.ts';
import { openCache } from './segment-cache.ts';
import { stock } from './stock.ts';
import { framesIn, withSegmentApart } from './testing/apart.ts';
import { aptClient, dnfClient, zypperClient } from './testing/package-managers.ts';
import { publishingSite } from './testing/publishing.ts';
import { zstdFrames } from './zstd-frames.ts';

const { folder, openShop, shut } = await publishingSite();
afterAll(shut);

test('a platform that reads zstd gets it: apt takes it before gzip, dnf has nothing else; without it neither is there', async () => {
  const { store, publishing, first, second } = await openShop();
  const distributions = publishing.distributions.map((one) => ({
    ...one,
    platforms: Object.fromEntries(
      Object.entries(one.platforms).map(([key, platform]) => [key, { ...platform, compression: 'zst' as const }]),
    ),
  }));
  const files = (path: string) => readdirSync(join(store, path), { recursive: true, encoding: 'utf8' });
  const suite = 'sw/production/umd/5/debian/dists/bookworm';
  const rpms = 'sw/production/umd/5/al9/x86_64/base';
  await publish(first, publishing);
  expect(files('sw').filter((path) => path.endsWith('.zst'))).toEqual([]);
  const wanted = await withSegmentApart(second, folder, publishing.pool);
  const { state } = await publish(wanted, { ...publishing, distributions });
  expect(await checkPublished(wanted, publishing)).toEqual([]);

  const named = readFileSync(join(store, suite, 'InRelease'), 'utf8');
  const digest = (name: string) => new RegExp(` ([0-9a-f]{64}) +\\d+ main/binary-amd64/${name}$`, 'm').exec(named)?.[1];
  const packed = readFileSync(join(store, suite, 'main/binary-amd64/Packages.zst'));
  const open = execFileSync('zstd', ['-dcq'], { input: packed, encoding: 'utf8' });
  expect(open).toContain('Version: 1:1.1-1');
  // Mirrors and older tools take the gzip beside it (decision 0052): it is named and says the same.
  expect(digest('Packages.gz')).toBeDefined();
  expect(gunzipSync(readFileSync(join(store, suite, 'main/binary-amd64/Packages.gz'))).toString()).toBe(open);
  rmSync(join(store, suite, 'main/binary-amd64/by-hash/SHA256', digest('Packages.gz') ?? ''));
  const client = (name: string) => readFileSync(join(store, 'clients', name), 'utf8');
  const apt = aptClient(join(folder, 'apt'), client('umd-5-debian-12/UMD-5-base.sources'));
  await apt.refresh();
  expect(framesIn(packed)).toBe(2);
  const zz = expect.stringMatching(/^zz\d+ 1\.0(-1)?$/);
  expect(await apt.offers()).toEqual(['libsays 1.0-1', 'says-deb 1:1.1-1', zz]);

  expect(files(`${rpms}/repodata`).filter((name) => /-(primary|filelists|other)\.xml\.zst$/.test(name))).toHaveLength(
    3,
  );
  expect(files(`${rpms}/repodata`).filter((name) => name.endsWith('.gz'))).toEqual([]);
  const dnf = dnfClient(join(folder, 'dnf'), client('umd-5-al9/UMD-5-base.repo'));
  await dnf.refresh();
  expect(await dnf.offers()).toEqual(['libsays 1.0-1.el9', 'says-rpm 1.1-1.el9', zz]);
  await dnf.install('says-rpm');
  const zypper = zypperClient(join(folder, 'zypper'), client('umd-5-al9/UMD-5-base.repo'));
  await zypper.refresh();
  expect(await zypper.offers()).toEqual(['libsays 1.0-1.el9', 'says-rpm 1.1-1.el9', zz]);
  const primary = files(`${rpms}/repodata`).find((name) => name.endsWith('-primary.xml.zst')) ?? '';
  const frames = readFileSync(join(store, rpms, 'repodata', primary));
  expect(framesIn(frames)).toBe(4); // what stands around the packages is a frame, too
  const solv = execFileSync('sh', ['-c', 'zstd -dcq | rpmmd2solv | dumpsolv'], { input: frames, encoding: 'utf8' });
  expect(solv.match(/^solvable:name: (libsays|says-rpm|zz\d+)$/gm)).toHaveLength(3);
  const head = state.shown.find((one) => one.head.path === rpms)?.head;
  if (head === undefined) throw new Error('not published');
  expect((await readKept(publishing.store, head, head.snapshot)).map(({ name }) => name)).toEqual([
    'libsays',
    'says-rpm',
    expect.stringMatching(/^zz/),
  ]);
}, 60_000);

/** A pool of packages that nobody built: stanzas of the length that real ones have. */
function paperPool(changed: ReadonlySet<string>): Pool {
  const fragment = async (sha256: string): Promise<DebFragment> => {
    const name = `pkg${Number.parseInt(sha256.slice(0, 8), 16)}`;
    const digest = createHash('sha256').update(sha256).digest('hex');
    const claims = `Architecture: all\nFilename: @PATH@\nSize: 1\nSHA256: ${sha256}`;
    const stanza = `Package: ${name}\nVersion: ${changed.has(sha256) ? 2 : 1}\n${claims}\nDescription: ${digest.repeat(8)}\n`;
    const about = { name, version: changed.has(sha256) ? '2' : '1', arch: 'all', sha256, size: 1, file: `${name}.deb` };
    return { format: 'deb', ...about, digest, stanza };
  };
  return { fragment } as Pool;
}

test('one package changed: one frame is compressed anew, all others are the very same bytes', async () => {
  const root = mkdtempSync(join(folder, 'frames-'));
  const cache = openCache(root);
  const numbers = Array.from({ length: 6000 }, (_, number) => number);
  const sha256Of = (number: number, version: string) => `${number.toString(16).padStart(8, '0')}${version.repeat(56)}`;
  const state = (changed?: number) => {
    const packages = numbers.map((number) => {
      const version = number === changed ? '2' : '1';
      return { name: `pkg${number}`, version, arch: 'all', sha256: sha256Of(number, version), ppa: 'x' };
    });
    const place = { id: 'x', area: 'testing', lane: 'umd-5', os: 'debian-13', arch: 'amd64', part: '' } as const;
    return listed({ ...place, format: 'deb', path: 'sw/x', suite: 'trixie', packages });
  };
  const framed = async (changed?: number, before = '') => {
    const pool = paperPool(new Set(changed === undefined ? [] : [sha256Of(changed, '2')]));
    const { segments, faults } = await stock(state(changed), before, { pool, cache });
    expect(faults).toEqual([]);
    const open = Buffer.concat(segments.map((segment) => cache.read(segment, 'deb', 'Packages')));
    return { count: segments.length, open, member: await zstdFrames({ cache, format: 'deb', segments }, 'Packages') };
  };
  const kept = () => readdirSync(join(root, 'cache'), { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('.zst')); // biome-ignore format: one thought
  const first = await framed();
  expect(first.count).toBeGreaterThan(3);
  expect(kept()).toHaveLength(first.count);
  expect(framesIn(first.member.bytes)).toBe(first.count);
  expect(execFileSync('zstd', ['-dcq'], { input: first.member.bytes, maxBuffer: 1e8 }).equals(first.open)).toBe(true);
  const second = await framed(3000, state().listing);
  expect(second.count).toBe(first.count);
  expect(kept()).toHaveLength(first.count + 1);
  expect(execFileSync('zstd', ['-dcq'], { input: second.member.bytes, maxBuffer: 1e8 }).equals(second.open)).toBe(true);
  // From both ends the bytes are the same but for one frame.
  const [left, right] = [first.member.bytes, second.member.bytes];
  const common = (from: (at: number) => readonly [number | undefined, number | undefined]) => {
    let at = 0;
    for (let pair = from(at); pair[0] === pair[1] && at < left.length; pair = from(at)) at += 1;
    return at;
  };
  const same = common((at) => [left[at], right[at]]) + common((at) => [left.at(-1 - at), right.at(-1 - at)]);
  expect(left.length - same).toBeLessThan((left.length / first.count) * 3);

  // A kept frame that is cut short is made again.
  for (const name of kept())
    writeFileSync(join(root, 'cache', name), readFileSync(join(root, 'cache', name)).subarray(0, 50));
  expect((await framed()).member.sha256).toBe(first.member.sha256);
}, 60_000);

test('a frame of raw bytes is read by zstd, an empty repository has one, too', async () => {
  for (const text of ['', 'a', 'x'.repeat(131_072)])
    expect(
      execFileSync('zstd', ['-dcq'], { input: rawZstdFrame(Buffer.from(text)), encoding: 'utf8', maxBuffer: 1e6 }),
    ).toBe(text);
  expect(() => rawZstdFrame(Buffer.alloc(131_073))).toThrow(RangeError);
  const cache = openCache(mkdtempSync(join(folder, 'empty-')));
  const { bytes } = await zstdFrames({ cache, format: 'deb', segments: [] }, 'Packages');
  expect(execFileSync('zstd', ['-dcq'], { input: bytes, encoding: 'utf8' })).toBe('');
});
