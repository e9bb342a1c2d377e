import { expect, test } from 'vitest';
import type { Ledger } from '#core/repository/retention.ts';
import { type KeptInputs, sweepOfInputs } from './retention.ts';

const START = Date.parse('2026-01-01T00:00:00Z');
const day = (count: number) => new Date(START + count * 86_400_000);
const result = (inputs: string, ...files: string[]) => ({ key: `closure/${inputs}.json`, inputs, files });
const record = (name: string, at: number, ...files: string[]) => {
  return { key: `base/${name}.json`, fetchedAt: day(at).toISOString(), files };
};

/** The days on which each key goes, when a store is swept every day. */
function goings(kept: KeptInputs, days: number): Record<string, number> {
  const gone: Record<string, number> = {};
  let ledger: Ledger | undefined;
  for (let today = 0; today <= days; today += 1) {
    const isThere = (key: string) => gone[key] === undefined;
    const left = {
      results: kept.results.filter(({ key }) => isThere(key)),
      records: kept.records.filter(({ key }) => isThere(key)),
      objects: kept.objects.filter(isThere),
      named: kept.named,
    };
    const swept = sweepOfInputs(ledger, left, day(today));
    ledger = swept.ledger;
    for (const key of swept.remove) gone[key] = today;
  }
  return gone;
}

// The days are copied by hand from decision 0051: 400 for an answer, 30 more for what it alone named.
test('an answer that no record names goes after 400 days, its base 30 days later; what is named otherwise stays', () => {
  const kept: KeptInputs = {
    results: [result('alone', 'old', 'shared'), result('recorded', 'shared', 'dear')],
    records: [],
    objects: ['old', 'shared', 'dear', 'stray'],
    named: new Set(['recorded']),
  };
  expect(goings(kept, 459)).toEqual({ stray: 30, 'closure/alone.json': 400, old: 430 });
});

test('a day’s word on a base goes when nobody took it for 30 days, and then what it named', () => {
  const kept: KeptInputs = { results: [], records: [record('once', 0, 'base')], objects: ['base'], named: new Set() };
  // The first day it is fresh.
  expect(goings(kept, 70)).toEqual({ 'base/once.json': 31, base: 61 });
});

test('while an answer cannot be read, nobody knows what it names, and no base goes', () => {
  const unread = { key: 'closure/x.json', inputs: 'x', files: undefined };
  const kept: KeptInputs = { results: [unread], records: [], objects: ['base'], named: new Set() };
  expect(goings(kept, 450)).toEqual({ 'closure/x.json': 400, base: 430 });
});
