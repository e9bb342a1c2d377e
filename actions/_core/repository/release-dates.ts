/** Days for which clients take a Release; a publisher that stands still longer is noticed by everybody. */
const VALID_DAYS = 14;
/** The daily run signs anew when less than this is left, so that a week without runs does no harm. */
const RENEW_DAYS = 7;
const DAY = 86_400_000;
/** apt refuses a Release from more than ten seconds ahead (Acquire::Max-FutureTime). */
const FUTURE = 10_000;

/**
 * Is a repository whose Release is valid until then due to be signed anew? Soon over, or dated ahead by a clock that was
 * wrong. rpm repositories have no such date and are never due.
 */
export function isDue(validUntil: string | undefined, now: Date): boolean {
  if (validUntil === undefined) return false;
  const left = Date.parse(validUntil) - now.getTime();
  return left < RENEW_DAYS * DAY || left > VALID_DAYS * DAY + FUTURE;
}

/**
 * Date and Valid-Until of the next Release. apt silently keeps what it has when a Release is older, so the date never
 * goes back even if the clock does; the same date with other content it takes. A date far ahead is one that no client can
 * have taken, and counts as none.
 * @param last text of the Release that is published
 */
export function nextDates(last: string | undefined, now: Date): { readonly date: Date; readonly validUntil: Date } {
  const previous = Date.parse(/^Date: (.*)$/m.exec(last ?? '')?.[1] ?? '');
  const bound = Number.isNaN(previous) || previous > now.getTime() + FUTURE ? 0 : previous;
  const date = new Date(Math.floor(Math.max(now.getTime(), bound) / 1000) * 1000);
  return { date, validUntil: new Date(date.getTime() + VALID_DAYS * DAY) };
}
