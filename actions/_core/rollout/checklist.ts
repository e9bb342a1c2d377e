import type { PlannedRelease } from '#core/calendar/calendar.ts';
import { dayOf, plusDays, startOfDay } from '#core/calendar/day.ts';
import { freezeOf } from '#core/calendar/freeze.ts';
import { versionsOf } from '#core/calendar/tag.ts';
import { type Lane, laneName, type Role } from '#core/distribution/distribution.ts';
import { marker, quoted, table } from '#core/intake/markdown.ts';
import { renderWhy, type Why } from '#core/why/why.ts';
import { dueRelease } from './due-release.ts';
import type { Effect } from './effects.ts';
import type { Happening, World } from './facts.ts';
import { heardOn, type ListHeard } from './list-commands.ts';
import { teamsOf } from './people.ts';

/** The issue of a release: what is to be done until when and by whom (domain.md section 7), kept by the reconciler. */
export interface ChecklistIssue {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly open: boolean;
  readonly timeline: readonly Happening[];
}

/** What the reconciler can see for itself. */
export interface ReleaseProgress {
  /** The candidate's head installs whole. */
  readonly tested: boolean;
  /** The release's texts stand on the candidate. */
  readonly texts: boolean;
  /** Tag → why it stands where it stands. */
  readonly whys?: ReadonlyMap<string, Why>;
}

export const CHECKLIST_LABEL = 'ReleaseChecklist';

interface Duty {
  readonly words: string;
  readonly role: Role;
  /** Days before the planned date. The order and T-7, T-5, T-4 are domain.md's; the others are chosen in between. */
  readonly days: number;
  readonly seen?: (state: Seen) => boolean;
  /** Only once it is out. */
  readonly after?: boolean;
}
interface Seen extends ReleaseProgress {
  readonly frozen: boolean;
  readonly released: boolean;
}

export const DUTIES: Readonly<Record<string, Duty>> = {
  freeze: {
    words: 'Contents frozen',
    role: 'release-manager',
    days: 7,
    seen: ({ frozen, released }) => frozen || released,
  },
  capabilities: { words: 'Capabilities page brought up to date', role: 'release-team', days: 7 },
  advisories: { words: 'Advisories cross-linked', role: 'vulnerability-group', days: 5 },
  texts: {
    words: 'Texts of the release: known issues and installation notes from verification and rollout',
    role: 'release-team',
    days: 4,
    seen: ({ texts }) => texts,
  },
  metadata: { words: 'Metadata compiled', role: 'release-team', days: 4 },
  candidate: {
    words: 'Release candidate built and tested whole',
    role: 'release-manager',
    days: 3,
    seen: ({ tested }) => tested,
  },
  adopters: { words: 'Early adopters told', role: 'staged-rollout-manager', days: 3 },
  publish: { words: 'Published by the tag', role: 'release-manager', days: 0, seen: ({ released }) => released },
  announce: { words: 'Announced', role: 'release-team', days: 0, after: true },
};

/** Day by which the texts are wanted. */
export function textsDue({ date }: Pick<PlannedRelease, 'date'>): string {
  return dayOf(plusDays(startOfDay(date), -(DUTIES.texts?.days ?? 0)));
}

/** The issue of a release as it was heard: its number and what is signed there. */
export function signedFor(
  release: Pick<PlannedRelease, 'version' | 'planned'>,
  lane: Lane,
  issues: readonly ChecklistIssue[],
  world: World,
): { readonly issue?: number; readonly signed: ReadonlySet<string> } {
  const issue = issueOf(release, lane, issues);
  if (issue === undefined) return { signed: new Set() };
  return { issue: issue.number, signed: new Set(heardOn(issue.timeline, lane, world).signed.keys()) };
}

/** Releases that are out and whose issue is still open. */
export function unfinished(lane: Lane, issues: readonly ChecklistIssue[], world: Pick<World, 'calendar' | 'released'>) {
  const out = new Set(versionsOf(lane, world.released));
  const past = (world.calendar.lanes[laneName(lane)]?.releases ?? []).filter(({ version }) => out.has(version));
  return past.filter((each) => issues.some(({ title, open }) => open && title === titleOf(lane, each)));
}

/** @param progress of the lane's candidate as it stands */
export function planChecklist(
  lane: Lane,
  issues: readonly ChecklistIssue[],
  progress: ReleaseProgress,
  world: World,
): Effect[] {
  const release = dueRelease(lane, world);
  const due = release === undefined ? [] : [release];
  return [
    ...due.flatMap((each) =>
      kept(each, lane, issues, { ...progress, frozen: isFrozen(lane, world), released: false }, world),
    ),
    ...unfinished(lane, issues, world).flatMap((each) => ended(each, lane, issues, progress, world)),
  ];
}

/** By its number, else by the one it had before an emergency took that. */
function issueOf(
  { version, planned }: Pick<PlannedRelease, 'version' | 'planned'>,
  lane: Lane,
  issues: readonly ChecklistIssue[],
) {
  const called = (name: string | undefined) =>
    name === undefined ? undefined : issues.find(({ title }) => title === titleOf(lane, { version: name }));
  return called(version) ?? called(planned);
}

function isFrozen(lane: Lane, { calendar, released, now }: World): boolean {
  return freezeOf(calendar, lane, released, now).frozen;
}

export function titleOf({ distribution }: Lane, { version }: Pick<PlannedRelease, 'version'>): string {
  return `Release ${distribution}-${version}`;
}

/** Is it the issue of one of the lane's releases? */
export function isOfLane(title: string, lane: Lane): boolean {
  return title.startsWith(`${titleOf(lane, { version: `${lane.major}.` })}`);
}

function kept(
  release: PlannedRelease,
  lane: Lane,
  issues: readonly ChecklistIssue[],
  seen: Seen,
  world: World,
): Effect[] {
  const title = titleOf(lane, release);
  const issue = issueOf(release, lane, issues);
  const heard = heardOn(issue?.timeline ?? [], lane, world);
  const body = bodyOf(release, lane, seen, heard, world);
  if (issue === undefined) return [{ kind: 'open-issue', title, body, labels: [CHECKLIST_LABEL] }];
  const renamed = issue.title === title ? {} : { title };
  return issue.body === body && issue.title === title
    ? []
    : [{ kind: 'issue', number: issue.number, body, ...renamed }];
}

/** After the release it stays open until everything is signed, then it is closed. */
function ended(
  release: PlannedRelease,
  lane: Lane,
  issues: readonly ChecklistIssue[],
  { whys }: ReleaseProgress,
  world: World,
): Effect[] {
  const issue = issues.find((each) => each.title === titleOf(lane, release));
  if (issue === undefined) return [];
  const seen = { frozen: true, released: true, tested: true, texts: true, ...(whys === undefined ? {} : { whys }) };
  const heard = heardOn(issue.timeline, lane, world);
  const body = bodyOf(release, lane, seen, heard, world);
  const done = Object.entries(DUTIES).every(([key, duty]) => duty.seen?.(seen) ?? heard.signed.has(key));
  if (!done && issue.body === body) return [];
  return [{ kind: 'issue', number: issue.number, body, ...(done ? { state: 'closed' as const } : {}) }];
}

function bodyOf(release: PlannedRelease, lane: Lane, seen: Seen, heard: ListHeard, world: World): string {
  const rows = Object.entries(DUTIES).map(([key, { words, role, days, seen: see }]) => {
    const signed = heard.signed.get(key);
    const due = dayOf(plusDays(startOfDay(release.date), -days));
    const done = signed === undefined ? (see?.(seen) ?? false) : true;
    const late = !done && dayOf(world.now) > due ? ' **late**' : '';
    const how = signed === undefined ? (done ? 'seen' : '') : `@${signed.by}, ${dayOf(new Date(signed.at))}`;
    return [done ? '✓' : '', `\`${key}\``, words, `${due}${late}`, quoted(teamsOf(world, lane, [role])), quoted(how)];
  });
  const name = `${lane.distribution}-${release.version}`;
  const answers = heard.answers.map(({ by, asked, sentence }) => `- @${quoted(by)} \`${asked}\`: ${sentence}`);
  const why = seen.whys?.get(name);
  return [
    ...(why === undefined ? [] : [renderWhy(why)]),
    `What is to be done for **${name}**, planned for ${release.date}. Kept by the reconciler; sign with \`/done <duty>\`, take a PPA out with \`/eject <PPA> <reason>\`.`,
    table(['', 'duty', 'what', 'until', 'who', 'done'], rows),
    ...(answers.length === 0 ? [] : [`Asked and answered:\n${answers.join('\n')}`]),
    marker('checklist', { release: name }),
  ].join('\n\n');
}
