import fc from 'fast-check';
import { expect, test } from 'vitest';
import { history } from './testing/history.ts';
import { replayed } from './testing/town/record.ts';

/** State = function of the record: rollout.yml told again by domain.md's table leads to where the PPA stands. */

const wayward = (() => {
  const it = history().inVerification();
  it.world = { ...it.world, issues: { 9: { number: 9, title: 'UMD Verification: x', open: true, pull: false } } };
  it.pass(5).say('vera', '/waiting #9').reconcile();
  it.world = { ...it.world, issues: { 9: { number: 9, title: 'UMD Verification: x', open: false, pull: false } } };
  it.pass(5).verified('OK', 'pass').reconcile();
  it.pass(5).completedBy().review('vera', 'approved').reconcile();
  it.pass(5)
    .say('carla', '/report accept\npackage: voms-server 1')
    .say('luis', '/report accept\npackage: voms-server 1');
  it.reconcile();
  return it;
})();

test('the record leads to UMDStore, and each move says who, when and why', () => {
  const text = wayward.facts.rollout?.text ?? '';
  expect([wayward.facts.merged, replayed(text)]).toEqual([true, 'umd-store']);
  const { moves } = wayward.plan().standing;
  expect(moves.map(({ event }) => event)).toEqual([
    ...['opened', 'verifier-assigned', 'problem-reported', 'problem-solved', 'verification-passed', 'rollout-passed'],
  ]);
  for (const { by, why, at } of moves) expect([by, why, at].every((said) => said !== '')).toBe(true);
});

test('a record from which a move is taken does not lead there', () => {
  const text = wayward.facts.rollout?.text ?? '';
  const moves = text.split(/(?=^ {2}- event: )/m);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: moves.length - 1 }), (gone) => {
      const less = moves.filter((_, index) => index !== gone).join('');
      let end = '';
      try {
        end = replayed(less);
      } catch {
        return;
      }
      expect(end).not.toBe('umd-store');
    }),
  );
});
