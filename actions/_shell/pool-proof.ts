import { fault } from '#core/fault-codes.ts';
import type { Fault } from '#core/faults.ts';
import { type Fragment, poolPath } from '#core/repository/fragment.ts';
import type { Head } from '#core/repository/listing.ts';
import type { RepositoryPackage } from '#core/repository/wanted.ts';
import type { Pool } from './pool.ts';

/**
 * Packages that a repository has not shown before, and that lie in the pool otherwise than their locks pin them: nobody
 * could install them. Told before anything is signed. What it shows already is not read again (`npm run pool -- verify` does).
 * @param before rows of the listing that is published, about where these packages stand
 */
export async function changedSince(
  packages: readonly RepositoryPackage[],
  fragments: readonly Fragment[],
  { before, head, pool }: { readonly before: string; readonly head: Head; readonly pool: Pool },
): Promise<readonly Fault[]> {
  if (pool.digest === undefined) return [];
  const files = new Map(fragments.map(({ sha256, file }) => [sha256, file]));
  let at = 0; // both in one order, so that what is known is found at once
  const fresh = packages.filter(({ sha256 }) => {
    const found = before.indexOf(sha256, at);
    if (found >= 0) at = found;
    return found < 0 && files.has(sha256);
  });
  const faults: Fault[] = [];
  for (const { sha256, ppa } of fresh) {
    const file = files.get(sha256) ?? '';
    const found = await pool.digest(sha256, file);
    if (found === sha256) continue;
    const [place, is] = [poolPath(sha256, file), found === undefined ? 'is not there' : `has sha256 ${found}`];
    faults.push(fault('POOL_DIGEST', `${head.id}: ${ppa}: ${place} ${is}.`));
  }
  return faults;
}
