import { expect, test } from 'vitest';
import type { World } from './facts.ts';
import { type LaneFacts, planLane, planTag } from './lane-plan.ts';

const SHA = 'a'.repeat(40);
const world = (now: string, released: string[] = []) =>
  ({
    now: new Date(now),
    released,
    calendar: { lanes: { 'umd-5': { freezeDays: 7, releases: [{ version: '5.0.0', date: '2026-03-02' }] } } },
    distributions: [{ distribution: 'umd', majors: [{ major: 5, platforms: [] }] }],
  }) as unknown as World;
const FROZEN = world('2026-02-25T00:00:00Z');
const lane: LaneFacts = {
  lane: { distribution: 'umd', major: 5 },
  commit: SHA,
  evidence: [],
  runs: [],
  published: true,
};
const tested = (conclusion: 'pass' | 'fail' | 'error', platform: 'pass' | 'fail' = 'pass') => ({
  ...{ artifact: 1, run: 1, createdAt: '' },
  value: {
    ...{ kind: 'candidate' as const, lane: 'umd-5', commit: SHA, conclusion },
    platforms: [{ platform: 'debian-12/amd64', snapshot: '', conclusion: platform, packages: 1, comment: '' }],
  },
});
const words = (facts: Partial<LaneFacts>, at = FROZEN) =>
  planLane({ ...lane, ...facts }, at).map((effect) =>
    effect.kind === 'status' ? effect.state : effect.kind === 'dispatch' ? effect.title : effect.kind,
  );

test('a frozen candidate is tested whole, once it is published', () => {
  expect(words({})).toEqual(['pending', 'compose-release umd-5']);
  expect(words({ published: false })).toEqual(['pending']);
  expect(words({}, world('2026-02-01T00:00:00Z'))).toEqual([]);
  expect(words({}, world('2026-02-25T00:00:00Z', ['umd-5.0.0']))).toEqual([]);
});

test('its head says how that went; an environment’s failure is tried again, three times', () => {
  expect(words({ evidence: [tested('pass')] })).toEqual(['success']);
  expect(words({ evidence: [tested('fail', 'fail')] })).toEqual(['failure']);
  expect(words({ evidence: [tested('pass', 'fail')] })).toEqual(['failure']);
  expect(words({ evidence: [tested('error')] })).toEqual(['pending', 'compose-release umd-5']);
  expect(words({ evidence: [tested('error'), tested('error'), tested('error')] })).toEqual(['error']);
});

test('the same word is not said again', () => {
  const [status] = planLane({ ...lane, evidence: [tested('pass')] }, FROZEN);
  if (status?.kind !== 'status') throw new Error('no status');
  const { state, description } = status;
  expect(words({ evidence: [tested('pass')], status: { state, description } })).toEqual([]);
});

test('a tag of a declared lane that is not in production is handed to release.yml', () => {
  const plan = (tag: string, merged: boolean) => planTag({ tag, commit: '', merged, runs: [] }, FROZEN).length;
  expect([plan('umd-5.0.0', false), plan('umd-5.0.0', true), plan('cmd-1.0.0', false)]).toEqual([1, 0, 0]);
});
