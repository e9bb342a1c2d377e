import type { Distribution } from '#core/distribution/distribution.ts';
import { ProvisioningError } from '#core/faults.ts';
import type { Head } from '#core/repository/listing.ts';
import { releasePackages } from '#core/repository/release-package.ts';
import { releaseRepositories } from '#core/repository/release-repository.ts';
import type { WantedRepository } from '#core/repository/wanted.ts';
import { publishReleasePackage, type ReleaseHands, servedReleasePackage } from '#shell/release-package.ts';
import type { Store } from '#shell/store.ts';

interface Hands extends ReleaseHands {
  readonly publicUrl: string;
}

/**
 * Makes the release packages bring what the client files say now. One that cannot be built costs a warning and not the
 * publication: sites that have the older one go on.
 * @returns file names of new ones
 */
export async function renewReleasePackages(
  heads: readonly Head[],
  distributions: readonly Distribution[],
  hands: Hands,
  warn: (sentence: string) => void,
): Promise<readonly string[]> {
  const texts = await readTexts(hands.store, heads);
  const titles = Object.fromEntries(distributions.map(({ distribution, title }) => [distribution, title]));
  const contacts = Object.fromEntries(distributions.map(({ distribution, contact }) => [distribution, contact]));
  const files: string[] = [];
  for (const made of releasePackages(heads, texts, { publicUrl: hands.publicUrl, titles, contacts })) {
    try {
      const file = await publishReleasePackage(made, hands);
      if (file !== undefined) files.push(file);
    } catch (cause) {
      if (!(cause instanceof ProvisioningError)) throw cause;
      warn(`${made.folder}/${made.name} stays as it is: ${cause.message}`);
    }
  }
  return files;
}

/** Client files and keys as they are served. */
async function readTexts(store: Store, heads: readonly Head[]) {
  const folders = [
    ...new Set(heads.map(({ lane, os }) => `clients/${lane}-${os}`)),
    'keys',
    'keys/further',
    'keys/providers',
  ];
  const keys: string[] = [];
  for (const folder of folders) {
    const names = (await store.list(folder)).filter((name) => /\.(repo|sources|pref|asc)$/.test(name));
    keys.push(...names.filter((name) => !/\.deb\.asc$/.test(name)).map((name) => `${folder}/${name}`));
  }
  const read = async (key: string) => ({ key, text: (await store.read(key))?.toString() ?? '' });
  return Promise.all(keys.sort().map(read));
}

/** What Git wants and, besides, the repositories of the release packages that are served now. */
export async function withReleasePackages(
  wanted: readonly WantedRepository[],
  distributions: readonly Distribution[],
  hands: Pick<Hands, 'store' | 'pool'>,
): Promise<readonly WantedRepository[]> {
  const folders = new Map(
    wanted.map(({ lane, os }) => [`clients/${lane}-${os}`, `${lane.replace(/-\d+$/, '')}-release`]),
  );
  const served = await Promise.all(
    [...folders].map(async ([folder, name]) => [folder, await servedReleasePackage(folder, name, hands)] as const),
  );
  const packages = new Map(served);
  return [
    ...wanted,
    ...releaseRepositories(wanted, distributions, (lane, os) => packages.get(`clients/${lane}-${os}`)),
  ];
}
