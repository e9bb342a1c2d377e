import { laneName } from '#core/distribution/distribution.ts';
import type { Calendar, PlannedRelease } from './calendar.ts';
import { compareVersions, parseTag, parseVersion } from './tag.ts';

/**
 * The calendar as it is meant once emergencies went out: one takes the next revision's number, and when that was planned,
 * the planned release keeps its date and gets the next number that is free.
 * @param alone tags that released an emergency, of any lane
 */
export function renumbered(calendar: Calendar, alone: readonly string[]): Calendar {
  const lanes = Object.entries(calendar.lanes).map(([name, lane]) => {
    const taken = alone
      .map(parseTag)
      .flatMap((tag) => (tag !== undefined && laneName(tag.lane) === name ? [tag.version] : []));
    return [name, { ...lane, releases: taken.sort(compareVersions).reduce(makeRoom, lane.releases) }] as const;
  });
  return { lanes: Object.fromEntries(lanes) };
}

/** Does the calendar plan a revision, whose number an emergency could have taken? */
export function plansRevision(calendar: Calendar, lane: string): boolean {
  return (calendar.lanes[lane]?.releases ?? []).some(({ version }) => parseVersion(version)?.revision !== 0);
}

/** Whoever has the number moves on by one, and whoever has that. */
function makeRoom(releases: readonly PlannedRelease[], taken: string): readonly PlannedRelease[] {
  const at = releases.findIndex(({ version }) => version === taken);
  const planned = releases[at];
  const version = nextRevision(taken);
  if (planned === undefined || version === undefined) return releases;
  const moved = { ...planned, version, planned: planned.planned ?? planned.version };
  return makeRoom(releases, version).map((each, index) => (index === at ? moved : each));
}

function nextRevision(text: string): string | undefined {
  const version = parseVersion(text);
  return version === undefined ? undefined : `${version.major}.${version.minor}.${version.revision + 1}`;
}
