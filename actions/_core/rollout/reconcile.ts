import { type Lane, laneName } from '#core/distribution/distribution.ts';
import type { Lock } from '#core/ppa/lock.ts';
import { differing, type PublishedState } from '#core/repository/published.ts';
import { type WantedRepository, wantedRepositories } from '#core/repository/wanted.ts';
import type { Why } from '#core/why/why.ts';
import { type ChecklistIssue, planChecklist } from './checklist.ts';
import type { Effect } from './effects.ts';
import { type EmergencyFacts, type Heads, planEmergencies } from './emergency-plan.ts';
import type { Run } from './evidence.ts';
import type { PpaFacts, World } from './facts.ts';
import { type GovernedFacts, planGoverned } from './governed.ts';
import { type Injection, planInjection, whyOfInjection } from './injection.ts';
import { type LaneFacts, planLane, planTag, type TagFacts } from './lane-plan.ts';
import { leaveCandidate } from './leave-candidate.ts';
import type { Memory, Remembered } from './memory.ts';
import { planWords, releaseWhys } from './open-releases.ts';
import { othersOf } from './others.ts';
import { type GroupMember, lockOf } from './peers.ts';
import { type PpaPlan, planPpa } from './ppa-plan.ts';
import { readySince } from './reasons.ts';
import { planRelease, type ReleaseFacts } from './release-plan.ts';
import { planReleaseTable, type ReleaseParent } from './release-table.ts';
import type { ReleaseWhy } from './release-why.ts';
import { mayStart } from './repeat.ts';
import { areTextsReady, planTexts, type TextsFacts } from './texts-plan.ts';
import { isActive } from './verify.ts';
import { renderWhyFile } from './why-file.ts';
import type { Words } from './words.ts';

/** Everything the reconciler knows of one moment. */
export interface House {
  readonly world: World;
  /** Whose workflow files run. */
  readonly defaultBranch: string;
  readonly ppas: readonly PpaFacts[];
  /** Every pull request of a PPA, of any state, as the list has it. */
  readonly pulls: readonly ListedPpa[];
  /** Quiet PPAs around which nothing changed, and what their digest is now. */
  readonly resting: readonly (Remembered & { readonly lock: Lock })[];
  readonly digests: ReadonlyMap<number, string>;
  readonly releases: readonly ReleaseFacts[];
  /** Merged release pull requests of the PPAs that were looked at. */
  readonly parents: readonly ReleaseParent[];
  readonly lanes: readonly Omit<LaneFacts, 'published'>[];
  /** Open issues of releases. */
  readonly checklists: readonly ChecklistIssue[];
  /** Of each lane whose next release has its date fixed. */
  readonly texts: readonly TextsFacts[];
  /** Open pull requests that change what the house is governed by. */
  readonly governed: readonly GovernedFacts[];
  readonly emergencies: readonly EmergencyFacts[];
  readonly heads: Heads;
  readonly tags: readonly TagFacts[];
  readonly candidate: readonly Lock[];
  readonly production: readonly { readonly tag: string; readonly locks: readonly Lock[] }[];
  /** `none`: nothing was ever published. `unknown`: it cannot be read now, so nothing is decided on it. */
  readonly published: PublishedState | 'none' | 'unknown';
  /** `why.json` as it is served; undefined: it is not, or cannot be read now. */
  readonly whys?: string;
  /** Trusted runs of publish and of split-release, newest first. */
  readonly publishRuns: readonly Run[];
  readonly splitRuns: readonly Run[];
  readonly split: SplitFacts;
  /** Of the unsplit releases, those whose own pull request is known. */
  readonly injections?: readonly Injection[];
  /** Check-runs of releases as they are, or as they are remembered; absent: nobody looked, so nothing is said. */
  readonly words?: readonly Words[];
}

export interface ListedPpa {
  readonly ppa: string;
  readonly pull: number;
  readonly open: boolean;
  readonly merged: boolean;
  readonly labels: readonly string[];
  /** Of closed ones whose release is still on its way. */
  readonly grouped?: GroupMember;
  /** The release's own pull request, as the bouncer wrote it down. */
  readonly from?: number;
}

export interface SplitFacts {
  /** Head of `candidate`. */
  readonly commit: string;
  /** Folders of releases on candidate that lack PPAs, as intake sees it. */
  readonly unsplit: readonly string[];
  /** When we last started the bouncer for this very commit (ISO). */
  readonly askedAt?: string;
}

/** Number of the newest run among these facts; 0 when there is none. Runs are numbered in their order. */
export function newestRun({ publishRuns, splitRuns, ppas, releases, lanes, tags, emergencies }: House): number {
  const tests = emergencies.flatMap(({ test }) => test ?? []);
  const own = [ppas, releases, lanes, tags, tests].flatMap((each) => each.flatMap(({ runs }) => runs));
  return Math.max(0, ...[...publishRuns, ...splitRuns, ...own].map(({ id }) => id));
}

export interface Plan {
  readonly effects: readonly Effect[];
  readonly ppas: readonly PpaPlan[];
  /** Ids of repositories that are not published as wanted. */
  readonly differing: readonly string[];
  readonly memory: Memory;
}

/**
 * The one decision: facts in, effects out. PPAs in the order in which they became ready, so that they enter the candidate
 * in that order; dispatches that look at what was decided come last.
 */
export function reconcile(house: House): Plan {
  const world = {
    ...house.world,
    others: othersOf(house.ppas, house.world, { known: house.pulls, unsplit: house.split.unsplit }),
  };
  const plans = house.ppas
    .map((facts) => ({ facts, plan: planPpa(facts, world) }))
    .sort((a, b) => compare(readySince(a.plan.standing), readySince(b.plan.standing)) || a.facts.pull - b.facts.pull);
  const wanted = wantedOf(house, plans);
  const stale = differing(wanted, typeof house.published === 'string' ? undefined : house.published);
  const known = house.published !== 'unknown';
  const published = (lane: string) =>
    known && !wanted.some((each) => each.area === 'candidate' && each.lane === lane && stale.includes(each.id));
  const whys = releaseWhys(house, published);
  const said = planWords(house, whys);
  const memory = memoryOf(house, plans, whys, said.words);
  const effects = [
    ...parentsOf(house).flatMap(({ whys: own, ...parent }) =>
      planReleaseTable(parent, rowsOf(parent, house, plans), own),
    ),
    ...plans.flatMap(({ plan }) => plan.effects),
    ...house.releases.flatMap((facts) => planRelease(facts, world.now)),
    ...house.governed.flatMap((facts) => planGoverned(facts, world)),
    ...house.texts.flatMap((facts) => textsOf(facts, world)),
    ...split(house),
    ...(house.injections ?? []).flatMap((injection) => planInjection(injection, world)),
    ...(known ? publish(house, stale, memory) : []),
    ...house.lanes.flatMap((lane) => planLane({ ...lane, published: published(laneName(lane.lane)) }, world)),
    ...house.lanes.flatMap(({ lane, status }) =>
      planChecklist(
        lane,
        house.checklists,
        {
          ...{ tested: status?.state === 'success', texts: hasTexts(lane, house) },
          whys: new Map(whys.map(({ name, why }) => [name, why])),
        },
        world,
      ),
    ),
    ...leaveCandidate(
      house.candidate,
      house.production.flatMap(({ locks }) => locks),
      world.leaving,
    ),
    ...planEmergencies(
      house.emergencies.map((branch) => ({ ...branch, judged: isJudged(branch, house) })),
      plans.map(({ facts, plan: { standing } }) => ({ facts, standing })),
      house.heads,
      world,
    ),
    ...said.effects,
    ...house.tags.flatMap((tag) => planTag(tag, world)),
  ];
  return { effects, ppas: plans.map(({ plan }) => plan), differing: stale, memory };
}

function isJudged({ commit }: EmergencyFacts, { tags }: House): boolean {
  return tags.some((tag) => tag.commit === commit && !tag.merged && tag.runs.some(isActive));
}

/** Of the PPAs that were looked at, and those that are not split yet: one comment for both. */
function parentsOf({ parents, injections = [], world }: House): (ReleaseParent & { readonly whys: readonly Why[] })[] {
  const all = new Map([...injections, ...parents].map((each) => [each.pull, each] as const));
  return [...all.values()].map(({ pull, head, sticky }) => {
    const own = injections.filter((each) => each.pull === pull).map((each) => whyOfInjection(each, world));
    return { pull, head, ...(sticky === undefined ? {} : { sticky }), whys: own };
  });
}

function rowsOf({ pull }: ReleaseParent, { pulls, resting }: House, plans: readonly Planned[]) {
  const looked = plans.map(({ facts, plan: { standing, why } }) => ({ pull: facts.pull, state: standing.state, why }));
  const decided = new Map([...resting, ...looked].map(({ pull: of, state, why }) => [of, { state, why }]));
  return pulls
    .filter(({ from }) => from === pull)
    .map((listed) => {
      const found = decided.get(listed.pull);
      return found === undefined ? listed : { ...listed, decided: found };
    });
}

/** Whatever was looked at and left alone may rest from now on. */
function memoryOf(
  { resting, digests }: House,
  plans: readonly Planned[],
  releases: readonly ReleaseWhy[],
  words: readonly Words[],
): Memory {
  const looked = plans
    .filter(({ facts }) => facts.open)
    .map(({ facts: { ppa, pull }, plan: { standing, why, effects } }): Remembered => {
      const digest = effects.length === 0 ? (digests.get(pull) ?? '') : '';
      return { ppa, pull, state: standing.state, why, digest };
    });
  const before = resting.map(({ lock: _, ...remembered }): Remembered => remembered);
  return { kind: 'memory', ppas: [...before, ...looked].sort((a, b) => a.pull - b.pull), releases, words };
}

function textsOf(facts: TextsFacts, { distributions }: World): Effect[] {
  const own = distributions.find(({ distribution }) => distribution === facts.lane.distribution);
  return own === undefined ? [] : planTexts(facts, own);
}

function hasTexts(lane: Lane, { texts }: House): boolean {
  return texts.some((facts) => laneName(facts.lane) === laneName(lane) && areTextsReady(facts));
}

interface Planned {
  readonly facts: PpaFacts;
  readonly plan: PpaPlan;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function wantedOf(
  { world, candidate, production, resting }: House,
  plans: readonly Planned[],
): readonly WantedRepository[] {
  const pulls = plans
    .filter(({ facts }) => facts.open)
    .flatMap(({ facts, plan: { standing } }) => {
      const { ppa, pull } = facts;
      const value = lockOf(facts);
      return value === undefined ? [] : [{ ppa, pull, state: standing.state, lock: value }];
    });
  const open = [...pulls, ...resting].sort((a, b) => a.pull - b.pull);
  return wantedRepositories({ distributions: world.distributions, candidate, production, pulls: open });
}

/** Words alone are not worth a publication each: they follow with the next one, or after so long. */
const WHY_PAUSE = 15 * 60_000;

function publish({ publishRuns, world, whys }: House, stale: readonly string[], memory: Memory): Effect[] {
  const last = new Date(publishRuns[0]?.createdAt ?? 0).getTime();
  const old = whys !== undefined && whys !== renderWhyFile(memory) && world.now.getTime() - last >= WHY_PAUSE;
  if ((stale.length === 0 && !old) || mayStart(publishRuns, world.now).kind !== 'now') return [];
  return [{ kind: 'dispatch', workflow: 'publish', title: 'publish', inputs: {} }];
}

const SPLIT = 'split-release';
/** The bouncer keeps its own patience with a release it refused; how often it is asked for the same commit. */
const SPLIT_PAUSE = 30 * 60_000;

export function splitContext(): string {
  return SPLIT;
}

/** Asked at once for a new head, now and then for the same. */
function split({ split: { commit, unsplit, askedAt }, splitRuns, world }: House): Effect[] {
  const asked = askedAt !== undefined && world.now.getTime() - new Date(askedAt).getTime() < SPLIT_PAUSE;
  if (unsplit.length === 0 || asked || mayStart(splitRuns, world.now).kind !== 'now') return [];
  const description = `The bouncer was asked to split ${unsplit.length === 1 ? 'a release' : `${unsplit.length} releases`}.`;
  return [
    { kind: 'status', sha: commit, context: SPLIT, state: 'success', description },
    { kind: 'dispatch', workflow: SPLIT, title: SPLIT, inputs: {} },
  ];
}
