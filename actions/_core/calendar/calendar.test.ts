import { expect, test } from 'vitest';
import { parseCalendar } from './calendar.ts';
import { dayOf, isDay, plusMonth } from './day.ts';
import { freezeOf } from './freeze.ts';
import { nextVersions, parseTag, versionsOf } from './tag.ts';

const TEXT = `
lanes:
  umd-5:
    releases:
      - {version: 5.0.0, date: 2026-03-02}
      - {version: 5.1.0, date: 2026-06-01}
  umd-4:
    freezeDays: 3
    releases: []
`;
const umd5 = { distribution: 'umd', major: 5 };
const calendar = parseCalendar(TEXT).value ?? { lanes: {} };
const at = (released: string[], instant: string) => freezeOf(calendar, umd5, released, new Date(instant));

test('the candidate freezes one week before the planned date, to the second', () => {
  expect(at([], '2026-02-22T23:59:59Z').frozen).toBe(false);
  expect(at([], '2026-02-23T00:00:00Z')).toEqual({
    frozen: true,
    release: { version: '5.0.0', date: '2026-03-02' },
    from: '2026-02-23',
  });
});

test('the freeze lasts until the release is out, however late', () => {
  expect(at([], '2026-04-30T12:00:00Z').frozen).toBe(true);
  expect(at(['umd-5.0.0'], '2026-04-30T12:00:00Z')).toMatchObject({ frozen: false, release: { version: '5.1.0' } });
  expect(at(['umd-4.9.0'], '2026-04-30T12:00:00Z').frozen).toBe(true);
});

test('an unplanned revision does not count as the planned release', () => {
  expect(at(['umd-5.0.0', 'umd-5.0.1'], '2026-05-25T00:00:00Z').frozen).toBe(true);
  expect(at(['umd-5.0.0', 'umd-5.1.0'], '2026-05-25T00:00:00Z')).toEqual({ frozen: false });
});

test('a lane without a calendar is never frozen', () => {
  expect(freezeOf(calendar, { distribution: 'cmd', major: 1 }, [], new Date('2026-03-01')).frozen).toBe(false);
});

test('all faults of a calendar are told at once', () => {
  const { faults } = parseCalendar(
    'lanes: {umd-5: {releases: [{version: 5.1.0, date: 2026-02-30}, {version: 5.0.0, date: 2026-01-01}, {version: 4.0.0, date: 2027-01-01}]}}',
  );
  expect(faults.map(({ sentence }) => sentence)).toEqual([
    'umd-5: 2026-02-30 is no day of the calendar.',
    'umd-5: 5.0.0 on 2026-01-01 stands after 5.1.0.',
    'umd-5: 4.0.0 is of another major.',
    'umd-5: 4.0.0 on 2027-01-01 stands after 5.0.0.',
  ]);
  expect(parseCalendar('lanes: {UMD: {}}').faults[0]?.code).toBe('CALENDAR_INVALID');
});

test('a tag is exactly distribution, major, minor and revision', () => {
  expect(parseTag('umd-5.1.0')).toEqual({ lane: { distribution: 'umd', major: 5 }, version: '5.1.0' });
  expect(parseTag('cmd-one-1.0.2')?.lane).toEqual({ distribution: 'cmd-one', major: 1 });
  for (const bad of ['umd-5.1', 'umd-05.1.0', 'UMD-5.1.0', 'umd-5.1.0-rc1', 'v5.1.0', 'umd-5.1.0\n', '../umd-5.1.0'])
    expect(parseTag(bad)).toBeUndefined();
});

test('base first, then one step at a time', () => {
  expect(nextVersions(umd5, [])).toEqual(['5.0.0']);
  expect(nextVersions(umd5, ['5.0.0'])).toEqual(['5.0.1', '5.1.0']);
  expect(nextVersions(umd5, versionsOf(umd5, ['umd-5.10.0', 'umd-5.9.3', 'umd-4.99.0']))).toEqual(['5.10.1', '5.11.0']);
});

test('days and months', () => {
  expect(isDay('2024-02-29')).toBe(true);
  expect(isDay('2025-02-29')).toBe(false);
  expect(dayOf(plusMonth(new Date('2026-01-31T10:00:00Z')))).toBe('2026-02-28');
});
