import { type Lock, renderLock } from '#core/ppa/lock.ts';
import { lockPath, type PpaId, parseVersion, ppaName } from '#core/ppa/ppa.ts';
import type { Age, ProductName, ServedPackage } from '#scripts/world/providers.ts';
import { type Format, PLATFORMS, productVersion } from '#scripts/world/releases.ts';
import type { World } from '#scripts/world/world.ts';
import { openPool } from '#shell/pool.ts';

/** How the release repo stands when a story begins. */
export interface Opening {
  /** Planned releases, in order. */
  readonly calendar: readonly { readonly version: string; readonly date: string }[];
  /** A small distribution that was released before: one product of EMI on both platforms. */
  readonly released?: { readonly tag: string; readonly product: ProductName; readonly age: Age };
}

const LANE = { distribution: 'umd', major: 5 };

/**
 * What a release before the story left: locks on `main` by path, their packages in the pool. It has no release.xml and no
 * records, like a distribution that was taken over from another tool; how releases come about is what the stories play.
 */
export async function releasedBefore(
  { released }: Opening,
  world: World,
  store: string,
): Promise<Record<string, string>> {
  if (released === undefined) return {};
  const site = world.providers.EMI;
  const found = site.packages.filter(({ product, age }) => product === released.product && age === released.age);
  await openPool(store).addAll(found.map(({ path, sha256, file, format }) => ({ path, sha256, file, format })));
  const formats = Object.keys(PLATFORMS) as Format[];
  return Object.fromEntries(
    formats.map((format) => {
      const packages = found.filter((each) => each.format === format);
      const id = idOf(packages, released.product, format);
      return [lockPath(LANE, id), renderLock(lockOf(id, packages, site.key.fingerprint))];
    }),
  );
}

function idOf([first]: readonly ServedPackage[], product: ProductName, format: Format): PpaId {
  const version = parseVersion(productVersion(first?.version ?? ''));
  if (version === undefined) throw new Error(`The world has no ${product} as ${format}.`);
  const { os, arch } = PLATFORMS[format];
  return { provider: 'EMI', product, os, arch, version };
}

function lockOf(id: PpaId, packages: readonly ServedPackage[], signer: string): Lock {
  const version = Object.values(id.version).join('.');
  return {
    product: id.product,
    provider: id.provider,
    version,
    ppa: ppaName(id),
    release: `releases/umd/5/EMI/${id.product}-${version}`,
    type: 'major',
    packages: packages.map(({ name, version: of, arch, sha256, size, file, url }) => ({
      ...{ name, version: of, arch, sha256, size, file, signer, url },
    })),
  };
}
