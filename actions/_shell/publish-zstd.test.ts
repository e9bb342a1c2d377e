import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { publish } from './publish.ts';
import { checkPublished } from './publish-check.ts';
import { readKept } from './publish-kept.ts';
import { aptClient, dnfClient } from './testing/package-managers.ts';
import { publishingSite } from './testing/publishing.ts';

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
  const { state } = await publish(second, { ...publishing, distributions });
  expect(await checkPublished(second, publishing)).toEqual([]);

  const named = readFileSync(join(store, suite, 'InRelease'), 'utf8');
  const digest = (name: string) => new RegExp(` ([0-9a-f]{64}) +\\d+ main/binary-amd64/${name}$`, 'm').exec(named)?.[1];
  const packed = readFileSync(join(store, suite, 'main/binary-amd64/Packages.zst'));
  const open = execFileSync('zstd', ['-dcq'], { input: packed, encoding: 'utf8' });
  expect(open).toContain('Version: 1:1.1-1');
  rmSync(join(store, suite, 'main/binary-amd64/by-hash/SHA256', digest('Packages.gz') ?? ''));
  const client = (name: string) => readFileSync(join(store, 'clients', name), 'utf8');
  const apt = aptClient(join(folder, 'apt'), client('umd-5-debian-12/UMD-5-base.sources'));
  await apt.refresh();
  expect(await apt.offers()).toEqual(['libsays 1.0-1', 'says-deb 1:1.1-1']);

  expect(files(`${rpms}/repodata`).filter((name) => /-(primary|filelists|other)\.xml\.zst$/.test(name))).toHaveLength(
    3,
  );
  expect(files(`${rpms}/repodata`).filter((name) => name.endsWith('.gz'))).toEqual([]);
  const dnf = dnfClient(join(folder, 'dnf'), client('umd-5-al9/UMD-5-base.repo'));
  await dnf.refresh();
  expect(await dnf.offers()).toEqual(['libsays 1.0-1.el9', 'says-rpm 1.1-1.el9']);
  await dnf.install('says-rpm');
  const head = state.shown.find((one) => one.head.path === rpms)?.head;
  if (head === undefined) throw new Error('not published');
  expect((await readKept(publishing.store, head, head.snapshot)).map(({ name }) => name)).toEqual([
    'libsays',
    'says-rpm',
  ]);
}, 60_000);
