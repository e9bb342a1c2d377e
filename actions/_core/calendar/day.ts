/** Days are texts `YYYY-MM-DD` in UTC; an instant belongs to the day it falls on there. */

const MILLISECONDS = 86_400_000;

export function isDay(text: string): boolean {
  const instant = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(text);
}

export function startOfDay(day: string): Date {
  return new Date(`${day}T00:00:00Z`);
}

export function dayOf(instant: Date): string {
  return instant.toISOString().slice(0, 10);
}

/** @param days may be negative */
export function plusDays(instant: Date, days: number): Date {
  return new Date(instant.getTime() + days * MILLISECONDS);
}

/** The day after so many working days: Saturdays and Sundays (UTC) do not count, and no other holidays are known. */
export function plusWorkingDays(instant: Date, days: number): Date {
  let day = instant;
  for (let left = days; left > 0; ) {
    day = plusDays(day, 1);
    if (day.getUTCDay() !== 0 && day.getUTCDay() !== 6) left--;
  }
  return day;
}

/** The same day of the next month, or its last day when it is shorter: 31 January → 28 February. */
export function plusMonth(instant: Date): Date {
  const next = new Date(instant);
  next.setUTCMonth(next.getUTCMonth() + 1);
  if (next.getUTCDate() !== instant.getUTCDate()) next.setUTCDate(0);
  return next;
}
