import type { PlannedRelease } from '#core/calendar/calendar.ts';
import { plusDays, startOfDay } from '#core/calendar/day.ts';
import { freezeOf } from '#core/calendar/freeze.ts';
import { FIXED_DAYS } from '#core/calendar/simulate.ts';
import type { Lane } from '#core/distribution/distribution.ts';
import type { World } from './facts.ts';

/** The lane's next release once its date is fixed, two weeks before (domain.md section 7): then its preparation begins. */
export function dueRelease(
  lane: Lane,
  { calendar, released, now }: Pick<World, 'calendar' | 'released' | 'now'>,
): PlannedRelease | undefined {
  const { release } = freezeOf(calendar, lane, released, now);
  return release !== undefined && now >= plusDays(startOfDay(release.date), -FIXED_DAYS) ? release : undefined;
}
