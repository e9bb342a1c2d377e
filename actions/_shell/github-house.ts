import { dayOf } from '#core/calendar/day.ts';
import { renumbered } from '#core/calendar/renumber.ts';
import { parseTag } from '#core/calendar/tag.ts';
import { type Lane, laneName } from '#core/distribution/distribution.ts';
import { readOrigin } from '#core/intake/pull-request.ts';
import { unsplitReleases } from '#core/intake/unsplit.ts';
import { ppaName } from '#core/ppa/ppa.ts';
import { lockPlace } from '#core/repository/lock-place.ts';
import type { PublishedState } from '#core/repository/published.ts';
import { isOfLane } from '#core/rollout/checklist.ts';
import {
  candidateArtifact,
  candidateEvidence,
  type Run,
  releaseArtifact,
  releaseEvidence,
} from '#core/rollout/evidence.ts';
import type { PpaFacts, World } from '#core/rollout/facts.ts';
import type { GovernedFacts } from '#core/rollout/governed.ts';
import { composeTitle, laneContext } from '#core/rollout/lane-plan.ts';
import { heardOn, leavingOf } from '#core/rollout/list-commands.ts';
import type { Memory } from '#core/rollout/memory.ts';
import { needsLook } from '#core/rollout/needs.ts';
import { wordsPlaces } from '#core/rollout/open-releases.ts';
import { type GroupMember, lockOf } from '#core/rollout/peers.ts';
import { lockOfPpa, lockPaths } from '#core/rollout/place.ts';
import { type House, splitContext } from '#core/rollout/reconcile.ts';
import { RELEASE_CHECK, type ReleaseFacts } from '#core/rollout/release-plan.ts';
import { replacedIn } from '#core/rollout/replaced.ts';
import { eaTeamsNamed, ticketsNamed, wantsTickets } from '#core/rollout/requests.ts';
import { TEXTS } from '#core/rollout/texts-plan.ts';
import type { ForgeAccess } from '#shell/github.ts';
import { checklistsOf } from '#shell/github-checklists.ts';
import { aloneTags, locksAt, readDeclared, releaseTags } from '#shell/github-data.ts';
import { emergencyFacts } from '#shell/github-emergencies.ts';
import { governedFacts } from '#shell/github-governed.ts';
import { injectionsOf } from '#shell/github-injections.ts';
import { readMemory } from '#shell/github-memory.ts';
import type { Mirror } from '#shell/github-mirror.ts';
import { type PpaReading, ppaFacts } from '#shell/github-ppas.ts';
import {
  type ListedPull,
  listPulls,
  ourStatuses,
  pullFacts,
  readIssue,
  stickyOn,
  ticketsOf,
} from '#shell/github-pulls.ts';
import { restOf } from '#shell/github-resting.ts';
import { evidenceNamed, trustedRuns } from '#shell/github-runs.ts';
import { eaMembersOf, rolesOf, teamSlugs } from '#shell/github-teams.ts';
import { textsFacts } from '#shell/github-texts.ts';
import { wordsOn } from '#shell/github-words.ts';

/** Whom and what the reconciler reads for. */
export interface Reader {
  readonly access: ForgeAccess;
  readonly mirror: Mirror;
  /** `umd-bot[bot]` */
  readonly bot: string;
  /** Where the store is served, without slash at its end. */
  readonly publicUrl: string;
  readonly publishedState: () => Promise<PublishedState | 'none' | 'unknown'>;
  readonly publishedWhys: () => Promise<string | undefined>;
}

export const CANDIDATE = 'candidate';
const WORKFLOWS = ['check-release', 'split-release', 'verify-ppa', 'compose-release', 'publish', 'release'] as const;
type Runs = Readonly<Record<(typeof WORKFLOWS)[number], readonly Run[]>>;

/**
 * All facts of one moment: lists by page, one fetch for everything in Git, two requests per PPA that may move.
 * @param again numbers of pull requests to look at whatever their labels say, because they were just changed
 * @param memory PPAs that were quiet; those around which nothing changed are not read again
 */
export async function readHouse(reader: Reader, again: ReadonlySet<number>, memory?: Memory): Promise<House> {
  const { access, mirror, bot } = reader;
  const { now, defaultBranch } = await repository(access);
  const listed = await listPulls(access);
  const pulls = listed.filter(({ base }) => base === CANDIDATE); // before Git: what is merged in between then shows on candidate, never nowhere
  await mirror.refresh();
  const refs = await mirror.refs();
  const main = head(refs, defaultBranch);
  const commit = head(refs, CANDIDATE);
  const written = await readDeclared(mirror, main);
  const tags = await releaseTags(mirror, refs, main);
  const production = await Promise.all(
    tags
      .filter(({ merged }) => merged)
      .map(async ({ tag, commit: at }) => ({ tag, commit: at, locks: await locksAt(mirror, at) })),
  );
  const alone = await aloneTags(mirror, written.calendar, production);
  const declared = { ...written, calendar: renumbered(written.calendar, alone) };
  const released = new Map(production.flatMap(releasedBy).reverse());
  const [runs, slugs, published] = [
    await runsOf(access, defaultBranch),
    await teamSlugs(access),
    await reader.publishedState(),
  ];
  const reading = { access, mirror, declared, bot, base: commit, runs: runs['verify-ppa'], released };
  const roles = await rolesOf(access, declared.distributions, slugs);
  const served = servedBy(published);
  const around = { now, roles, served, released: production.map(({ tag }) => tag), declaredAt: main };
  const checklists = await checklistsOf(access, bot);
  const merged = await mergedOf(reading, pulls);
  const lanes = declared.distributions.flatMap(({ distribution, majors }) =>
    majors.map(({ major }) => ({ distribution, major })),
  );
  const heard = lanes.flatMap((lane) =>
    checklists.flatMap(({ timeline, title }) =>
      isOfLane(title, lane) ? heardOn(timeline, lane, { roles, merged, org: access.owner, ...declared }).ejected : [],
    ),
  );
  const leaving = leavingOf(heard, { merged, ...declared });
  const candidate = await locksAt(mirror, commit);
  const replaced = replacedIn(candidate, merged);
  const remembered = memory ?? (await readMemory(access, defaultBranch));
  const { resting: all, digests } = await restOf(reading, pulls, remembered, around);
  const resting = all.filter(({ pull }) => !again.has(pull));
  const rests = new Set(resting.map(({ pull }) => pull));
  const mayMove = pulls.filter(
    (pull) =>
      pull.ppa !== undefined &&
      !rests.has(pull.number) &&
      (again.has(pull.number) ||
        needsLook(
          pull,
          released.has(ppaName(pull.ppa)),
          leaving.has(ppaName(pull.ppa)) || replaced.has(ppaName(pull.ppa)),
        )),
  );
  const ppas = (await inTurn(mayMove, (pull) => ppaFacts(reading, pull))).filter((facts) => facts !== undefined);
  const world: World = {
    ...{
      publicUrl: reader.publicUrl,
      now,
      org: access.owner,
      released: around.released,
      served,
      ...declared,
    },
    ...{ roles, merged, leaving, replaced, alone },
    eaMembers: await eaMembersOf(access, slugs, [
      ...new Set(ppas.flatMap((facts) => eaTeamsNamed(facts, declared.cards[facts.id.product]?.eaTeams ?? []))),
    ]),
    issues: await issuesOf(access, ppas),
    tickets: ppas.some(wantsTickets) ? await ticketsOf(access, bot) : [],
  };
  const whys = await reader.publishedWhys();
  const statuses = await ourStatuses(access, commit, bot);
  const asked = statuses.get(splitContext())?.at;
  const closed = await closedMembers(reading, pulls, ppas);
  const files = await mirror.tree(commit, 'releases');
  const unsplit = unsplitReleases(files, pulls).map(({ folder }) => folder);
  const heads = { main, candidate: commit };
  const governing = { access, mirror, bot, heads: { default: main, candidate: commit }, production };
  const governed = await inTurn(
    listed.flatMap((pull) => ontoOf(pull, defaultBranch).map((onto) => ({ pull, onto }))),
    ({ pull, onto }) => governedFacts(governing, pull, onto),
  );
  const texts = await inTurn(lanes, (lane) =>
    textsFacts({ mirror, refs, commit, candidate, production, pulls }, lane, world),
  );
  const injections = await injectionsOf(access, unsplit, { pulls, branch: CANDIDATE, bot });
  const parents = await parentsOf(reader, pulls, ppas);
  const places = wordsPlaces({ lanes: lanes.map((lane) => ({ lane, commit })), injections, world });
  return {
    ...{ world, defaultBranch, ppas, production, published, candidate },
    ...{ heads, injections, parents },
    words: await wordsOn(access, bot, places, {
      memory: remembered,
      parents: parents.map((each) => each.head),
      day: dayOf(now),
    }),
    emergencies: await emergencyFacts(mirror, refs, heads, async (lane, at, branch) => {
      const status = (await ourStatuses(access, at, bot)).get(laneContext(laneName(lane)));
      return laneFacts(reader, { lane, commit: at, runs, status }, branch);
    }),
    governed: governed.filter((facts) => facts !== undefined),
    texts: texts.filter((facts) => facts !== undefined),
    ...{ resting, digests, checklists },
    ...(whys === undefined ? {} : { whys }),
    pulls: pulls.flatMap((pull) => listedPpa(pull, closed.get(pull.number))),
    releases: await inTurn(
      pulls.filter((pull) => pull.open && pull.ppa === undefined && ontoOf(pull, defaultBranch).length === 0),
      (pull) => releaseFacts(reader, runs, pull),
    ),
    lanes: await inTurn(lanes, (lane) =>
      laneFacts(reader, { lane, commit, runs, status: statuses.get(laneContext(laneName(lane))) }),
    ),
    tags: tags.map(({ tag, commit: at, merged }) => ({
      tag,
      commit: at,
      merged,
      runs: titled(runs.release, `release ${tag}`),
    })),
    publishRuns: runs.publish,
    splitRuns: runs['split-release'],
    split: {
      commit,
      unsplit,
      ...(asked === undefined ? {} : { askedAt: asked }),
    },
  };
}

/** Pull requests that the reconciler may have to merge: all onto the default branch, and those of a release's texts. */
function ontoOf({ base, open, branch }: ListedPull, defaultBranch: string): GovernedFacts['onto'][] {
  if (open && base === defaultBranch) return ['default'];
  return open && base === CANDIDATE && branch?.startsWith(TEXTS) === true ? ['candidate'] : [];
}

function listedPpa({ ppa, number, open, merged, labels, body }: ListedPull, grouped?: GroupMember): House['pulls'] {
  if (ppa === undefined) return [];
  const from = readOrigin(body)?.from;
  const more = { ...(from === undefined ? {} : { from }), ...(grouped === undefined ? {} : { grouped }) };
  return [{ ppa: ppaName(ppa), pull: number, open, merged, labels, ...more }];
}

/** Groups of the closed PPAs of those releases that have grouped PPAs on their way; mostly there are none to read. */
async function closedMembers(
  { mirror, declared }: PpaReading,
  pulls: readonly ListedPull[],
  ppas: readonly PpaFacts[],
): Promise<ReadonlyMap<number, GroupMember>> {
  const locks = ppas.filter(({ open }) => open).map((facts) => lockOf(facts));
  const releases = new Set(locks.flatMap((lock) => (lock?.group === undefined ? [] : [lock.release])));
  const closed = pulls.filter(
    ({ open, merged, ppa, body }) =>
      !open && !merged && ppa !== undefined && releases.has(readOrigin(body)?.release ?? ''),
  );
  const named = closed.flatMap(({ ppa, number, head: at }) =>
    ppa === undefined ? [] : lockPaths(declared.distributions, ppa).map(({ path }) => ({ ppa, number, at, path })),
  );
  const texts = named.length === 0 ? new Map() : await mirror.present(named.map(({ at, path }) => `${at}:${path}`));
  return new Map(
    named.flatMap(({ ppa, number, at, path }) => {
      const lock = lockOfPpa(texts.get(`${at}:${path}`), ppa, path);
      return lock?.group === undefined ? [] : [[number, { group: lock.group, release: lock.release }] as const];
    }),
  );
}

/** Merged release pull requests of the PPAs that are looked at, with our comment there. */
async function parentsOf({ access, bot }: Reader, pulls: readonly ListedPull[], ppas: readonly PpaFacts[]) {
  const looked = new Set(ppas.map(({ pull }) => pull));
  const named = new Set(pulls.filter(({ number }) => looked.has(number)).map(({ body }) => readOrigin(body)?.from));
  const parents = pulls.filter(({ number, merged, ppa }) => merged && ppa === undefined && named.has(number));
  return inTurn(parents, async ({ number, head: sha }) => {
    const sticky = await stickyOn(access, number, bot);
    return { pull: number, head: sha, ...(sticky === undefined ? {} : { sticky }) };
  });
}

/** PPAs that came into the candidate and are not released: the branch they came by tells their lane and group. */
async function mergedOf({ mirror, declared, released }: PpaReading, pulls: readonly ListedPull[]) {
  const there = pulls.filter(({ merged, ppa }) => merged && ppa !== undefined && !released.has(ppaName(ppa)));
  const named = there.flatMap(({ ppa, number: pull, head: at }) =>
    ppa === undefined
      ? []
      : lockPaths(declared.distributions, ppa).map(({ lane, path }) => ({ ppa, pull, at, lane, path })),
  );
  const texts = await mirror.present(named.map(({ at, path }) => `${at}:${path}`));
  return named.flatMap(({ ppa, pull, at, lane, path }) => {
    const lock = lockOfPpa(texts.get(`${at}:${path}`), ppa, path);
    if (lock === undefined) return [];
    return [
      { ppa: ppaName(ppa), pull, lane: laneName(lane), ...(lock.group === undefined ? {} : { group: lock.group }) },
    ];
  });
}

/** The forge's clock, and whose workflow files run. */
export async function repository({ octokit, owner, repo }: ForgeAccess) {
  const { data, headers } = await octokit.rest.repos.get({ owner, repo });
  const now = new Date(headers.date ?? '');
  if (Number.isNaN(now.getTime())) throw new Error('The forge sent no Date header.');
  return { now, defaultBranch: data.default_branch };
}

/** PPA → tag, of the tag's own lane only: the others’ locks merely stand beside. */
function releasedBy({ tag, locks }: House['production'][number]): (readonly [string, string])[] {
  const lane = parseTag(tag)?.lane;
  const own = locks.filter((lock) => lane !== undefined && laneName(lockPlace(lock).lane) === laneName(lane));
  return own.map(({ ppa }) => [ppa, tag] as const);
}

function head(refs: ReadonlyMap<string, string>, branch: string): string {
  const commit = refs.get(`refs/heads/${branch}`);
  if (commit === undefined) throw new Error(`There is no branch ${branch}.`);
  return commit;
}

async function runsOf(access: ForgeAccess, defaultBranch: string): Promise<Runs> {
  const read = WORKFLOWS.map(async (name) => [name, await trustedRuns(access, name, defaultBranch)] as const);
  return Object.fromEntries(await Promise.all(read)) as unknown as Runs;
}

function titled(runs: readonly Run[], title: string): Run[] {
  return runs.filter((run) => run.title === title);
}

async function issuesOf(access: ForgeAccess, ppas: readonly PpaFacts[]): Promise<World['issues']> {
  const numbers = [...new Set(ppas.flatMap(ticketsNamed))];
  const read = await inTurn(numbers, (number) => readIssue(access, number));
  return Object.fromEntries(read.flatMap((issue) => (issue === undefined ? [] : [[issue.number, issue]])));
}

function servedBy(published: PublishedState | 'none' | 'unknown'): World['served'] {
  if (typeof published === 'string') return {};
  const served: Record<string, { testing: string; inTesting: Set<string>; untested: Set<string> }> = {};
  for (const { lane, os, arch, area, snapshot, packages } of published.repositories) {
    const place = served[`${lane}/${os}/${arch}`] ?? { testing: '', inTesting: new Set(), untested: new Set() };
    served[`${lane}/${os}/${arch}`] = place;
    if (area === 'testing') {
      place.testing = snapshot;
      for (const { sha256 } of packages) place.inTesting.add(sha256);
    }
    if (area === 'untested') for (const { sha256 } of packages) place.untested.add(sha256);
  }
  return served;
}

async function releaseFacts({ access, bot }: Reader, runs: Runs, listed: ListedPull): Promise<ReleaseFacts> {
  const facts = await pullFacts(access, listed, { bot, checkName: RELEASE_CHECK });
  const about = { pull: facts.pull, sha: facts.head };
  const [found] = await evidenceNamed(access, releaseArtifact(about.pull, about.sha), runs['check-release'], 1);
  const value = found === undefined ? undefined : releaseEvidence(found.value, about);
  return {
    ...facts,
    runs: titled(runs['check-release'], `check-release ${facts.pull}`),
    ...(found === undefined || value === undefined ? {} : { evidence: { ...found, value } }),
  };
}

interface LaneReading {
  readonly lane: Lane;
  readonly commit: string;
  readonly runs: Runs;
  readonly status: { readonly state: string; readonly description: string } | undefined;
}

async function laneFacts(
  { access }: Reader,
  { lane, commit, runs, status }: LaneReading,
  branch?: string,
): Promise<House['lanes'][number]> {
  const name = laneName(lane);
  const tested = runs['compose-release'].length > 0;
  const raw = tested ? await evidenceNamed(access, candidateArtifact(name, commit), runs['compose-release']) : [];
  const evidence = raw.flatMap(({ value: text, ...from }) => {
    const value = candidateEvidence(text, { lane: name, commit });
    return value === undefined ? [] : [{ ...from, value }];
  });
  const ofLane = titled(runs['compose-release'], composeTitle(name, branch));
  return { lane, commit, evidence, runs: ofLane, ...(status === undefined ? {} : { status }) };
}

/** A few at a time, in order: forges dislike hundreds of requests at once. */
async function inTurn<In, Out>(items: readonly In[], work: (item: In) => Promise<Out>): Promise<Out[]> {
  const done: Out[] = [];
  for (let start = 0; start < items.length; start += 8)
    done.push(...(await Promise.all(items.slice(start, start + 8).map(work))));
  return done;
}
