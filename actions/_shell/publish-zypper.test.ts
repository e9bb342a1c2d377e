import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { publish } from './publish.ts';
import { zypperClient } from './testing/package-managers.ts';
import { publishingSite } from './testing/publishing.ts';

const { folder, openShop, shut } = await publishingSite();
afterAll(shut);

test('zypper follows the mirror list, checks the signature, sees the next state and fetches packages', async () => {
  const { store, url, publishing, first, second } = await openShop();
  const { state } = await publish(first, publishing);
  const repo = readFileSync(join(store, 'clients/umd-5-al9/UMD-5-base.repo'), 'utf8');
  const zypper = zypperClient(join(folder, 'zypper'), repo);
  await zypper.refresh();
  expect(await zypper.offers()).toEqual(['libsays 1.0-1.el9', 'says-rpm 1.0-1.el9']);
  await zypper.install('says-rpm');
  const fetched = readdirSync(join(folder, 'zypper/root/var/cache/zypp/packages'), { recursive: true });
  expect(fetched.map(String).filter((path) => path.endsWith('says-rpm-1.0-1.el9.noarch.rpm'))).toHaveLength(1);
  await publish(second, publishing);
  // libzypp keeps a mirror list for a while, and so the state that it leads to, which stays whole.
  await zypper.refresh();
  expect(await zypper.offers()).toEqual(['libsays 1.0-1.el9', 'says-rpm 1.0-1.el9']);
  rmSync(join(folder, 'zypper/root/var/cache/zypp'), { recursive: true });
  await zypper.refresh();
  expect(await zypper.offers()).toEqual(['libsays 1.0-1.el9', 'says-rpm 1.1-1.el9']);

  const rpms = state.shown.find(({ head }) => head.id === 'umd-5/production/al9/x86_64/base')?.head;
  const plain = zypperClient(join(folder, 'plain'), repo.replace(/^mirrorlist=.*$/m, `baseurl=${url}/${rpms?.path}`));
  await plain.refresh();
  expect(await plain.offers()).toEqual(['libsays 1.0-1.el9', 'says-rpm 1.1-1.el9']);

  const repomd = join(store, rpms?.path ?? '', 'repodata/repomd.xml');
  writeFileSync(repomd, readFileSync(repomd, 'utf8').replace('<revision>', '<revision>1'));
  await expect(plain.refresh()).rejects.toThrow(/signature verification failed/i);
}, 60_000);
