import type { VersionOf } from '#core/criteria/facts.ts';
import { type Lane, laneName, type Platform } from '#core/distribution/distribution.ts';
import { refusal } from '#core/fault-codes.ts';
import type { Lock } from '#core/ppa/lock.ts';
import type { Area } from '#core/repository/area.ts';
import { lockPlace } from '#core/repository/lock-place.ts';
import type { PublishedRepository, PublishedState } from '#core/repository/published.ts';
import type { RepositoryPackage } from '#core/repository/wanted.ts';
import { compareDeb } from '#core/version/deb.ts';
import { compareRpm } from '#core/version/rpm.ts';
import type { CandidateClosure, CandidatePlatform } from './evidence.ts';
import type { ClosurePlan } from './plan.ts';

/** What of a candidate is installed together on one platform. */
export interface CandidatePlan {
  /** Where it is installed from: base and updates of the candidate; of an emergency production and testing. */
  readonly repositories: readonly PublishedRepository[];
  /** Everything that sites would get. */
  readonly after: readonly RepositoryPackage[];
  /** The same in production: what sites have now. */
  readonly production: readonly PublishedRepository[];
  /** Newest version of each name. */
  readonly packages: readonly VersionOf[];
}

/**
 * @param locks at the head of `candidate`, of this lane and platform
 * @throws ProvisioningError PUBLISHED_OUTDATED when the published candidate does not hold what its head says
 */
export function candidatePlan(
  { os, arch, format }: Pick<Platform, 'os' | 'arch' | 'format'>,
  lane: Lane,
  locks: readonly Lock[],
  state: PublishedState,
): CandidatePlan {
  const here = standingIn(state, lane, { os, arch });
  const repositories = here('candidate');
  const all = repositories.flatMap(({ packages }) => packages);
  const served = new Set(all.map(({ sha256 }) => sha256));
  const missing = locks.flatMap(({ packages }) => packages).filter(({ sha256 }) => !served.has(sha256));
  if (repositories.length === 0 || missing.length > 0) {
    const names = missing.map(({ file }) => file).join(', ');
    throw refusal(
      'PUBLISHED_OUTDATED',
      `The candidate of ${laneName(lane)} for ${os}/${arch} does not serve ${names || 'anything'}.`,
    );
  }
  return { repositories, production: here('production'), after: all, packages: newestOf(all, format) };
}

/** The repositories of an area, of this lane and platform. */
function standingIn(state: PublishedState, lane: Lane, { os, arch }: Pick<Platform, 'os' | 'arch'>) {
  return (area: Area) =>
    state.repositories.filter((each) => {
      return each.area === area && each.lane === laneName(lane) && each.os === os && each.arch === arch;
    });
}

/**
 * An emergency: production, and of testing the packages of these locks alone. Nothing is to be tried where it brings nothing.
 * @param locks at the head of the emergency's branch, of this lane and platform
 * @throws ProvisioningError PUBLISHED_OUTDATED when neither serves what the locks say
 */
export function emergencyPlan(
  { os, arch, format }: Pick<Platform, 'os' | 'arch' | 'format'>,
  lane: Lane,
  locks: readonly Lock[],
  state: PublishedState,
): CandidatePlan {
  const here = standingIn(state, lane, { os, arch });
  const [production, testing] = [here('production'), here('testing')];
  const held = production.flatMap(({ packages }) => packages);
  const served = new Set(held.map(({ sha256 }) => sha256));
  const fresh = locks.flatMap(({ packages }) => packages).filter(({ sha256 }) => !served.has(sha256));
  const wanted = new Set(fresh.map(({ sha256 }) => sha256));
  const brought = testing.flatMap(({ packages }) => packages).filter(({ sha256 }) => wanted.has(sha256));
  const there = new Set(brought.map(({ sha256 }) => sha256));
  const missing = fresh.filter(({ sha256 }) => !there.has(sha256));
  if (missing.length > 0) {
    const names = missing.map(({ file }) => file).join(', ');
    throw refusal('PUBLISHED_OUTDATED', `Testing of ${laneName(lane)} for ${os}/${arch} does not serve ${names}.`);
  }
  if (brought.length === 0) return { repositories: [], production, after: held, packages: [] };
  const after = [...held, ...brought];
  return { repositories: [...production, ...testing], production, after, packages: newestOf(after, format) };
}

function newestOf(all: readonly RepositoryPackage[], format: Platform['format']): VersionOf[] {
  const compare = format === 'deb' ? compareDeb : compareRpm;
  const newest = new Map<string, string>();
  for (const { name, version } of all) {
    const known = newest.get(name);
    if (known === undefined || compare(known, version) < 0) newest.set(name, version);
  }
  return [...newest].map(([name, version]) => ({ name, version }));
}

/** Production is what sites have, the candidate would take its place. */
export function sitesGet({ repositories, production, after }: CandidatePlan): ClosurePlan {
  const all = new Map([...production, ...repositories].map((repository) => [repository.id, repository]));
  return { repositories: [...all.values()], before: production.flatMap(({ packages }) => packages), after };
}

/** Sentences that evidence and a person can take in; the rest is counted. */
const TOLD = 50;

/** What the closure says, in the size of evidence. */
export function closureEvidence({ faults, notes, base, inputs }: CandidateClosure): CandidateClosure {
  const some = (sentences: readonly string[]) => {
    const told = sentences.slice(0, TOLD).map((sentence) => sentence.slice(0, 2000));
    return sentences.length > TOLD ? [...told, `${sentences.length - TOLD} more of the kind.`] : told;
  };
  return { faults: some(faults), notes: some(notes), base, ...(inputs === undefined ? {} : { inputs }) };
}

/** A candidate that installs and breaks something else does not pass. */
export function withClosure(
  tried: Pick<CandidatePlatform, 'conclusion' | 'comment'>,
  closure: CandidateClosure,
): Pick<CandidatePlatform, 'conclusion' | 'comment' | 'closure'> {
  const [first] = closure.faults;
  if (first === undefined) return { ...tried, closure };
  const more = closure.faults.length > 1 ? ` And ${closure.faults.length - 1} more.` : '';
  const comment = tried.conclusion === 'pass' ? '' : `${tried.comment} `;
  return { conclusion: 'fail', comment: `${comment}Closure: ${first}${more}`.slice(0, 4000), closure };
}

export function isOfPlatform(lock: Lock, lane: Lane, { os, arch }: Pick<Platform, 'os' | 'arch'>): boolean {
  const place = lockPlace(lock);
  return laneName(place.lane) === laneName(lane) && place.os === os && place.arch === arch;
}

/** The worst of all: a failure is a result, an environment that fails is none. */
export function worstOf(platforms: readonly CandidatePlatform[]): CandidatePlatform['conclusion'] {
  const had = (conclusion: string): boolean => platforms.some((platform) => platform.conclusion === conclusion);
  if (had('fail')) return 'fail';
  return had('error') || platforms.length === 0 ? 'error' : 'pass';
}
