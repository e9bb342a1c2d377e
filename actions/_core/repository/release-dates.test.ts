import { expect, test } from 'vitest';
import { isDue, nextDates } from './release-dates.ts';

const now = new Date('2026-03-10T12:00:00.700Z');
const dates = (last?: string) => {
  const { date, validUntil } = nextDates(last === undefined ? undefined : `Origin: UMD\nDate: ${last}\nSHA256:\n`, now);
  return [date.toISOString(), validUntil.toISOString()];
};

test.each([
  ['the first one', undefined, '2026-03-10T12:00:00.000Z', '2026-03-24T12:00:00.000Z'],
  ['after an older one', 'Tue, 10 Mar 2026 11:00:00 UTC', '2026-03-10T12:00:00.000Z', '2026-03-24T12:00:00.000Z'],
  ['within the same second', 'Tue, 10 Mar 2026 12:00:00 UTC', '2026-03-10T12:00:00.000Z', '2026-03-24T12:00:00.000Z'],
  ['the clock went back', 'Tue, 10 Mar 2026 12:00:05 UTC', '2026-03-10T12:00:05.000Z', '2026-03-24T12:00:05.000Z'],
  ['the clock was far ahead', 'Wed, 10 Mar 2027 12:00:00 UTC', '2026-03-10T12:00:00.000Z', '2026-03-24T12:00:00.000Z'],
])('%s: the date never goes back, and apt takes it', (_, last, date, validUntil) =>
  expect(dates(last)).toEqual([date, validUntil]),
);

test.each([
  [undefined, false],
  ['2026-03-24T12:00:00Z', false],
  ['2026-03-17T13:00:00Z', false],
  ['2026-03-17T11:00:00Z', true],
  ['2026-03-01T00:00:00Z', true],
  ['2027-03-24T12:00:00Z', true],
])('valid until %s: signed anew? %s', (validUntil, due) => expect(isDue(validUntil, now)).toBe(due));

test('a date that clients may have is remembered, and overtaken by the first run that is later', () => {
  const back = nextDates('Date: Tue, 10 Mar 2026 13:00:00 UTC\n', now);
  expect([back.date.toISOString(), back.overtakes]).toEqual(['2026-03-10T12:00:00.000Z', '2026-03-10T13:00:00.000Z']);
  const validUntil = '2026-03-24T12:00:00Z';
  expect(isDue(validUntil, new Date('2026-03-10T12:59:00Z'), back.overtakes)).toBe(false);
  expect(isDue(validUntil, new Date('2026-03-10T13:01:00Z'), back.overtakes)).toBe(true);
  const still = nextDates('Date: Tue, 10 Mar 2026 12:00:00 UTC\n', new Date('2026-03-10T12:30:00Z'), back.overtakes);
  expect(still.overtakes).toBe(back.overtakes);
  const mended = nextDates('Date: Tue, 10 Mar 2026 12:00:00 UTC\n', new Date('2026-03-10T13:01:00Z'), back.overtakes);
  expect(mended.overtakes).toBeUndefined();
});
