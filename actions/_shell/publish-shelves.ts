import { fault } from '#core/fault-codes.ts';
import { type Fault, ProvisioningError } from '#core/faults.ts';
import { type Fragment, poolPath } from '#core/repository/fragment.ts';
import type { Shelf } from '#core/repository/plan.ts';
import type { PublishedState } from '#core/repository/published.ts';
import { ordered, snapshotId } from '#core/repository/snapshot.ts';
import type { RepositoryPackage, WantedRepository } from '#core/repository/wanted.ts';
import type { Pool } from './pool.ts';

/**
 * Wanted repositories with the fragments of their packages. One that the pool cannot fill is left as it is published
 * and its faults are told: a bad lock in one place does not stop the others.
 */
export async function fillShelves(
  wanted: readonly WantedRepository[],
  published: PublishedState | undefined,
  pool: Pool,
): Promise<{ readonly shelves: readonly Shelf[]; readonly faults: readonly Fault[] }> {
  const shelves: Shelf[] = [];
  const faults: Fault[] = [];
  for (const repository of wanted) {
    const filled = await fill(repository, pool);
    faults.push(...filled.faults);
    if (filled.faults.length === 0) {
      const snapshot = snapshotId(repository, filled.fragments);
      shelves.push({ repository: { ...repository, snapshot }, fragments: filled.fragments });
      continue;
    }
    const kept = published?.repositories.find(({ id }) => id === repository.id);
    if (kept === undefined) continue;
    const { validUntil, ...before } = kept;
    shelves.push({ repository: before, fragments: (await fill(before, pool)).fragments });
  }
  return { shelves, faults };
}

async function fill(repository: WantedRepository, pool: Pool) {
  const fragments: Fragment[] = [];
  const faults: Fault[] = [];
  for (const one of repository.packages) {
    try {
      const fragment = await pool.fragment(one.sha256);
      const wrong = mismatch(one, fragment, repository);
      if (wrong === undefined) fragments.push(fragment);
      else faults.push(wrong);
    } catch (cause) {
      if (!(cause instanceof ProvisioningError)) throw cause;
      faults.push(
        ...cause.faults.map((found) => ({ ...found, sentence: `${repository.id}: ${one.ppa}: ${found.sentence}` })),
      );
    }
  }
  return { fragments: ordered(fragments), faults };
}

/** What is signed is what the lock pins and the package says of itself. */
function mismatch(one: RepositoryPackage, fragment: Fragment, { id, format }: WantedRepository): Fault | undefined {
  const [locked, found] = [one, fragment].map(
    ({ name, version, arch }) => `${name} ${version.replace(/^0:/, '')} ${arch}`,
  );
  if (fragment.format === format && fragment.sha256 === one.sha256 && locked === found) return undefined;
  const place = poolPath(fragment.sha256, fragment.file);
  return fault('POOL_MISMATCH', `${id}: ${one.ppa} names ${locked}, but ${place} is the ${fragment.format} ${found}.`);
}
