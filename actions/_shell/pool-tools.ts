import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { PackageFormat } from '#core/distribution/distribution.ts';
import { fault, refusal, throwAll } from '#core/fault-codes.ts';
import { cutDeb } from '#core/repository/deb-fragment.ts';
import type { Fragment } from '#core/repository/fragment.ts';
import { cutRpm } from '#core/repository/rpm-fragment.ts';
import { command } from './command.ts';

interface Placed {
  readonly sha256: string;
  readonly file: string;
  readonly format: PackageFormat;
}

/**
 * Has the field's own tools describe packages that lie in `<folder>/<sha256>/<file>`; one start per format.
 * @returns by sha256
 * @throws ProvisioningError POOL_FORMAT naming every file the tool did not take for a package.
 */
export async function describeAll(folder: string, packages: readonly Placed[]): Promise<ReadonlyMap<string, Fragment>> {
  const of = (format: PackageFormat) => packages.filter((one) => one.format === format);
  const [rpms, debs] = [of('rpm'), of('deb')];
  const fragments = new Map<string, Fragment>([
    ...(rpms.length > 0 ? await describeRpms(folder, rpms) : []),
    ...(debs.length > 0 ? await describeDebs(folder, debs) : []),
  ]);
  const unread = packages.filter(({ sha256 }) => !fragments.has(sha256));
  throwAll(unread.map(({ file, format }) => fault('POOL_FORMAT', `${file} is no ${format} package.`)));
  return fragments;
}

/** `--pkglist` with relative paths: given an absolute one createrepo_c finds 0 packages and says nothing. */
async function describeRpms(folder: string, rpms: readonly Placed[]): Promise<ReadonlyMap<string, Fragment>> {
  const [list, out] = [join(folder, 'pkglist'), join(folder, 'createrepo')];
  await writeFile(list, rpms.map(({ sha256, file }) => `${sha256}/${file}\n`).join(''));
  await mkdir(out);
  await command('createrepo_c', ['--quiet', '--no-database', '--pkglist', list, '-o', out, folder]);
  const files = await readdir(join(out, 'repodata'));
  const text = async (kind: string) => {
    const name = files.find((file) => file.endsWith(`-${kind}.xml.gz`)) ?? `${kind}.xml.gz`;
    return gunzipSync(await readFile(join(out, 'repodata', name))).toString();
  };
  return cutRpm({ primary: await text('primary'), filelists: await text('filelists'), other: await text('other') });
}

/** One start describes the whole folder; it looks at files that end in .deb only. */
async function describeDebs(folder: string, debs: readonly Placed[]): Promise<ReadonlyMap<string, Fragment>> {
  const packages = await command('apt-ftparchive', ['-qq', 'packages', '.'], { cwd: folder }).catch(
    (cause: unknown) => {
      throw refusal('POOL_FORMAT', `One of ${debs.map(({ file }) => file).join(', ')}: ${(cause as Error).message}`, {
        cause,
      });
    },
  );
  return cutDeb(packages.toString());
}
