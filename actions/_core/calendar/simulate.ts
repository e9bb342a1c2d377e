import { type Lane, laneName } from '#core/distribution/distribution.ts';
import type { Calendar, PlannedRelease } from './calendar.ts';
import { dayOf, plusDays, startOfDay } from './day.ts';
import { type Freeze, freezeOf } from './freeze.ts';
import { compareVersions, versionsOf } from './tag.ts';

/** What a lane looks like on a day, when every planned release comes out on its date. */
export interface Forecast extends Freeze {
  /** `umd-5` */
  readonly lane: string;
  /** Day on which the date of the next release can no longer be moved: two weeks before it (domain.md section 7). */
  readonly fixed?: string;
  /** Names of PPAs that wait and would enter the candidate on that day, and of those the freeze keeps out. */
  readonly moves: readonly string[];
  readonly waits: readonly string[];
}

/** A PPA that early adopters accepted and that is not in the candidate. */
export interface Waiting {
  readonly ppa: string;
  /** `umd-5` */
  readonly lane: string;
}

export const FIXED_DAYS = 14;

export function forecast(
  calendar: Calendar,
  lane: Lane,
  {
    released,
    at,
    waiting,
  }: { readonly released: readonly string[]; readonly at: Date; readonly waiting: readonly Waiting[] },
): Forecast {
  const freeze = freezeOf(calendar, lane, [...released, ...expected(calendar, lane, at)], at);
  const { frozen, release } = freeze;
  const own = waiting.filter((each) => each.lane === laneName(lane)).map(({ ppa }) => ppa);
  const fixed = release === undefined ? {} : { fixed: dayOf(plusDays(startOfDay(release.date), -FIXED_DAYS)) };
  return { ...freeze, ...fixed, lane: laneName(lane), moves: frozen ? [] : own, waits: frozen ? own : [] };
}

/** Tags that will be out by then; a release comes out in the course of its day, so that the day itself is still frozen. */
function expected(calendar: Calendar, lane: Lane, at: Date): string[] {
  const planned = calendar.lanes[laneName(lane)]?.releases ?? [];
  return planned.filter(({ date }) => date < dayOf(at)).map(({ version }) => `${lane.distribution}-${version}`);
}

/**
 * The release that takes along what is ready for the candidate on a day: the first one not out whose freeze begins later.
 * Undefined: none is planned.
 */
export function releaseFor(
  calendar: Calendar,
  lane: Lane,
  { released, ready }: { readonly released: readonly string[]; readonly ready: string },
): PlannedRelease | undefined {
  const { releases, freezeDays } = calendar.lanes[laneName(lane)] ?? { releases: [], freezeDays: 0 };
  const last = versionsOf(lane, released).at(-1) ?? '';
  return releases.find(
    ({ version, date }) => compareVersions(version, last) > 0 && ready < dayOf(plusDays(startOfDay(date), -freezeDays)),
  );
}
