import { fault } from '#core/fault-codes.ts';
import { type Fault, ProvisioningError } from '#core/faults.ts';
import { type Fragment, poolPath } from '#core/repository/fragment.ts';
import type { Head } from '#core/repository/listing.ts';
import type { RepositoryPackage } from '#core/repository/wanted.ts';
import type { Pool } from './pool.ts';

/** The fragments of packages in their order; what the pool lacks or what says other than its lock is told. */
export async function fragmentsOf(packages: readonly RepositoryPackage[], head: Head, pool: Pool) {
  const faults: Fault[] = [];
  const read = packages.map(async (one): Promise<readonly Fragment[]> => {
    try {
      const fragment = await pool.fragment(one.sha256);
      const wrong = mismatch(one, fragment, head);
      if (wrong === undefined) return [fragment];
      faults.push(wrong);
    } catch (cause) {
      if (!(cause instanceof ProvisioningError)) throw cause;
      faults.push(
        ...cause.faults.map((found) => ({ ...found, sentence: `${head.id}: ${one.ppa}: ${found.sentence}` })),
      );
    }
    return [];
  });
  return { fragments: (await Promise.all(read)).flat(), faults };
}

/** What is signed is what the lock pins and the package says of itself. */
function mismatch(one: RepositoryPackage, fragment: Fragment, { id, format }: Head): Fault | undefined {
  const [locked, found] = [one, fragment].map(
    ({ name, version, arch }) => `${name} ${version.replace(/^0:/, '')} ${arch}`,
  );
  if (fragment.format === format && fragment.sha256 === one.sha256 && locked === found) return undefined;
  const place = poolPath(fragment.sha256, fragment.file);
  return fault('POOL_MISMATCH', `${id}: ${one.ppa} names ${locked}, but ${place} is the ${fragment.format} ${found}.`);
}
