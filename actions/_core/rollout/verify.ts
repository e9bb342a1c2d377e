import { parseLock } from '#core/ppa/lock.ts';
import type { Effect } from './effects.ts';
import type { Run } from './evidence.ts';
import type { PpaFacts, World } from './facts.ts';
import type { Standing } from './standing.ts';

/** When the automated verification of a PPA is started: its work is dispatched as long as its evidence is missing. */

interface Case {
  readonly standing: Standing;
  readonly facts: PpaFacts;
  readonly world: World;
}

/** A run without result is tried again, so often. */
const ATTEMPTS = 3;

export function isActive({ status }: Run): boolean {
  return status !== 'completed';
}

export function attemptsLeft({ standing, facts }: Pick<Case, 'standing' | 'facts'>): boolean {
  const { lockSince, runsPast = 0 } = standing;
  const about = facts.runs.filter(({ createdAt, id }) => createdAt >= lockSince && id > runsPast);
  return about.filter((run) => !isActive(run) && isAskedFor(standing, run)).length < ATTEMPTS;
}

/** Did it begin after verification was last asked for? */
export function isAskedFor(standing: Standing, { createdAt, id }: Pick<Run, 'createdAt' | 'id'>): boolean {
  return createdAt >= (standing.rerunSince ?? '') && id > (standing.rerunPast ?? 0);
}

/** Does untested serve every package of the lock? */
export function isServed({ facts, world }: Pick<Case, 'facts' | 'world'>): boolean {
  const { lane, id, lock } = facts;
  const served = world.served[`${lane.distribution}-${lane.major}/${id.os}/${id.arch}`]?.untested;
  const packages = lock === undefined ? undefined : parseLock(lock.text, { file: lock.path }).value?.packages;
  return packages !== undefined && served !== undefined && packages.every(({ sha256 }) => served.has(sha256));
}

export function verification(given: Case): Effect[] {
  const { standing, facts, world } = given;
  const wanted = standing.state === 'in-verification' && standing.evidence === undefined;
  if (!wanted || facts.runs.some(isActive) || !isServed(given) || !attemptsLeft(given)) return [];
  const { os, arch } = facts.id;
  const platform = world.distributions.find(({ distribution }) => distribution === facts.lane.distribution)?.platforms[
    `${os}/${arch}`
  ];
  const { rerunCriterion: criterion } = standing;
  const inputs = {
    ...{ pull: String(facts.pull), 'runs-on': JSON.stringify(platform?.runsOn ?? ['ubuntu-latest']) },
    ...(criterion === undefined ? {} : { criterion }),
  };
  return [{ kind: 'dispatch', workflow: 'verify-ppa', title: `verify-ppa ${facts.pull}`, inputs }];
}
