import type { Lock, LockedPackage } from '#core/ppa/lock.ts';
import { versionText } from '#core/ppa/ppa.ts';
import type { PpaPlan } from '#core/release/plan.ts';

/**
 * The lock of a PPA once all its packages are in the pool.
 * @param release folder of the release
 * @param packages what was taken in for this PPA
 * @param present lock of the product and platform on candidate; an incremental release keeps what it does not replace
 */
export function lockOf(plan: PpaPlan, release: string, packages: readonly LockedPackage[], present?: Lock): Lock {
  const fresh = new Set(packages.map(({ name }) => name));
  const kept = plan.incremental ? (present?.packages ?? []).filter(({ name }) => !fresh.has(name)) : [];
  return {
    product: plan.id.product,
    provider: plan.id.provider,
    version: versionText(plan.id.version),
    ppa: plan.name,
    release,
    type: plan.type,
    ...(plan.reason === undefined ? {} : { reason: plan.reason }),
    ...(plan.group === undefined ? {} : { group: plan.group }),
    packages: [...kept, ...packages],
  };
}
