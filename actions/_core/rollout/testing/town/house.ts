import { laneName } from '#core/distribution/distribution.ts';
import { lockDigest } from '#core/ppa/lock.ts';
import { reviewedCommits } from '../../approval.ts';
import { isOfLane } from '../../checklist.ts';
import { contentDigest } from '../../evidence.ts';
import type { PpaFacts, World } from '../../facts.ts';
import { laneContext } from '../../lane-plan.ts';
import { heardOn, leavingOf } from '../../list-commands.ts';
import { needsEvidence, needsLook } from '../../needs.ts';
import type { House } from '../../reconcile.ts';
import { splitContext } from '../../reconcile.ts';
import { replacedIn } from '../../replaced.ts';
import { eaTeamsNamed, ticketsNamed, wantsTickets } from '../../requests.ts';
import { parseStanding, type Standing } from '../../standing.ts';
import { headNamed } from '../../sticky.ts';
import { TRIAGE } from '../../ticket.ts';
import type { Forge, TownPull } from './forge.ts';
import {
  candidateEvidenceOf,
  distributionsOf,
  emergencyFactsOf,
  exceptionsOf,
  governedFactsOf,
  productionOf,
  read,
  runsOf,
  textsFactsOf,
} from './git-facts.ts';
import { ADOPTERS, FREEZE_DAYS, PARTIAL, PROVIDER, ROLES } from './people.ts';
import { folderOf, idOf, laneOf, nameOf, type Subject } from './subject.ts';

/** The facts of one moment as the shell reads them, and no more of them: what it does not ask for is not there. */
export function houseOf(forge: Forge, unsplit: readonly string[]): House {
  forge.seen = forge.ledger.seq;
  const distributions = distributionsOf(forge);
  const production = productionOf(forge);
  const released = new Map(
    production
      .flatMap(({ tag, locks }) =>
        locks.filter(({ release }) => isOfTag(release, tag)).map(({ ppa }) => [ppa, tag] as const),
      )
      .reverse(),
  );
  const pulls = [...forge.pulls.values()];
  const merged = pulls
    .filter((pull) => pull.merged && !released.has(nameOf(pull.subject)))
    .map(({ subject }) => ({
      ...{ ppa: nameOf(subject), pull: subject.pull, lane: laneName(laneOf(subject)) },
      ...(subject.group === undefined ? {} : { group: subject.group }),
    }));
  const lanes = distributions.flatMap(({ distribution, majors }) =>
    majors.map(({ major }) => ({ distribution, major })),
  );
  const checklists = [...forge.issues.values()].filter(({ labels }) => labels.includes('ReleaseChecklist'));
  const listWorld = { roles: ROLES, merged, org: 'umd', distributions };
  const ejected = lanes.flatMap((lane) =>
    checklists.flatMap(({ timeline, title }) =>
      isOfLane(title, lane) ? heardOn(timeline, lane, listWorld).ejected : [],
    ),
  );
  const leaving = leavingOf(ejected, { merged, distributions });
  const replaced = replacedIn([...forge.candidate.locks.values()].map(read), merged);
  const ppas = pulls
    .filter((pull) =>
      needsLook(
        pull,
        released.has(nameOf(pull.subject)),
        [leaving, replaced].some((gone) => gone.has(nameOf(pull.subject))),
      ),
    )
    .map((pull) => ppaFactsOf(forge, pull, released.get(nameOf(pull.subject))));
  const statuses = forge.statuses.get(forge.candidate.commit);
  const asked = statuses?.get(splitContext())?.at;
  const world = worldOf(forge, ppas, { merged, leaving, replaced, distributions });
  const heads = { main: forge.git.head('main'), candidate: forge.candidate.commit };
  return {
    world,
    ...{
      defaultBranch: 'main',
      ppas,
      production,
      published: forge.published,
      candidate: [...forge.candidate.locks.values()].map(read),
    },
    ...{
      resting: [],
      digests: new Map(),
      checklists,
      releases: [],
      texts: lanes.flatMap((lane) => textsFactsOf(forge, lane, world)),
      governed: governedFactsOf(forge),
      emergencies: emergencyFactsOf(forge),
      heads,
      parents: [],
      splitRuns: runsOf(forge, 'split-release'),
    },
    pulls: pulls.map(({ subject, number: pull, open, merged: is, labels }) => ({
      ppa: nameOf(subject),
      pull,
      open,
      merged: is,
      labels,
      ...groupedOf(subject, open || is),
    })),
    lanes: lanes.map((lane) => {
      const { commit } = forge.candidate;
      const status = statuses?.get(laneContext(laneName(lane)));
      const runs = runsOf(forge, `compose-release ${laneName(lane)}`);
      return {
        lane,
        commit,
        evidence: candidateEvidenceOf(forge, laneName(lane), commit),
        runs,
        ...(status === undefined ? {} : { status }),
      };
    }),
    tags: [...forge.tags].map(([tag, { commit, merged: is }]) => ({
      tag,
      commit,
      merged: is,
      runs: runsOf(forge, `release ${tag}`),
    })),
    publishRuns: runsOf(forge, 'publish'),
    split: { commit: forge.candidate.commit, unsplit, ...(asked === undefined ? {} : { askedAt: asked }) },
  };
}

function isOfTag(release: string, tag: string): boolean {
  const [, distribution, major] = release.split('/');
  return tag.startsWith(`${distribution}-${major}.`);
}

function ppaFactsOf(forge: Forge, pull: TownPull, releasedBy: string | undefined): PpaFacts {
  const { subject, number, timeline, checks } = pull;
  const head = forge.head(pull);
  const { lock, verification, rollout, foreign } = forge.filesOf(pull);
  const check = checks.get(head);
  const standing = standingOf(pull, head);
  const about = { ...(lock === undefined ? {} : { lock }), ...(standing === undefined ? {} : { standing }) };
  const commits = [head, ...reviewedCommits({ timeline })];
  const digest = lock === undefined ? '' : lockDigest(lock.text);
  return {
    ...{
      pull: number,
      title: nameOf(subject),
      head,
      branch: `ppa/${nameOf(subject)}`,
      open: pull.open,
      merged: pull.merged,
    },
    ...{ createdAt: pull.createdAt, labels: pull.labels, assignees: pull.assignees, timeline },
    ...(pull.sticky === undefined ? {} : { sticky: pull.sticky }),
    ...(check === undefined ? {} : { check }),
    ...{
      ppa: nameOf(subject),
      id: idOf(subject),
      lane: laneOf(subject),
      foreign: pull.merged ? [] : foreign,
      ...about,
    },
    ...(verification === undefined ? {} : { verification }),
    ...(rollout === undefined ? {} : { rollout }),
    contentAt: Object.fromEntries(commits.map((commit) => [commit, contentAt(forge, commit)])),
    evidence: needsEvidence({ ...about, open: pull.open })
      ? forge.evidence.filter(({ value }) => value.pull === number && value.lock === digest)
      : [],
    runs: runsOf(forge, `verify-ppa ${number}`),
    ...(releasedBy === undefined ? {} : { releasedBy }),
  };
}

function contentAt(forge: Forge, commit: string): string {
  const files = forge.files.get(commit);
  return contentDigest(files?.lock?.text ?? '', files?.verification?.text ?? '');
}

/** On the head, on the one the comment names, or on one of the last six of the branch. */
function standingOf({ checks, branch, sticky, number, subject }: TownPull, head: string): Standing | undefined {
  const about = { ppa: nameOf(subject), pull: number };
  const hint = headNamed(sticky?.body ?? '');
  const places = [head, ...(hint === undefined ? [] : [hint]), ...[...branch].reverse().slice(0, 6)];
  for (const sha of new Set(places)) {
    const found = parseStanding(checks.get(sha)?.text ?? '', about);
    if (found !== undefined) return found;
  }
  return undefined;
}

function worldOf(
  forge: Forge,
  ppas: readonly PpaFacts[],
  more: Pick<World, 'merged' | 'leaving' | 'replaced' | 'distributions'>,
): World {
  const teams = new Set(ppas.flatMap((facts) => eaTeamsNamed(facts, Object.keys(ADOPTERS))));
  const numbers = new Set(ppas.flatMap(ticketsNamed));
  const cards = Object.fromEntries(
    ppas.map(({ id }) => [id.product, { eaTeams: Object.keys(ADOPTERS) } as unknown as World['cards'][string]]),
  );
  const found = [...forge.issues.values()].filter(({ number }) => numbers.has(number));
  return {
    ...{ now: forge.now, org: 'umd', cards, exceptions: exceptionsOf(forge), ...more },
    calendar: {
      lanes: Object.fromEntries(
        Object.entries(forge.ledger.planned).map(([lane, releases]) => [lane, { freezeDays: FREEZE_DAYS, releases }]),
      ),
    },
    adopters: {
      teams: Object.fromEntries(
        Object.keys(ADOPTERS).map((team) => [team, { site: team, people: [], products: [], platforms: [] }]),
      ),
    },
    providers: { INFN: { people: [PARTIAL, PROVIDER] } as unknown as World['providers'][string] },
    roles: ROLES,
    eaMembers: Object.fromEntries(
      Object.entries(ADOPTERS).flatMap(([team, login]) => (teams.has(team) ? [[team, [login]]] : [])),
    ),
    issues: Object.fromEntries(found.map(({ number, title, open }) => [number, { number, title, open, pull: false }])),
    tickets: ppas.some(wantsTickets) ? [...forge.issues.values()].filter(({ labels }) => labels.includes(TRIAGE)) : [],
    released: forge.released(),
    served: servedBy(forge),
    publicUrl: 'https://repo.example',
  };
}

function servedBy({ published }: Forge): World['served'] {
  if (typeof published === 'string') return {};
  const served: Record<string, { testing: string; inTesting: Set<string>; untested: Set<string> }> = {};
  for (const { lane, os, arch, area, snapshot, packages } of published.repositories) {
    const key = `${lane}/${os}/${arch}`;
    const place = served[key] ?? { testing: '', inTesting: new Set(), untested: new Set() };
    served[key] = place;
    if (area === 'testing') place.testing = snapshot;
    if (area === 'testing') for (const { sha256 } of packages) place.inTesting.add(sha256);
    if (area === 'untested') for (const { sha256 } of packages) place.untested.add(sha256);
  }
  return served;
}

/** Folders of releases on candidate whose PPAs the bouncer has not opened all. */
export function unsplitOf(
  forge: Forge,
  waiting: readonly { readonly pull: number }[],
  all: readonly Parameters<typeof folderOf>[0][],
): string[] {
  const missing = new Set(waiting.map(({ pull }) => pull));
  return [...new Set(all.filter(({ pull }) => missing.has(pull) && !forge.pulls.has(pull)).map(folderOf))];
}

/** The shell reads the groups of closed ones from their locks. */
function groupedOf(subject: Subject, there: boolean) {
  const { group } = subject;
  return there || group === undefined ? {} : { grouped: { group, release: folderOf(subject) } };
}
