import { type Lane, laneName } from '#core/distribution/distribution.ts';
import type { Calendar, PlannedRelease } from './calendar.ts';
import { dayOf, plusDays, startOfDay } from './day.ts';
import { compareVersions, parseVersion, versionsOf } from './tag.ts';

/**
 * The next quarterly releases of a lane (domain.md section 7), after whatever is planned or out: the first Monday of
 * February, May, August and November, that no freeze falls into the turn of the year. The base comes first, then minors.
 * @param released tags of any lane
 * @param from nothing is planned before 4 weeks after this
 */
export function quarterly(
  calendar: Calendar,
  lane: Lane,
  { released, from, count }: { readonly released: readonly string[]; readonly from: Date; readonly count: number },
): PlannedRelease[] {
  const planned = calendar.lanes[laneName(lane)]?.releases ?? [];
  const versions = [...versionsOf(lane, released), ...planned.map(({ version }) => version)].sort(compareVersions);
  const earliest = [dayOf(plusDays(from, 28)), ...planned.map(({ date }) => dayOf(plusDays(startOfDay(date), 28)))];
  const days = mondaysAfter(earliest.sort().at(-1) ?? '', count);
  const last = parseVersion(versions.at(-1) ?? '');
  const first = last === undefined ? 0 : last.minor + 1;
  return days.map((date, index) => ({ version: `${lane.major}.${first + index}.0`, date }));
}

const MONTHS = [1, 4, 7, 10];

function mondaysAfter(day: string, count: number): string[] {
  const year = startOfDay(day).getUTCFullYear();
  const years = Array.from({ length: Math.ceil(count / MONTHS.length) + 2 }, (_, index) => year + index);
  const mondays = years.flatMap((each) => MONTHS.map((month) => firstMonday(each, month)));
  return mondays.filter((monday) => monday >= day).slice(0, count);
}

function firstMonday(year: number, month: number): string {
  const first = new Date(Date.UTC(year, month, 1));
  return dayOf(plusDays(first, (8 - first.getUTCDay()) % 7));
}
