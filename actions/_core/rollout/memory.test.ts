import { expect, test } from 'vitest';
import { type Around, digestOf, isSettled, parseMemory } from './memory.ts';

const around: Around = {
  ...{ pull: 7, updatedAt: '2026-01-01T00:00:00Z', head: 'a', labels: ['x', 'y'], assignees: [], body: '' },
  ...{ day: '2026-01-01', declared: 'b', roles: {}, released: [], served: [true, false], runs: [] },
};

test('the order of labels is no change', () => {
  expect(digestOf({ ...around, labels: ['y', 'x'] })).toBe(digestOf(around));
});

test.each<Partial<Around>>([
  { updatedAt: '2026-01-01T00:00:01Z' },
  { head: 'b' },
  { labels: ['x'] },
  { assignees: ['vera'] },
  { body: '.' },
  { day: '2026-01-02' },
  { declared: 'c' },
  { roles: { umd: { verifier: ['vera'] } } },
  { released: ['umd-5.0.0'] },
  { served: [true, true] },
  { runs: [{ id: 1, status: 'queued', conclusion: null }] },
])('%j is a change', (change) => {
  expect(digestOf({ ...around, ...change })).not.toBe(digestOf(around));
});

test('what changed this moment does not rest', () => {
  const at = (now: string) => isSettled('2026-01-01T00:00:00Z', new Date(now));
  expect([at('2026-01-01T00:00:00.900Z'), at('2026-01-01T00:00:05Z')]).toEqual([false, true]);
});

test('what cannot be read is no memory', () => {
  const why = { verdict: 'pass', sentence: 'x', who: 'y', reasons: [] };
  const ppa = { ppa: 'x', pull: 7, state: 'unverified', why, digest: 'd' };
  const text = (change: object) => JSON.stringify({ kind: 'memory', ppas: [{ ...ppa, ...change }] });
  expect(parseMemory(text({}))?.ppas).toEqual([ppa]);
  expect([parseMemory('{'), parseMemory(text({ state: 'done' })), parseMemory(text({ why: {} }))]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
