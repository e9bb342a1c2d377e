import { freezeOf } from '#core/calendar/freeze.ts';
import { type Lane, laneName } from '#core/distribution/distribution.ts';
import { combine, type Why } from '#core/why/why.ts';
import { reason } from './case.ts';
import { signedFor, unfinished } from './checklist.ts';
import { dueRelease } from './due-release.ts';
import type { WordsEffect } from './effects.ts';
import type { World } from './facts.ts';
import { type Injection, SPLIT_CHECK, whyOfInjection } from './injection.ts';
import type { LaneFacts } from './lane-plan.ts';
import type { House } from './reconcile.ts';
import type { Prepared } from './release-blockers.ts';
import { type ReleaseWhy, whyOfLane, whyOfProposal, whyOfReleased } from './release-why.ts';
import { sayWhy, type Words, type WordsPlace } from './words.ts';

/** Why each open release stands where it stands, and the check-runs that say so besides the comments. */

/** Proposed, on their way to the bouncer, next of each lane, and out with duties that nobody has signed. */
export function releaseWhys(house: House, published: (lane: string) => boolean): ReleaseWhy[] {
  const { releases, injections = [], lanes, world } = house;
  return [
    ...releases.map((facts) => ({ name: `#${facts.pull}`, pull: facts.pull, why: whyOfProposal(facts) })),
    ...injections.map((each) => ({ name: each.folder, pull: each.pull, why: whyOfInjection(each, world) })),
    ...lanes.flatMap((lane) => nextOf(lane, house, published)),
    ...lanes.flatMap(({ lane }) => releasedOf(lane, house)),
  ];
}

function nextOf(facts: House['lanes'][number], house: House, published: (lane: string) => boolean): ReleaseWhy[] {
  const { lane } = facts;
  const release = dueRelease(lane, house.world);
  const prepared = release === undefined ? undefined : preparedOf(lane, release, house);
  const found = whyOfLane({ ...facts, published: published(laneName(lane)) }, house.world, prepared);
  return found === undefined ? [] : [{ name: found.tag, why: found.why }];
}

function releasedOf(lane: Lane, house: House): ReleaseWhy[] {
  const out = unfinished(lane, house.checklists, house.world);
  return out.map((release) => whyOfReleased(preparedOf(lane, release, house), house.world));
}

function preparedOf(lane: Lane, release: Prepared['release'], house: House): Prepared {
  const { candidate, production, world, checklists, emergencies } = house;
  const texts = house.texts.find((each) => laneName(each.lane) === laneName(lane) && each.version === release.version);
  return {
    ...{ lane, release, candidate, production },
    holdsFormer: emergencies.every(({ released, apart }) => !released || apart === undefined),
    ...(texts === undefined ? {} : { texts }),
    ...signedFor(release, lane, checklists, world),
  };
}

/** Check-run on the candidate's head that says how a lane's next release stands: `next-release/umd-5`. */
export function laneCheck(lane: Lane): string {
  return `next-release/${laneName(lane)}`;
}

interface Placing {
  readonly lanes: readonly Pick<LaneFacts, 'lane' | 'commit'>[];
  readonly injections: readonly Injection[];
  readonly world: Pick<World, 'calendar' | 'released' | 'now'>;
}

/** Where such check-runs are wanted. */
export function wordsPlaces({ lanes, injections, world }: Placing): WordsPlace[] {
  const planned = lanes.filter(
    ({ lane }) => freezeOf(world.calendar, lane, world.released, world.now).release !== undefined,
  );
  return [
    ...planned.map(({ lane, commit }) => ({ name: laneCheck(lane), sha: commit })),
    ...[...new Set(injections.map(({ head }) => head))].map((sha) => ({ name: SPLIT_CHECK, sha })),
  ];
}

/** What is to be said anew, and what need not be asked for the next time. */
export function planWords(house: House, whys: readonly ReleaseWhy[]): { effects: WordsEffect[]; words: Words[] } {
  const { lanes, injections = [], words: known = [], world } = house;
  const ofTag = new Map(whys.map(({ name, why }) => [name, why]));
  const effects = [
    ...lanes.flatMap(({ lane, commit }) => {
      const { release } = freezeOf(world.calendar, lane, world.released, world.now);
      const tag = `${lane.distribution}-${release?.version}`;
      const why = ofTag.get(tag);
      return why === undefined ? [] : sayWhy({ name: laneCheck(lane), sha: commit, title: tag }, why, known);
    }),
    ...[...new Set(injections.map(({ head }) => head))].flatMap((sha) =>
      sayWhy(
        { name: SPLIT_CHECK, sha, title: SPLIT_CHECK },
        splitWhy(
          injections.filter(({ head }) => head === sha),
          world,
        ),
        known,
      ),
    ),
    ...ended(known, injections),
  ];
  const places = wordsPlaces({ lanes, injections, world });
  const again = new Set(effects.map(({ name, sha }) => `${name} ${sha}`));
  const words = known.filter(
    ({ name, sha }) => !again.has(`${name} ${sha}`) && places.some((each) => each.name === name && each.sha === sha),
  );
  // what was just written is looked at once more: its digest is not remembered before it was seen
  const unseen = effects.map(({ name, sha }) => ({ name, sha, digest: '', seen: '' }));
  return { effects, words: [...words, ...unseen] };
}

/** One check-run for all folders that a pull request brought. */
function splitWhy(injections: readonly Injection[], world: World): Why {
  return combine(injections.flatMap((each) => whyOfInjection(each, world).reasons));
}

const SPLIT: Why = combine([reason('pass', 'All PPAs of this release are opened.', 'nobody')]);

/** A release that is split waits for the bouncer no more. */
function ended(known: readonly Words[], injections: readonly Injection[]): WordsEffect[] {
  const over = known.filter(
    ({ name, sha, id }) => name === SPLIT_CHECK && id !== undefined && injections.every(({ head }) => head !== sha),
  );
  return over.flatMap((each) => sayWhy({ ...each, title: SPLIT_CHECK }, SPLIT, known));
}
