import { type Lane, laneName } from '#core/distribution/distribution.ts';
import type { Calendar, PlannedRelease } from './calendar.ts';
import { dayOf, plusDays, startOfDay } from './day.ts';
import { compareVersions, versionsOf } from './tag.ts';

/** What the calendar says of a lane at an instant. */
export interface Freeze {
  readonly frozen: boolean;
  /** The next planned release that is not out; undefined when none is planned. */
  readonly release?: PlannedRelease;
  /** Day from which the lane is frozen for it. */
  readonly from?: string;
}

/**
 * Frozen from `freezeDays` before a planned date until that release is out, however late (domain.md section 7: freeze
 * contents at T-7). A lane without planned releases is never frozen.
 * @param released tags merged into production, of any lane
 */
export function freezeOf(calendar: Calendar, lane: Lane, released: readonly string[], now: Date): Freeze {
  const { releases, freezeDays } = calendar.lanes[laneName(lane)] ?? { releases: [], freezeDays: 0 };
  const last = versionsOf(lane, released).at(-1) ?? '';
  const release = releases.find(({ version }) => compareVersions(version, last) > 0);
  if (release === undefined) return { frozen: false };
  const from = plusDays(startOfDay(release.date), -freezeDays);
  return { frozen: now.getTime() >= from.getTime(), release, from: dayOf(from) };
}
