import { type Calendar, type PlannedRelease, parseCalendar } from '#core/calendar/calendar.ts';
import { dayOf, plusDays, startOfDay } from '#core/calendar/day.ts';
import { FIXED_DAYS } from '#core/calendar/simulate.ts';
import type { GovernedFile } from './governed.ts';
import type { Given } from './governed-rules.ts';

/** The calendar can be read, and a date is not moved any more in its last two weeks (domain.md section 7). */
export function judgeCalendar({ file, world }: Given): string[] {
  const { after = '', path } = file;
  const { value, faults } = parseCalendar(after, path);
  if (value === undefined) return faults.map(({ sentence }) => sentence);
  const former = parseCalendar(file.before ?? '', path).value ?? { lanes: {} };
  return Object.entries(former.lanes).flatMap(([lane, { releases }]) =>
    releases
      .filter((release) => isFixed(lane, release, world))
      .filter(({ version, date }) => !has(value, lane, { version, date }))
      .map(({ version, date }) => `${lane} ${version} on ${date} is fixed and cannot be moved any more.`),
  );
}

function isFixed(
  lane: string,
  { version, date }: PlannedRelease,
  { now, released, alone = [] }: Given['world'],
): boolean {
  const tag = `${lane.replace(/-\d+$/, '')}-${version}`;
  const out = released.includes(tag) && !alone.includes(tag);
  return !out && dayOf(now) >= dayOf(plusDays(startOfDay(date), -FIXED_DAYS));
}

function has({ lanes }: Calendar, lane: string, wanted: PlannedRelease): boolean {
  return lanes[lane]?.releases.some(({ version, date }) => version === wanted.version && date === wanted.date) ?? false;
}

/** `umd-5` of every lane that the change concerns; all of them when it cannot be told. */
export function touchedLanes({ before, after }: Pick<GovernedFile, 'before' | 'after'>): string[] {
  const [one, other] = [before, after].map((text) => parseCalendar(text ?? '').value?.lanes ?? {});
  const names = [...new Set([...Object.keys(one ?? {}), ...Object.keys(other ?? {})])];
  const changed = names.filter((name) => JSON.stringify(one?.[name]) !== JSON.stringify(other?.[name]));
  return changed.length > 0 ? changed : names;
}
