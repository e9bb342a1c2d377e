/** Whether a time (ISO) is in a period as GitHub's searches write it: `>=2024-01-01`, `<…`, `a..b`, or one day. */
export function within(period: string, time: string): boolean {
  const [from, to] = period.split('..');
  if (to !== undefined) return (from === '*' || time >= (from ?? '')) && (to === '*' || time <= endOf(to));
  const [, sign = '', date = ''] = /^(>=|<=|>|<)?(.*)$/.exec(period) ?? [];
  if (sign === '>=') return time >= date;
  if (sign === '>') return time > endOf(date);
  if (sign === '<=') return time <= endOf(date);
  return sign === '<' ? time < date : time.startsWith(date);
}

/** A bare day means all of it. */
function endOf(date: string): string {
  return date.length === 10 ? `${date}T23:59:59Z` : date;
}
