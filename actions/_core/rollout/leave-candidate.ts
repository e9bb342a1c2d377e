import { type Lock, renderLock } from '#core/ppa/lock.ts';
import { lockPath, parsePpaName, ppaKey } from '#core/ppa/ppa.ts';
import { lockPlace } from '#core/repository/lock-place.ts';
import type { Effect } from './effects.ts';

/**
 * What must leave the candidate, leaves: the product's lock becomes the one in production again, or goes when there is
 * none. Named PPAs come last, so that a crash never forgets the rest of their group.
 * @param production locks of all releases, oldest first
 */
export function leaveCandidate(
  candidate: readonly Lock[],
  production: readonly Lock[],
  leaving: ReadonlyMap<string, string>,
): Effect[] {
  const order = [...leaving.keys()];
  const here = candidate.filter(({ ppa }) => leaving.has(ppa));
  return here
    .sort((a, b) => order.indexOf(a.ppa) - order.indexOf(b.ppa))
    .flatMap((lock): Effect[] => {
      const id = parsePpaName(lock.ppa);
      if (id === undefined) return [];
      const path = lockPath(lockPlace(lock).lane, id);
      const former = production.findLast((each) => !leaving.has(each.ppa) && samePlace(each, lock));
      const message = `${lock.ppa} leaves the candidate\n\n${leaving.get(lock.ppa)}`;
      return [
        {
          kind: 'put-file',
          branch: 'candidate',
          path,
          ...(former === undefined ? {} : { text: renderLock(former) }),
          message,
        },
      ];
    });
}

function samePlace(one: Lock, other: Lock): boolean {
  const [a, b] = [parsePpaName(one.ppa), parsePpaName(other.ppa)];
  const lanes = [one, other].map((lock) => lockPlace(lock).lane);
  return (
    a !== undefined &&
    b !== undefined &&
    ppaKey(a) === ppaKey(b) &&
    JSON.stringify(lanes[0]) === JSON.stringify(lanes[1])
  );
}
