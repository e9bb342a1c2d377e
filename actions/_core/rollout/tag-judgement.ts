import { freezeOf } from '#core/calendar/freeze.ts';
import { nextVersions, parseTag, type ReleaseTag, versionsOf } from '#core/calendar/tag.ts';
import { laneName } from '#core/distribution/distribution.ts';
import { fault } from '#core/fault-codes.ts';
import type { Fault } from '#core/faults.ts';
import type { Lock } from '#core/ppa/lock.ts';
import { textsPath } from '#core/texts/texts.ts';
import type { CandidateEvidence } from '#core/verification/evidence.ts';
import type { World } from './facts.ts';
import { textsFaults } from './texts-plan.ts';

/** Everything a release tag is judged by (domain.md section 7). */
export interface TagCase {
  readonly tag: string;
  /** Login of who made the tag, or vouches for it; undefined: nobody can tell. */
  readonly creator?: string;
  readonly world: Pick<World, 'now' | 'calendar' | 'released' | 'roles' | 'distributions' | 'org'>;
  /** Newest trusted result of the whole test of the tag's own commit. */
  readonly tested?: CandidateEvidence;
  /** Does the head of `candidate` hold the same locks as the tag? */
  readonly atCandidate: boolean;
  /** Are all former releases in the tag's history? */
  readonly holdsFormer: boolean;
  /** Locks of the lane at the tag, and those now in production. */
  readonly locks: readonly Lock[];
  readonly former: readonly Lock[];
  /** The tag is the head of an emergency's own branch; absent: it is meant to release the candidate. */
  readonly alone?: Alone;
  /** PPAs at the tag that no release had before. */
  readonly fresh: readonly string[];
  /** The file of the release's texts at the tag; undefined: it is not there. */
  readonly texts: string | undefined;
  /** PPAs at the tag whose record (rollout.yml) is missing or about another lock. */
  readonly unrecorded: readonly string[];
}

/** An emergency: the default branch and one PPA. */
export interface Alone {
  readonly ppa: string;
  /** Does it stand on the default branch's present head? */
  readonly current: boolean;
  /** Does the reconciler's own record say that the vulnerability group confirmed exactly this lock? */
  readonly confirmed: boolean;
  /** What it changes besides the PPA's own files and the texts. */
  readonly foreign: readonly string[];
}

/** Every reason against a release; none: it may be published. */
export function judgeTag(given: TagCase): Fault[] {
  const tag = parseTag(given.tag);
  if (tag === undefined) return [refused(`"${given.tag}" is no release tag such as umd-5.1.0.`)];
  const lane = laneName(tag.lane);
  const declared = given.world.distributions.some(
    ({ distribution, majors }) =>
      distribution === tag.lane.distribution && majors.some(({ major }) => major === tag.lane.major),
  );
  if (!declared) return [refused(`There is no lane ${lane}.`)];
  return [
    ...byWhom(given, tag),
    ...ofNumber(given, tag),
    ...contentFaults(given),
    ...ofEmergency(given),
    ...ofTest(given, lane),
    ...ofTexts(given, tag),
  ];
}

function refused(sentence: string): Fault {
  return fault('TAG_REFUSED', sentence);
}

function byWhom({ creator, world }: TagCase, { lane }: ReleaseTag): Fault[] {
  if (creator === undefined)
    return [refused('Nobody can tell who pushed the tag. A release manager may start release.yml for it by hand.')];
  const managers = world.roles[lane.distribution]?.['release-manager'] ?? [];
  const team = world.distributions.find(({ distribution }) => distribution === lane.distribution)?.teams[
    'release-manager'
  ];
  return managers.includes(creator.toLowerCase()) ? [] : [refused(`@${creator} is not in @${world.org}/${team}.`)];
}

/** Base first, then one step at a time, and the one that the calendar froze the candidate for. */
function ofNumber({ world, alone }: TagCase, { lane, version }: ReleaseTag): Fault[] {
  const released = versionsOf(lane, world.released);
  const next = nextVersions(lane, released).slice(0, alone === undefined ? undefined : 1); // an emergency is a revision
  if (alone !== undefined) return comesNext(version, next);
  const { frozen, release, from } = freezeOf(world.calendar, lane, world.released, world.now);
  const planned =
    release === undefined ? 'no release is planned' : `${release.version} is planned, the freeze begins on ${from}`;
  return [
    ...comesNext(version, next),
    ...(frozen ? [] : [refused(`${laneName(lane)} is not frozen: ${planned}.`)]),
    ...(frozen && release?.version !== version ? [refused(`The candidate is frozen for ${release?.version}.`)] : []),
  ];
}

export function comesNext(version: string, next: readonly string[]): Fault[] {
  return next.includes(version) ? [] : [refused(`${version} does not come next; ${next.join(' or ')} does.`)];
}

/** Nothing but the one PPA, agreed on by both groups. */
function ofEmergency({ alone, fresh }: TagCase): Fault[] {
  if (alone === undefined) return [];
  const others = fresh.filter((ppa) => ppa !== alone.ppa);
  return [
    ...(alone.current ? [] : [refused('The default branch has moved since the emergency was put on it.')]),
    ...(alone.confirmed ? [] : [refused(`${alone.ppa} is no emergency that was confirmed.`)]),
    ...(fresh.includes(alone.ppa) ? [] : [refused(`The tag does not bring ${alone.ppa}.`)]),
    ...others.map((ppa) => refused(`${ppa} goes with the candidate, not with the emergency ${alone.ppa}.`)),
    ...alone.foreign.map((path) => refused(`${path} is changed besides the emergency ${alone.ppa}.`)),
  ];
}

type Content = Pick<TagCase, 'alone' | 'atCandidate' | 'holdsFormer' | 'locks' | 'former' | 'unrecorded'> & {
  readonly world: Pick<World, 'distributions'>;
};

/** What was released stays, what is released now has its record, and nothing entered the candidate since the tag. */
export function contentFaults({ world, alone, atCandidate, holdsFormer, locks, former, unrecorded }: Content): Fault[] {
  const key = ({ ppa }: Lock) => ppa.replace(/-\d+\.\d+\.\d+$/, '');
  const here = new Set(locks.map(key));
  const gone = new Set(world.distributions.flatMap(({ withdrawn = [] }) => withdrawn));
  const lost = former
    .filter(({ ppa }) => !gone.has(ppa))
    .map(key)
    .filter((name) => !here.has(name));
  return [
    ...(atCandidate || alone !== undefined
      ? []
      : [refused('The tag does not hold the locks of the candidate’s head.')]),
    ...(holdsFormer ? [] : [refused('A former release is not in the history of the tag.')]),
    ...(locks.length > 0 ? [] : [refused('The tag holds no lock: there is nothing to release.')]),
    ...locks
      .filter(({ ppa }) => gone.has(ppa))
      .map(({ ppa }) => refused(`${ppa} was withdrawn and stands in the tag.`)),
    ...lost.map((name) => refused(`${name} is in production and not in the tag.`)),
    ...unrecorded.map((ppa) => refused(`${ppa} has no record (rollout.yml) of this very lock.`)),
  ];
}

function ofTest({ tested }: TagCase, lane: string): Fault[] {
  if (tested === undefined) return [refused(`The tagged commit was not tested whole (compose-release ${lane}).`)];
  const wrong = tested.platforms.filter(({ conclusion }) => conclusion !== 'pass').map(({ platform }) => platform);
  if (tested.conclusion === 'pass' && wrong.length === 0 && tested.platforms.length > 0) return [];
  return [refused(`The tagged commit does not install whole on ${wrong.join(', ') || 'any platform'}.`)];
}

/** domain.md section 7: the seven texts, finished by a person, about what is released. */
function ofTexts({ texts, fresh }: TagCase, tag: ReleaseTag): Fault[] {
  return textsFaults(textsPath(tag), texts, fresh).map(refused);
}
