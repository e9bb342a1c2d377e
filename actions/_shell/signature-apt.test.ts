import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ProvisioningError } from '#core/faults.ts';
import { type FetchFile, openAptIndex } from '#shell/signature-apt.ts';
import { type Keyring, openKeyring } from '#shell/signature-keys.ts';
import { aptRepository, buildDeb, dropKey, type Key, makeKey, signText } from '#shell/testing/packages.ts';

const NOW = new Date('2026-01-01T00:00:00Z');
let [folder, root, sha256] = ['', '', ''];
let key: Key;
let keyring: Keyring;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'apt-'));
  root = join(folder, 'debian');
  key = makeKey(folder, 'provider');
  const ring = join(folder, 'ring');
  mkdirSync(ring);
  keyring = await openKeyring(ring, [key]);
  const deb = buildDeb(join(root, 'pool'), { name: 'voms-clients', version: '2.1.0~rc3-3', arch: 'amd64' });
  sha256 = createHash('sha256').update(readFileSync(deb)).digest('hex');
});
afterEach(() => {
  dropKey(key);
  rmSync(folder, { recursive: true });
});

/** Reads from the folder, with the checks that the far side's bytes get (fetch.test.ts has the real one). */
const fromFolder: FetchFile = async (url, to, want) => {
  const path = url.replace('https://provider.example/', `${folder}/`);
  if (!existsSync(path)) throw new ProvisioningError('FETCH_STATUS', `${url} answers 404`, '');
  const found = createHash('sha256').update(readFileSync(path)).digest('hex');
  if (want?.sha256 !== undefined && want.sha256 !== found) throw new ProvisioningError('FETCH_DIGEST', url, '');
  copyFileSync(path, to);
};
const opened = (url = 'https://provider.example/debian', arch = 'amd64') =>
  openAptIndex({ url, suite: 'bookworm', arch }, fromFolder, keyring, NOW);
const refuses = (code: string) => expect(opened()).rejects.toMatchObject({ code });
const inDist = (name: string) => join(root, 'dists/bookworm', name);

test.each([
  'https://provider.example/debian',
  'https://provider.example/debian/',
  'https://provider.example/debian/dists/bookworm',
])('lists what the signed repository %s holds', async (url) => {
  aptRepository(root, 'bookworm', 'amd64', key);
  const index = await opened(url);
  expect(index).toMatchObject({ root: 'https://provider.example/debian/', signer: key.fingerprint });
  expect(index.packages).toEqual([
    {
      name: 'voms-clients',
      version: '2.1.0~rc3-3',
      arch: 'amd64',
      sha256,
      size: readFileSync(join(root, 'pool/voms-clients_2.1.0~rc3-3_amd64.deb')).length,
      filename: 'pool/voms-clients_2.1.0~rc3-3_amd64.deb',
    },
  ]);
});

test('a flat repository, and an index that is there as .xz only', async () => {
  writeFileSync(join(root, 'Packages'), execFileSync('apt-ftparchive', ['packages', 'pool'], { cwd: root }));
  execFileSync('xz', [join(root, 'Packages')]);
  writeFileSync(join(root, 'Release'), execFileSync('apt-ftparchive', ['release', '.'], { cwd: root }));
  writeFileSync(join(root, 'InRelease'), signText('--clearsign', join(root, 'Release'), key));
  expect((await opened()).packages.map((each) => each.sha256)).toEqual([sha256]);
});

test('no InRelease, an expired one, one of a stranger, one by SHA-1', async () => {
  await refuses('PACKAGE_SIGNATURE_MISSING');
  aptRepository(root, 'bookworm', 'amd64', key, { 'Valid-Until': 'Wed, 31 Dec 2025 23:59:59 UTC' });
  await refuses('PACKAGE_INDEX_EXPIRED');
  aptRepository(root, 'bookworm', 'amd64', key, {}, 'SHA1');
  await refuses('PACKAGE_SIGNATURE_WEAK');
  const stranger = makeKey(folder, 'stranger');
  aptRepository(root, 'bookworm', 'amd64', stranger);
  await refuses('PACKAGE_SIGNATURE_UNKNOWN');
  dropKey(stranger);
});

test('an index that is not the signed one, and none for the architecture', async () => {
  aptRepository(root, 'bookworm', 'amd64', key);
  await expect(opened(undefined, 'arm64')).rejects.toMatchObject({ code: 'PACKAGE_INDEX_MISSING' });
  execFileSync('gzip', ['-f', inDist('main/binary-amd64/Packages')], { input: '' });
  writeFileSync(inDist('main/binary-amd64/Packages.gz'), 'Package: evil\n');
  await refuses('PACKAGE_INDEX_MOVED');
});
