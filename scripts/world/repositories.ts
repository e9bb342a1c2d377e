import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Key, KeyRing } from './keys.ts';
import { run } from './process.ts';

/** Repositories as a provider makes them: with the tools that everybody uses, not with the publisher that is to be tried. */

export interface AptSuite {
  readonly origin: string;
  readonly suite: string;
  readonly arch: string;
}

/** `dists/<suite>/main/binary-<arch>/Packages{,.gz}` over the debs below `pool/`; not signed. */
export async function indexDebs(root: string, { suite, arch }: AptSuite): Promise<void> {
  const folder = join(root, 'dists', suite, 'main', `binary-${arch}`);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'Packages'), await run('apt-ftparchive', ['packages', 'pool'], { cwd: root }));
  await run('gzip', ['--keep', '--force', '--no-name', join(folder, 'Packages')]);
}

/** `Release`, `Release.gpg` and `InRelease` over what `indexDebs` wrote. */
export async function signSuite(root: string, about: AptSuite, ring: KeyRing, key: Key): Promise<void> {
  const folder = join(root, 'dists', about.suite);
  const settings = Object.entries({
    Origin: about.origin,
    Label: about.origin,
    Suite: about.suite,
    Codename: about.suite,
    Architectures: about.arch,
    Components: 'main',
  }).flatMap(([name, value]) => ['-o', `APT::FTPArchive::Release::${name}=${value}`]);
  for (const old of ['Release', 'Release.gpg', 'InRelease']) await rm(join(folder, old), { force: true });
  const release = join(folder, 'Release');
  await writeFile(`${folder}.release`, await run('apt-ftparchive', [...settings, 'release', folder]));
  await rename(`${folder}.release`, release); // not inside while it is written: it would list itself
  await ring.signDetached(release, key, `${release}.gpg`);
  await ring.signClear(release, key, join(folder, 'InRelease'));
}

/** `repodata/` over the rpms below `root`, and `repomd.xml.asc`. */
export async function indexRpms(root: string, ring: KeyRing, key: Key | undefined): Promise<void> {
  await run('createrepo_c', ['--quiet', '--no-database', '--simple-md-filenames', root]);
  if (key !== undefined) await ring.signDetached(join(root, 'repodata/repomd.xml'), key);
}
