import { expect, test } from 'vitest';
import {
  endedProducts,
  isSweepDue,
  type Ledger,
  linkedPages,
  namedDigests,
  sweepOf,
  unwantedSnapshots,
} from './retention.ts';
import type { PublishedHead } from './state-text.ts';

const on = (day: number, hour = 0) => new Date(Date.UTC(2026, 0, 1 + day, hour));
/** Sweeps on each of these days with the same unwanted keys; gives when each went. */
function days(unwanted: readonly string[], sweeps: readonly Date[]): Record<string, string> {
  let ledger: Ledger | undefined;
  const gone: Record<string, string> = {};
  for (const now of sweeps) {
    const swept = sweepOf(
      ledger,
      unwanted.filter((key) => gone[key] === undefined),
      now,
    );
    for (const key of swept.remove) gone[key] = now.toISOString().slice(0, 10);
    ledger = swept.ledger;
  }
  return gone;
}

test('what was unwanted for thirty days of sweeps goes, not a day before', () => {
  const sweeps = Array.from({ length: 40 }, (_, day) => on(day));
  expect(days(['a'], sweeps)).toEqual({ a: '2026-01-31' });
});

test('a clock that jumps makes nothing old, and one that goes back neither', () => {
  expect(days(['a'], [on(0), on(400), on(401)])).toEqual({});
  const { ledger } = sweepOf({ sweptAt: on(500).toISOString(), unwanted: { a: 29.5 } }, ['a'], on(1));
  expect(ledger).toEqual({ sweptAt: on(1).toISOString(), unwanted: { a: 29.5 } });
});

test('what is wanted again starts anew', () => {
  const before: Ledger = { sweptAt: on(0).toISOString(), unwanted: { a: 29.9, b: 29.9 } };
  const { ledger, remove } = sweepOf(before, ['b', 'c'], on(1));
  expect(remove).toEqual(['b']);
  expect(ledger.unwanted).toEqual({ c: 0 });
  expect(sweepOf(ledger, ['a'], on(2)).ledger.unwanted).toEqual({ a: 0 });
});

test("a product's own repository that is served no more goes after its time, not one that is", () => {
  const shown = [{ path: 'umd-5.infn.a.al9.x86_64/1/0/0' }] as PublishedHead[];
  let ledger: Ledger = { sweptAt: on(0).toISOString(), unwanted: {}, products: ['umd-5.infn.b.al9.x86_64/1/0/0'] };
  for (let day = 1; day <= 31; day += 1) {
    const ended = endedProducts(ledger, shown);
    expect(ended).toEqual(['umd-5.infn.b.al9.x86_64/1/0/0']);
    const swept = sweepOf(ledger, ended, on(day), { products: [...ended, 'umd-5.infn.a.al9.x86_64/1/0/0'] });
    expect(swept.remove).toEqual(day < 31 ? [] : ended);
    ledger = swept.ledger;
  }
  expect(ledger.products).toEqual(['umd-5.infn.a.al9.x86_64/1/0/0']);
});

test('once a day is enough, and a clock that was ahead stops nothing', () => {
  const ledger = { sweptAt: on(5).toISOString(), unwanted: {} };
  expect(isSweepDue(undefined, on(0))).toBe(true);
  expect(isSweepDue(ledger, on(5, 12))).toBe(false);
  expect(isSweepDue(ledger, on(5, 20))).toBe(true);
  expect(isSweepDue(ledger, on(1))).toBe(true);
});

test('snapshots of untested and testing that nothing shows and nobody holds', () => {
  const [shown, held, old] = ['a', 'b', 'c'].map((letter) => letter.repeat(64)) as [string, string, string];
  const head = (area: PublishedHead['area']) => ({ area, snapshot: shown }) as PublishedHead;
  const names = [shown, held, old, 'unknown'];
  expect(unwantedSnapshots([head('untested')], names, [held])).toEqual([old]);
  expect(unwantedSnapshots([head('production')], names, [])).toEqual([]);
  expect(unwantedSnapshots([head('candidate')], names, [])).toEqual([]);
});

test('reads what a Release and an index page name', () => {
  const digest = 'd'.repeat(64);
  expect(namedDigests(`SHA256:\n ${digest}      1234 main/binary-amd64/Packages.gz\n${digest} 1 x\n`)).toEqual([
    digest,
  ]);
  expect(linkedPages('<li><a href="packages/0af3.html">a</a> <a href="pool/x.html">b</a>')).toEqual(['0af3.html']);
});
