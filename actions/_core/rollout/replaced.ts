import { laneName } from '#core/distribution/distribution.ts';
import type { Lock } from '#core/ppa/lock.ts';
import { parsePpaName, ppaKey } from '#core/ppa/ppa.ts';
import { lockPlace } from '#core/repository/lock-place.ts';
import type { World } from './facts.ts';
import { isNewer } from './peers.ts';

/**
 * PPAs that came into the candidate and were overtaken there: a newer one of the same product and platform was merged
 * before their release, so no release will ever take them along. An older lock in their place says nothing: the forge may
 * show a merge before Git does.
 */
export function replacedIn(candidate: readonly Lock[], merged: World['merged']): ReadonlyMap<string, string> {
  const here = new Map(candidate.map((lock) => [lock.ppa, lock]));
  const rivals = merged.flatMap(({ ppa, pull, lane }) => {
    const id = parsePpaName(ppa);
    return id === undefined ? [] : [{ ppa, pull, lane, id, reasoned: here.get(ppa)?.reason !== undefined }];
  });
  const there = rivals.filter(({ ppa, lane }) => {
    const lock = here.get(ppa);
    return lock !== undefined && laneName(lockPlace(lock).lane) === lane;
  });
  return new Map(
    rivals
      .filter(({ ppa }) => !here.has(ppa))
      .flatMap((old) => {
        const newer = there.find((each) => ppaKey(each.id) === ppaKey(old.id) && isNewer(each, old));
        return newer === undefined
          ? []
          : [[old.ppa, `Superseded in the candidate by #${newer.pull} (${newer.ppa}).`] as const];
      }),
  );
}
