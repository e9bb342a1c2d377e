/** Days for which clients take a Release; a publisher that stands still longer is noticed by everybody. */
const VALID_DAYS = 14;
/** The daily run signs anew when less than this is left, so that a week without runs does no harm. */
const RENEW_DAYS = 7;
const DAY = 86_400_000;
/** apt refuses a Release from more than ten seconds ahead (Acquire::Max-FutureTime). */
const FUTURE = 10_000;

/**
 * Is a repository whose Release is valid until then due to be signed anew? Soon over, dated ahead by a clock that was
 * wrong, or dated behind one that clients may have, and time has come to overtake it. rpm repositories have no such date
 * and are never due.
 * @param overtakes as `nextDates` gave it
 */
export function isDue(validUntil: string | undefined, now: Date, overtakes?: string): boolean {
  if (validUntil === undefined) return false;
  if (overtakes !== undefined && Date.parse(overtakes) <= now.getTime()) return true;
  const left = Date.parse(validUntil) - now.getTime();
  return left < RENEW_DAYS * DAY || left > VALID_DAYS * DAY + FUTURE;
}

export interface ReleaseDates {
  readonly date: Date;
  readonly validUntil: Date;
  /** A later date than this one, of a Release before, that clients may have: to be overtaken when it has come. */
  readonly overtakes?: string;
}

/**
 * Date and Valid-Until of the next Release. apt silently keeps what it has when a Release is older, so the date does not
 * go back by the few seconds that clocks differ; the same date with other content it takes. From farther ahead than apt
 * allows the last one was dated by a clock that ran ahead, and no client has it, or this clock has fallen back, and
 * clients have it. Who can tell? So it is dated now, which is right in the first case, and the other date is remembered:
 * the first run that is later than it dates anew, which mends the second.
 * @param last text of the Release that is published
 * @param overtakes remembered from it
 */
export function nextDates(last: string | undefined, now: Date, overtakes?: string): ReleaseDates {
  const previous = Date.parse(/^Date: (.*)$/m.exec(last ?? '')?.[1] ?? '');
  const bound = Number.isNaN(previous) || previous > now.getTime() + FUTURE ? 0 : previous;
  const date = new Date(Math.floor(Math.max(now.getTime(), bound) / 1000) * 1000);
  const remembered = [previous, Date.parse(overtakes ?? '')].filter((time) => time > date.getTime());
  return {
    ...{ date, validUntil: new Date(date.getTime() + VALID_DAYS * DAY) },
    ...(remembered.length === 0 ? {} : { overtakes: new Date(Math.min(...remembered)).toISOString() }),
  };
}
