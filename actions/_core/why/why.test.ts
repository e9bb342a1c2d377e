import { expect, test } from 'vitest';
import { combine, renderWhy } from './why.ts';

// The ladder of design.md section 3, copied by hand.
const LADDER = [
  'pass',
  'temporarily',
  'waiting for item',
  'blocked by item',
  'needs approval',
  'cannot tell',
  'permanently',
] as const;

test('the worse of any two reasons wins, whichever comes first', () => {
  for (const [low, better] of LADDER.entries())
    for (const worse of LADDER.slice(low + 1)) {
      const a = { verdict: better, sentence: 'a', who: 'x' };
      const b = { verdict: worse, sentence: 'b', who: 'y' };
      expect(combine([a, b]).verdict).toBe(worse);
      expect(combine([b, a]).who).toBe('y');
    }
});

test('no reason is not a pass', () => {
  expect(combine([]).verdict).toBe('cannot tell');
});

test('a reason says who must act and from when', () => {
  const frozen = { verdict: 'temporarily', sentence: 'umd-5 is frozen.', who: 'nobody', until: '2026-06-01' } as const;
  expect(renderWhy(combine([frozen]))).toBe(
    '- **temporarily**: umd-5 is frozen. (who must act: nobody; not before 2026-06-01)',
  );
});
