import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { publish } from './publish.ts';
import { checkAll } from './publish-check-files.ts';
import { openSigner } from './signer.ts';
import { makeKey } from './testing/make-key.ts';
import { aptClient, dnfClient } from './testing/package-managers.ts';
import { publishingSite } from './testing/publishing.ts';

const { folder, key: old, openShop, shut } = await publishingSite();
const next = makeKey('next');
const signer = await openSigner(next.secret, new Date());
afterAll(async () => {
  await signer.close();
  await shut();
});

/** Sites as `umd-release` leaves them: client files and keys of the first day, on their own disk. */
async function sites(name: string, { store, url }: Awaited<ReturnType<typeof openShop>>) {
  const home = join(folder, name);
  mkdirSync(home);
  const client = (file: string) => readFileSync(join(store, 'clients', file), 'utf8');
  const repo = client('umd-5-al9/UMD-5-base.repo').replaceAll(
    new RegExp(`${url}/(keys/\\S+)`, 'g'),
    (_, key: string) => {
      const own = join(home, key.replaceAll('/', '-'));
      writeFileSync(own, readFileSync(join(store, key)));
      return `file://${own}`;
    },
  );
  const apt = aptClient(join(home, 'apt'), client('umd-5-debian-12/UMD-5-base.sources'));
  const dnf = dnfClient(join(home, 'dnf'), repo);
  await apt.refresh();
  await dnf.refresh();
  return { apt, dnf };
}

test('sites that were given the next key beforehand go on when it signs; others are shut out', async () => {
  const shop = await openShop();
  const { publishing, first, second } = shop;
  await publish(first, publishing);
  const before = await sites('before', shop);
  const told = { ...publishing, furtherKeys: [{ name: 'next', armored: next.public }] };
  await publish(first, told);
  expect(await checkAll(first, told)).toEqual([]);
  const ready = await sites('ready', shop);

  const turned = { ...publishing, signer, furtherKeys: [{ name: 'last', armored: old.public }] };
  await publish(second, turned);
  expect(await checkAll(second, turned)).toEqual([]);
  await ready.apt.refresh();
  expect(await ready.apt.offers()).toEqual(['libsays 1.0-1', 'says-deb 1:1.1-1']);
  await ready.dnf.refresh();
  expect(await ready.dnf.offers()).toEqual(['libsays 1.0-1.el9', 'says-rpm 1.1-1.el9']);
  await expect(before.apt.refresh()).rejects.toThrow(/NO_PUBKEY|not signed/);
  await expect(before.dnf.refresh()).rejects.toThrow(/[Bb]ad GPG signature|GPG|repomd/);
}, 60_000);
