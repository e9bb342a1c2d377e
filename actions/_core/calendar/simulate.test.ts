import { expect, test } from 'vitest';
import { quarterly } from './quarters.ts';
import { forecast, releaseFor } from './simulate.ts';

const lane = { distribution: 'umd', major: 5 };
const releases = [
  { version: '5.0.0', date: '2026-11-02' },
  { version: '5.1.0', date: '2027-02-01' },
];
const calendar = { lanes: { 'umd-5': { freezeDays: 7, releases } } };
const waiting = [
  { ppa: 'INFN.voms.al9.x86_64-2.1.0', lane: 'umd-5' },
  { ppa: 'INFN.voms.al9.x86_64-1.9.0', lane: 'umd-4' },
];
const on = (day: string, released: string[] = []) =>
  forecast(calendar, lane, { released, at: new Date(`${day}T12:00:00Z`), waiting });

// By hand: T-7 of 2 November is 26 October; 2 November minus 14 days is 19 October.
test.each([
  ['2026-10-25', false, '5.0.0', '2026-10-19'],
  ['2026-10-26', true, '5.0.0', '2026-10-19'],
  ['2026-11-02', true, '5.0.0', '2026-10-19'],
  ['2026-11-03', false, '5.1.0', '2027-01-18'],
  ['2026-12-10', false, '5.1.0', '2027-01-18'],
  ['2027-01-25', true, '5.1.0', '2027-01-18'],
])('%s: frozen %s for %s, whose date is fixed from %s', (day, frozen, version, fixed) => {
  const found = on(day);
  expect([found.frozen, found.release?.version, found.fixed]).toEqual([frozen, version, fixed]);
  const mine = [waiting[0]?.ppa];
  expect([found.moves, found.waits]).toEqual(frozen ? [[], mine] : [mine, []]);
});

test('after the last planned release nothing is frozen and nothing promised', () => {
  expect(on('2027-02-02')).toEqual({ frozen: false, lane: 'umd-5', moves: [waiting[0]?.ppa], waits: [] });
  expect(releaseFor(calendar, lane, { released: [], ready: '2027-01-25' })).toBeUndefined();
});

test.each([
  ['2026-10-25', [], '5.0.0'],
  ['2026-10-26', [], '5.1.0'],
  ['2026-10-01', ['umd-5.0.0'], '5.1.0'],
])('what is ready on %s (out: %j) comes with %s', (ready, released, version) => {
  expect(releaseFor(calendar, lane, { released, ready })?.version).toBe(version);
});

// By a wall calendar: the first Mondays of February, May, August and November 2027 and of February 2028.
test('quarterly entries go on where the plan ends', () => {
  expect(quarterly(calendar, lane, { released: [], from: new Date('2026-09-01'), count: 4 })).toEqual([
    { version: '5.2.0', date: '2027-05-03' },
    { version: '5.3.0', date: '2027-08-02' },
    { version: '5.4.0', date: '2027-11-01' },
    { version: '5.5.0', date: '2028-02-07' },
  ]);
  const fresh = quarterly(
    { lanes: {} },
    { ...lane, major: 6 },
    { released: [], from: new Date('2026-12-20'), count: 2 },
  );
  expect(fresh).toEqual([
    { version: '6.0.0', date: '2027-02-01' },
    { version: '6.1.0', date: '2027-05-03' },
  ]);
});
