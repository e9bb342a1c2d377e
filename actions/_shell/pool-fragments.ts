import { fault } from '#core/fault-codes.ts';
import { type Fault, ProvisioningError } from '#core/faults.ts';
import { type Fragment, poolPath } from '#core/repository/fragment.ts';
import { claimsOf } from '#core/repository/fragment-claims.ts';
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

/** What is signed is what the lock pins and the package says of itself: in the very texts, and beside them. */
function mismatch(one: RepositoryPackage, fragment: Fragment, { id, format }: Head): Fault | undefined {
  const [locked, found] = [one, fragment].map(
    ({ name, version, arch }) => `${name} ${version.replace(/^0:/, '')} ${arch}`,
  );
  const place = poolPath(one.sha256, fragment.file);
  if (fragment.format === format && fragment.sha256 === one.sha256 && locked === found) {
    const claims = claimsOf(fragment);
    const claimed = claims === undefined ? '' : `${claims.name} ${claims.version} ${claims.arch}`;
    if (claimed === locked && claims?.sha256 === one.sha256) return undefined;
    const told = claims === undefined ? 'are not about one package' : `are about ${claimed}, sha256 ${claims.sha256}`;
    return fault('POOL_MISMATCH', `${id}: ${one.ppa} names ${locked}, but the texts that would be signed for ${place} ${told}. Look who writes the pool, then: npm run pool -- rebuild.`); // biome-ignore format: one sentence
  }
  return fault('POOL_MISMATCH', `${id}: ${one.ppa} names ${locked}, but ${place} is the ${fragment.format} ${found}.`);
}
