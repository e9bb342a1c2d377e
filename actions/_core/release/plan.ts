import type { PackageFormat } from '#core/distribution/distribution.ts';
import type { ReleaseType } from '#core/ppa/lock.ts';
import { type PpaId, type ProductVersion, ppaName } from '#core/ppa/ppa.ts';
import type { Release, ReleasePackage, ReleasePpa, ReleaseProduct, Synch } from './release.ts';

/** What the bouncer makes of one `UMDmeta:UMDmeta`: one pull request (domain.md section 1). */
export interface PpaPlan {
  readonly id: PpaId;
  readonly name: string;
  readonly format: PackageFormat;
  readonly type: ReleaseType;
  readonly emergency: boolean;
  /** True when the packages are only what changed: the rest stays as the present lock has it. */
  readonly incremental: boolean;
  readonly reason?: string;
  readonly group?: string;
  /** Where packages without an own `url` come from; its `url` is absent when all have one. */
  readonly synch: Synch;
  readonly packages: readonly ReleasePackage[];
}

/** Version before this one by PPA, undefined when there is none. */
export type Previous = (id: PpaId) => ProductVersion | undefined;

/**
 * The PPAs of a release without faults, in the order of the file.
 * @param previous when given, a product that has none is `major` (all criteria are new to it); when left out, the
 * version alone says the type: x.0.0 major, x.y.0 minor, else revision.
 */
export function ppasOf(release: Release, previous?: Previous): readonly PpaPlan[] {
  return release.products.flatMap((product) => product.ppas.map((ppa) => planOf(product, ppa, previous)));
}

function planOf(product: ReleaseProduct, ppa: ReleasePpa, previous: Previous | undefined): PpaPlan {
  const id = ppaIdOf(product, ppa);
  const step = previous === undefined ? typeByVersion(id.version) : typeByStep(previous(id), id.version);
  const synch = ppa.synch ?? product.synch;
  return {
    id,
    name: ppaName(id),
    format: formatOf(ppa, synch),
    type: product.type ?? step,
    emergency: product.emergency,
    incremental: product.incremental,
    ...(product.reason === undefined ? {} : { reason: product.reason }),
    ...(product.group === undefined ? {} : { group: product.group }),
    synch,
    packages: ppa.packages,
  };
}

export function ppaIdOf({ provider, product, version }: ReleaseProduct, { os, arch }: ReleasePpa): PpaId {
  return { provider, product, os, arch, version };
}

/** By the files; the protocol only speaks for a PPA without packages. */
function formatOf({ packages: [first] }: ReleasePpa, { protocol }: Synch): PackageFormat {
  if (first !== undefined) return first.file.endsWith('.deb') ? 'deb' : 'rpm';
  return protocol === 'deb' ? 'deb' : 'rpm';
}

function typeByVersion({ minor, revision }: ProductVersion): ReleaseType {
  if (revision > 0) return 'revision';
  return minor > 0 ? 'minor' : 'major';
}

/** domain.md section 4: what changed first in the version. The same version again is a revision; no version before is major. */
export function typeByStep(before: ProductVersion | undefined, now: ProductVersion): ReleaseType {
  if (before === undefined || before.major !== now.major) return 'major';
  return before.minor === now.minor ? 'revision' : 'minor';
}
