import { lstatSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { publish } from './publish.ts';
import { checkAll } from './publish-check-files.ts';
import { openSigner } from './signer.ts';
import { makeKey } from './testing/make-key.ts';
import { publishingSite } from './testing/publishing.ts';

const { openShop, shut } = await publishingSite();
afterAll(shut);

/** Files that no site reads: what was rendered before, the fragments beside packages (the next test but one has them). */
const OWN = /^cache\/|\/fragment\.json$/;

/** A file, and no way to one by a link. */
function isItself(path: string): boolean {
  return lstatSync(path).isFile() && realpathSync(path) === path;
}

/** A file of every kind that is served: its path with digests, versions and suites taken out names the kind. */
function oneOfEachKind(store: string): readonly (readonly [string, string])[] {
  const paths = readdirSync(store, { recursive: true, encoding: 'utf8' }).sort();
  const state = readFileSync(join(store, 'state.json'), 'utf8');
  const isWanted = (path: string) => !path.startsWith('pool/') || state.includes(path.split('/')[2] ?? '');
  const files = paths.filter((path) => isItself(join(store, path)) && !OWN.test(path) && isWanted(path));
  const kind = (path: string) =>
    path
      .replace(/[0-9a-f]{64}/g, '…')
      .replace(/^pool\/.*\.(rpm|deb)$/, 'package.$1')
      .replace(/^sw\/.*?\/(?=snapshots|dists|repodata|mirrorlist|index)/, '')
      .replace(/^clients\/.*\.(\w+)$/, 'client.$1');
  return [...new Map(files.map((path) => [kind(path), path]))];
}

test('whatever file is broken, or gone, is told, and nothing else', async () => {
  const { store, publishing, second } = await openShop();
  await publish(second, publishing);
  expect(await checkAll(second, publishing)).toEqual([]);
  const told = new Map<string, string>();
  for (const [kind, path] of oneOfEachKind(store)) {
    const [file, bytes] = [join(store, path), readFileSync(join(store, path))];
    for (const spoil of [
      () =>
        writeFileSync(
          file,
          bytes.map((byte, at) => (at === bytes.length >> 1 ? byte ^ 1 : byte)),
        ),
      () => rmSync(file),
    ]) {
      spoil();
      const found = await checkAll(second, publishing).catch(({ message }: Error) => [message]); // state.json
      expect(found.length, `${path} ${found}`).toBeGreaterThan(0);
      told.set(kind, found[0] ?? '');
      writeFileSync(file, bytes);
    }
  }
  // Written down by hand: what is served of a repository of each format, and what stands besides.
  expect([...told.keys()].sort()).toEqual([
    'client.pref', 'client.repo', 'client.sources', 'clients/ea-report', 'dists/bookworm/InRelease', 'dists/bookworm/Release',
    'dists/bookworm/main/binary-amd64/by-hash/SHA256/…', 'index.html', 'keys/providers/INFN.asc', 'keys/umd.asc', 'mirrorlist', 'package.deb', 'package.rpm',
    'snapshots/…/dists/bookworm/InRelease', 'snapshots/…/repodata/repomd.xml', 'snapshots/…/repodata/repomd.xml.asc', 'snapshots/…/repodata/repomd.xml.key',
    'snapshots/…/repodata/…-filelists.xml.gz', 'snapshots/…/repodata/…-other.xml.gz', 'snapshots/…/repodata/…-primary.xml.gz', 'state.json',
  ]); // biome-ignore format: a list
  expect(told.get('package.deb')).toMatch(/pool\/.*\.deb (has not the bytes of its sha256|is not there)\.$/);
  expect(await checkAll(second, publishing)).toEqual([]);
}, 60_000);

test('what another key signed is told, though every digest in it is right', async () => {
  const { store, publishing, first } = await openShop();
  await publish(first, publishing);
  const stranger = await openSigner(makeKey('stranger').secret, new Date());
  const inRelease = join(store, 'sw/production/umd/5/debian/dists/bookworm/InRelease');
  const release = readFileSync(join(inRelease, '../Release'), 'utf8');
  writeFileSync(inRelease, await stranger.clearsign(release));
  await stranger.close();
  const found = await checkAll(first, publishing);
  expect(found.join('\n')).toMatch(/debian-12\/amd64\/base: InRelease is not signed by the key of the sites/);
});
