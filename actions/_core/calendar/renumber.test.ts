import { expect, test } from 'vitest';
import { freezeOf } from './freeze.ts';
import { renumbered } from './renumber.ts';

const lane = { distribution: 'umd', major: 5 };
const releases = [
  { version: '5.0.1', date: '2026-04-01' },
  { version: '5.0.2', date: '2026-05-01' },
  { version: '5.1.0', date: '2026-06-01' },
];
const calendar = { lanes: { 'umd-5': { freezeDays: 7, releases }, 'cmd-1': { freezeDays: 7, releases: [] } } };
const versions = (...alone: string[]) =>
  renumbered(calendar, alone).lanes['umd-5']?.releases.map(({ version, date }) => `${version} ${date}`);

// By hand: who has the number moves on by one, and whoever has that; dates stay; minors are never taken.
test.each([
  [[], ['5.0.1 2026-04-01', '5.0.2 2026-05-01', '5.1.0 2026-06-01']],
  [['umd-5.0.1'], ['5.0.2 2026-04-01', '5.0.3 2026-05-01', '5.1.0 2026-06-01']],
  [['umd-5.0.2'], ['5.0.1 2026-04-01', '5.0.3 2026-05-01', '5.1.0 2026-06-01']],
  [
    ['umd-5.0.2', 'umd-5.0.1'],
    ['5.0.3 2026-04-01', '5.0.4 2026-05-01', '5.1.0 2026-06-01'],
  ],
  [
    ['umd-5.0.1', 'umd-5.0.3'],
    ['5.0.2 2026-04-01', '5.0.4 2026-05-01', '5.1.0 2026-06-01'],
  ],
  [
    ['umd-5.1.1', 'umd-4.0.1', 'cmd-5.0.1'],
    ['5.0.1 2026-04-01', '5.0.2 2026-05-01', '5.1.0 2026-06-01'],
  ],
])('emergencies %j leave %j', (alone, planned) => expect(versions(...alone)).toEqual(planned));

test('the planned release is not lost: it is next under its new number, and remembers the one it had', () => {
  const at = (alone: string[]) =>
    freezeOf(renumbered(calendar, alone), lane, ['umd-5.0.0', 'umd-5.0.1'], new Date('2026-03-25T00:00:00Z'));
  expect(at([])).toMatchObject({ frozen: false, release: { version: '5.0.2', date: '2026-05-01' } });
  expect(at(['umd-5.0.1'])).toEqual({
    ...{ frozen: true, from: '2026-03-25' },
    release: { version: '5.0.2', date: '2026-04-01', planned: '5.0.1' },
  });
});
