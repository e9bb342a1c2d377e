import { parseTag } from '#core/calendar/tag.ts';
import { type Lane, laneName } from '#core/distribution/distribution.ts';
import type { Lock } from '#core/ppa/lock.ts';
import { lockPlace } from '#core/repository/lock-place.ts';

/** A release tag with the locks at it. */
export interface Released {
  readonly tag: string;
  readonly locks: readonly Lock[];
}

export function ofLane(locks: readonly Lock[], lane: Lane): Lock[] {
  return locks.filter((lock) => laneName(lockPlace(lock).lane) === laneName(lane));
}

/** A lane's locks that no release of it had before: what is new in the next one. */
export function freshLocks(locks: readonly Lock[], lane: Lane, production: readonly Released[]): Lock[] {
  const own = production.filter(
    ({ tag }) => laneName(parseTag(tag)?.lane ?? { distribution: '', major: 0 }) === laneName(lane),
  );
  const known = new Set(own.flatMap((each) => ofLane(each.locks, lane).map(({ ppa }) => ppa)));
  return ofLane(locks, lane).filter(({ ppa }) => !known.has(ppa));
}
