import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { publish } from './publish.ts';
import { makeKey } from './testing/make-key.ts';
import { aptClient, dnfClient } from './testing/package-managers.ts';
import { publishingSite } from './testing/publishing.ts';

const { folder, openShop, shut } = await publishingSite();
afterAll(shut);

const read = (...path: string[]) => readFileSync(join(...path), 'utf8');
const client = (store: string, name: string) => read(store, 'clients', name);

test('apt-get and dnf install from it with every check on, and see the next state; a snapshot stays what it was', async () => {
  const { store, url, publishing, first, second } = await openShop();
  const { changed, state } = await publish(first, publishing);
  expect(changed).toHaveLength(4);
  const root = (name: string) => join(folder, name, url.slice(-5));
  const aptOf = (name: string) =>
    aptClient(root(`apt-${name}`), client(store, `umd-5-debian-12/UMD-5-${name}.sources`));
  const dnfOf = (name: string) => dnfClient(root(`dnf-${name}`), client(store, `umd-5-al9/UMD-5-${name}.repo`));
  const [apt, dnf] = [aptOf('base'), dnfOf('base')];
  for (const one of [apt, aptOf('untested')]) {
    await one.refresh();
    expect(await one.offers()).toEqual(['libsays 1.0-1', 'says-deb 1.0-1']);
  }
  for (const one of [dnf, dnfOf('untested')]) {
    await one.refresh();
    expect(await one.offers()).toEqual(['libsays 1.0-1.el9', 'says-rpm 1.0-1.el9']);
  }
  await apt.install('says-deb');
  await dnf.install('says-rpm');
  expect(readdirSync(join(root('apt-base'), 'cache/archives'))).toContain('says-deb_1.0-1_all.deb');
  expect(execFileSync(join(root('dnf-base'), 'root/usr/bin/says-rpm'), { encoding: 'utf8' })).toBe(
    'says-rpm 1.0-1.el9\n',
  );

  await publish(second, publishing);
  await apt.refresh();
  await dnf.refresh();
  expect(await apt.offers()).toEqual(['libsays 1.0-1', 'says-deb 1:1.1-1']);
  expect(await dnf.offers()).toEqual(['libsays 1.0-1.el9', 'says-rpm 1.1-1.el9']);

  const stateOf = (id: string) => state.shown.find(({ head }) => head.id === `umd-5/production/${id}/base`)?.head;
  const [debs, rpms] = [stateOf('debian-12/amd64'), stateOf('al9/x86_64')];
  const kept = client(store, 'umd-5-debian-12/UMD-5-base.sources').replace(
    /(?<=^URIs: .*)$/m,
    `/snapshots/${debs?.snapshot}`,
  );
  const old = aptClient(root('apt-kept'), kept);
  await old.refresh();
  expect(await old.offers()).toEqual(['libsays 1.0-1', 'says-deb 1.0-1']);
  const repo = client(store, 'umd-5-al9/UMD-5-base.repo');
  const plain = dnfClient(root('dnf-plain'), repo.replace(/^mirrorlist=.*$/m, `baseurl=${url}/${rpms?.path}`));
  expect(await plain.offers()).toEqual(['libsays 1.0-1.el9', 'says-rpm 1.1-1.el9']);
}, 90_000);

test('the clients above would notice: a changed index, a changed package, a foreign key', async () => {
  const { store, url, publishing, first } = await openShop();
  const { state } = await publish(first, publishing);
  const root = (name: string) => join(folder, name, url.slice(-5));
  const stranger = makeKey('stranger').public;
  const apt = (name: string) => aptClient(root(`apt-${name}`), client(store, 'umd-5-debian-12/UMD-5-base.sources'));
  const dnf = (name: string) => dnfClient(root(`dnf-${name}`), client(store, 'umd-5-al9/UMD-5-base.repo'));
  const asDeb822 = stranger.trimEnd().replace(/^$/gm, '.').replace(/^/gm, ' ');
  const sources = client(store, 'umd-5-debian-12/UMD-5-base.sources').replace(/ -----BEGIN[\s\S]*/, `${asDeb822}\n`);
  await expect(aptClient(root('apt-stranger'), sources).refresh()).rejects.toThrow(/NO_PUBKEY|not signed/);
  const rpms = state.shown.find(({ head }) => head.id === 'umd-5/production/al9/x86_64/base')?.head;
  const repomd = join(store, rpms?.path ?? '', 'snapshots', rpms?.snapshot ?? '', 'repodata/repomd.xml');
  writeFileSync(repomd, read(repomd).replace('<revision>', '<revision>1'));
  await expect(dnf('changed').refresh()).rejects.toThrow(/GPG|signature/i);
  const packed = join(store, 'sw/production/umd/5/debian/dists/bookworm/main/binary-amd64/by-hash/SHA256');
  for (const name of readdirSync(packed)) writeFileSync(join(packed, name), 'x');
  await expect(apt('changed').refresh()).rejects.toThrow(/Hash Sum mismatch|unexpected size/);
});
