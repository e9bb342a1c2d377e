import { dayOf } from '#core/calendar/day.ts';
import { laneName } from '#core/distribution/distribution.ts';
import type { Lock } from '#core/ppa/lock.ts';
import { ppaKey, ppaName } from '#core/ppa/ppa.ts';
import { lockPlace } from '#core/repository/lock-place.ts';
import type { World } from '#core/rollout/facts.ts';
import { digestOf, isSettled, type Memory, type Remembered } from '#core/rollout/memory.ts';
import { lockOfPpa, lockPaths } from '#core/rollout/place.ts';
import { stateOfLabels } from '#core/rollout/state.ts';
import type { PpaReading } from '#shell/github-ppas.ts';
import type { ListedPull } from '#shell/github-pulls.ts';

/** A PPA that was quiet the last time and around which nothing changed since. */
export interface Resting extends Remembered {
  readonly lock: Lock;
}

export interface Rest {
  readonly resting: readonly Resting[];
  /** Pull request → digest of what is around it now, of every PPA that may rest at all. */
  readonly digests: ReadonlyMap<number, string>;
}

type Around = Pick<World, 'now' | 'released' | 'served' | 'roles'> & { readonly declaredAt: string };

/** Which of the open PPAs need no look. Those that depend on others, or wait for a ticket, always do. */
export async function restOf(
  { mirror, declared, runs }: PpaReading,
  pulls: readonly ListedPull[],
  memory: Memory | undefined,
  around: Around,
): Promise<Rest> {
  const open = pulls.filter((pull) => pull.open && pull.ppa !== undefined);
  const named = open.flatMap(({ ppa, head }) =>
    ppa === undefined ? [] : lockPaths(declared.distributions, ppa).map(({ path }) => `${head}:${path}`),
  );
  const texts = await mirror.present(named);
  const rivals = countOf(open.flatMap(({ ppa }) => (ppa === undefined ? [] : [ppaKey(ppa)])));
  const known = new Map(memory?.ppas.map((remembered) => [remembered.pull, remembered]));
  const digests = new Map<number, string>();
  const resting: Resting[] = [];
  for (const pull of open) {
    const { ppa: id, number, head, labels } = pull;
    if (labels.includes('Emergency')) continue; // decided together with its branch
    if (id === undefined || stateOfLabels(labels) === 'waiting-for-response' || (rivals.get(ppaKey(id)) ?? 0) > 1)
      continue;
    const paths = lockPaths(declared.distributions, id).map(({ path }) => path);
    const lock = paths
      .map((path) => lockOfPpa(texts.get(`${head}:${path}`), id, path))
      .find((each) => each !== undefined);
    if (lock === undefined || lock.group !== undefined) continue;
    const { lane, os, arch } = lockPlace(lock);
    const served = around.served[`${laneName(lane)}/${os}/${arch}`];
    const { updatedAt, assignees, body } = pull;
    if (!isSettled(updatedAt, around.now)) continue;
    const digest = digestOf({
      ...{ pull: number, updatedAt, head, labels, assignees, body, day: dayOf(around.now) },
      ...{ declared: around.declaredAt, roles: around.roles, released: around.released },
      served: [served?.untested, served?.inTesting].map(
        (there) => there !== undefined && lock.packages.every(({ sha256 }) => there.has(sha256)),
      ),
      runs: runs.filter(({ title }) => title === `verify-ppa ${number}`),
    });
    digests.set(number, digest);
    const before = known.get(number);
    if (before?.digest === digest && before.ppa === ppaName(id)) resting.push({ ...before, lock });
  }
  return { resting, digests };
}

function countOf(keys: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}
