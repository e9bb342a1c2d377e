const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

type Field = { values: Set<number>; any: boolean };
const FIELDS: readonly { min: number; max: number; names: readonly string[] }[] = [
  { min: 0, max: 59, names: [] },
  { min: 0, max: 23, names: [] },
  { min: 1, max: 31, names: [] },
  { min: 1, max: 12, names: MONTHS },
  { min: 0, max: 7, names: DAYS },
];

function numberOf(text: string, { min, names }: { min: number; names: readonly string[] }): number {
  const index = names.indexOf(text.toLowerCase());
  return index === -1 ? Number(text) : index + min;
}

function fieldOf(text: string, bounds: (typeof FIELDS)[number]): Field {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const [range = '*', step = '1'] = part.split('/');
    const [low = '*', high] = range.split('-');
    const from = low === '*' ? bounds.min : numberOf(low, bounds);
    const to = low === '*' || (high === undefined && part.includes('/')) ? bounds.max : numberOf(high ?? low, bounds);
    for (let value = from; value <= to; value += Number(step)) values.add(value % (bounds.max === 7 ? 7 : 1000));
  }
  return { values, any: text.startsWith('*') };
}

/** When a POSIX cron line is due, in UTC. Day of month and day of week: either suffices when both are given. */
export type Cron = { minute: Field; hour: Field; day: Field; month: Field; weekday: Field };

export function parseCron(line: string): Cron {
  const parts = line.trim().split(/\s+/);
  const [minute, hour, day, month, weekday] = FIELDS.map((bounds, index) => fieldOf(parts[index] ?? '*', bounds));
  return { minute, hour, day, month, weekday } as Cron;
}

function dueOn({ day, month, weekday }: Cron, at: Date): boolean {
  if (!month.values.has(at.getUTCMonth() + 1)) return false;
  const [byDay, byWeekday] = [day.values.has(at.getUTCDate()), weekday.values.has(at.getUTCDay())];
  return day.any || weekday.any ? byDay && byWeekday : byDay || byWeekday;
}

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

/** The first due time after `after` (exclusive), not later than `until` (inclusive); milliseconds since the epoch. */
export function firstDue(cron: Cron, after: number, until: number): number | undefined {
  let at = Math.floor(after / MINUTE) * MINUTE + MINUTE;
  while (at <= until) {
    const time = new Date(at);
    if (!dueOn(cron, time)) at = Math.floor(at / DAY) * DAY + DAY;
    else if (!cron.hour.values.has(time.getUTCHours())) at = (Math.floor(at / (60 * MINUTE)) + 1) * 60 * MINUTE;
    else if (!cron.minute.values.has(time.getUTCMinutes())) at += MINUTE;
    else return at;
  }
  return undefined;
}
