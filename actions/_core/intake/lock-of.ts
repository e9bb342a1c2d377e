import type { Lock, LockedMetadata, LockedPackage } from '#core/ppa/lock.ts';
import { versionText } from '#core/ppa/ppa.ts';
import type { PpaPlan } from '#core/release/plan.ts';

/**
 * The lock of a PPA once all its packages are in the pool.
 * @param release folder of the release
 * @param packages what was taken in for this PPA
 * @param present lock of the product and platform on candidate; an incremental release keeps what it does not replace
 * @param metadata groups and modules that were taken in with them
 */
export function lockOf(
  plan: PpaPlan,
  release: string,
  packages: readonly LockedPackage[],
  present?: Lock,
  metadata: readonly LockedMetadata[] = [],
): Lock {
  const said = new Set(metadata.map(({ kind }) => kind));
  const still = plan.incremental ? (present?.metadata ?? []).filter(({ kind }) => !said.has(kind)) : [];
  const besides = [...metadata, ...still];
  return {
    product: plan.id.product,
    provider: plan.id.provider,
    version: versionText(plan.id.version),
    ppa: plan.name,
    release,
    type: plan.type,
    ...(plan.reason === undefined ? {} : { reason: plan.reason }),
    ...(plan.group === undefined ? {} : { group: plan.group }),
    packages: packagesOf(plan, packages, present),
    ...(besides.length === 0 ? {} : { metadata: besides }),
  };
}

/** All packages of the PPA: an incremental release keeps those of the present lock that it does not replace. */
export function packagesOf(
  { incremental }: PpaPlan,
  packages: readonly LockedPackage[],
  present: Lock | undefined,
): readonly LockedPackage[] {
  const fresh = new Set(packages.map(({ name }) => name));
  const kept = incremental ? (present?.packages ?? []).filter(({ name }) => !fresh.has(name)) : [];
  return [...kept, ...packages];
}
