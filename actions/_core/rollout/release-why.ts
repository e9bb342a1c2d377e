import { CALENDAR_PATH, type PlannedRelease } from '#core/calendar/calendar.ts';
import { dayOf } from '#core/calendar/day.ts';
import { freezeOf } from '#core/calendar/freeze.ts';
import { type Lane, laneName } from '#core/distribution/distribution.ts';
import { combine, NOBODY, type Reason, type Why } from '#core/why/why.ts';
import { reason } from './case.ts';
import type { World } from './facts.ts';
import { type LaneFacts, standingOfLane } from './lane-plan.ts';
import { teamsOf } from './people.ts';
import { type Prepared, refusalsOf, unsignedOf } from './release-blockers.ts';
import type { ReleaseFacts } from './release-plan.ts';

/** Why a release stands where it stands: one that is proposed by a pull request, or the next one of a lane. */
export interface ReleaseWhy {
  /** `#12`, `releases/umd/5/INFN/voms-2.1.0` or `umd-5.1.0`: by this it is asked for. */
  readonly name: string;
  readonly pull?: number;
  readonly why: Why;
}

/** A release pull request: checked, mended by its provider, merged by the release team. */
export function whyOfProposal({ evidence, runs }: Pick<ReleaseFacts, 'evidence' | 'runs'>): Why {
  if (evidence === undefined) {
    const failed = runs[0]?.status === 'completed' && runs[0].conclusion !== 'success';
    return combine([
      failed
        ? reason(
            'cannot tell',
            'The check ended without a result; it is tried again.',
            'the release team, when it stays so',
          )
        : reason('temporarily', 'The check of this head is not done yet.', NOBODY),
    ]);
  }
  const { faults, conclusion } = evidence.value;
  const [first] = faults;
  if (first === undefined && conclusion === 'pass')
    return combine([reason('needs approval', 'Checked; it is merged by the release team.', 'the release team')]);
  const count = faults.length > 1 ? ` and ${faults.length - 1} more` : '';
  const what = first === undefined ? 'The check failed without naming a fault.' : `Refused: ${first.code}${count}.`;
  return combine([reason('blocked by item', what, 'the provider, by a push')]);
}

/**
 * The next planned release of a lane; undefined when none is planned.
 * @param prepared what it lacks besides the test; absent: its date is not fixed yet
 */
export function whyOfLane(
  facts: LaneFacts,
  world: World,
  prepared?: Prepared,
): { readonly tag: string; readonly why: Why } | undefined {
  const { lane } = facts;
  const { frozen, release, from } = freezeOf(world.calendar, lane, world.released, world.now);
  if (release === undefined) return undefined;
  const tag = `${lane.distribution}-${release.version}`;
  const lacks = prepared === undefined ? [] : refusalsOf(prepared, world);
  const unsigned = prepared === undefined ? [] : unsignedOf(prepared, world);
  const open = `${laneName(lane)} takes PPAs in until it is frozen on ${from}; ${tag} is planned for ${release.date}.`;
  const late = dayOf(world.now) > release.date;
  const day = late ? undefined : release.date;
  const own = frozen ? ofTest(facts, tag, day, lacks.length > 0, world) : reason('temporarily', open, NOBODY, from);
  const planned = `${tag} ${late ? 'was' : 'is'} planned for ${release.date}.`;
  const date = frozen && own.until === undefined ? [reason('temporarily', planned, NOBODY, day)] : [];
  return { tag, why: combine([own, ...lacks, ...unsigned, ...renamed(lane, release, world), ...date]) };
}

/** Said until the calendar says the same. */
function renamed(lane: Lane, { version, planned }: PlannedRelease, world: World): Reason[] {
  if (planned === undefined) return [];
  const sentence = `The calendar plans it as ${planned}, a number that an emergency took: it is ${version} now. Write that into \`${CALENDAR_PATH}\`.`;
  return [reason('waiting for item', sentence, teamsOf(world, lane, ['release-manager', 'release-team']))];
}

function ofTest(facts: LaneFacts, tag: string, day: string | undefined, lacking: boolean, world: World): Reason {
  const { lane, commit } = facts;
  const managers = teamsOf(world, lane, ['release-manager']);
  const { state, description } = standingOfLane(facts);
  const said: Readonly<Record<typeof state, Reason>> = {
    pending: reason('temporarily', description, NOBODY, day),
    failure: reason('blocked by item', description, `${managers} (\`/eject <PPA> <reason>\` in its issue)`),
    error: reason('cannot tell', description, `${managers}, and whoever keeps the runners`),
    success: lacking
      ? reason('pass', description, 'nobody')
      : reason('needs approval', `${description} The tag ${tag} on ${commit.slice(0, 12)} releases it.`, managers, day),
  };
  return said[state];
}

/** A release that is out: what is still to be signed for it. */
export function whyOfReleased(prepared: Prepared, world: World): ReleaseWhy {
  const name = `${prepared.lane.distribution}-${prepared.release.version}`;
  const done = reason('pass', `${name} is released.`, 'nobody');
  return { name, why: combine([done, ...unsignedOf(prepared, world, true)]) };
}
