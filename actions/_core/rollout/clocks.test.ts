import { expect, test } from 'vitest';
import { renderWhy } from '#core/why/why.ts';
import type { Effect } from './effects.ts';
import { type History, history } from './testing/history.ts';

/** The limits of domain.md section 3, each a moment before and a moment after; dates counted on a wall calendar. */

const noticed = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => (effect.kind === 'notice' ? [effect.body.replace(/^<!--.*-->\n/, '')] : []));
const look = (it: History, instant: string) => {
  it.at(instant);
  const { effects, why } = it.plan();
  const labels = effects.flatMap((effect) => (effect.kind === 'add-labels' ? effect.labels : []));
  return { late: labels.includes('Delayed'), notices: noticed(effects), why };
};

// Opened on 10 January 2026: a month later is 10 February.
test('verification begins within a month of injection, else it is Delayed and the provider is told why', () => {
  const it = history();
  expect(look(it, '2026-02-10T23:59:59Z')).toMatchObject({ late: false, notices: [] });
  const { late, notices, why } = look(it, '2026-02-11T00:00:00Z');
  expect(late).toBe(true);
  expect(notices).toHaveLength(1);
  expect(notices[0]).toMatch(/^@toni Verification has not begun by 2026-02-10/);
  expect(renderWhy(why)).toContain('by 2026-02-10: delayed. (who must act: @umd/verifier)');
  it.reconcile();
  expect(look(it, '2026-02-12T00:00:00Z')).toMatchObject({ late: false, notices: [] }); // said once, labelled once
});

test.each([
  ['2026-01-31T12:00:00Z', '2026-02-28T23:59:59Z', '2026-03-01T00:00:00Z'],
  ['2026-02-28T12:00:00Z', '2026-03-28T23:59:59Z', '2026-03-29T00:00:00Z'],
])('a month after %s', (opened, before, after) => {
  const it = history();
  const standing = it.facts.standing;
  if (standing === undefined) throw new Error('no standing');
  it.facts = { ...it.facts, standing: { ...standing, moves: standing.moves.map((move) => ({ ...move, at: opened })) } };
  expect([look(it, before).late, look(it, after).late]).toEqual([false, true]);
});

// Taken on 10 January: a week later is 17 January.
test('verification takes a week at most', () => {
  const it = history().inVerification();
  expect(look(it, '2026-01-17T23:59:59Z')).toMatchObject({ late: false, notices: [] });
  const { late, notices } = look(it, '2026-01-18T00:00:00Z');
  expect([late, notices.length]).toEqual([true, 1]);
  expect(notices[0]).toMatch(/^@toni Verification is not done by 2026-01-17/);
});

test('waiting for a provider is no delay of the verification', () => {
  const it = history().inVerification();
  it.world = { ...it.world, issues: { 9: { number: 9, title: 'UMD Verification: x', open: true, pull: false } } };
  it.say('vera', '/waiting #9').reconcile();
  expect(look(it, '2026-03-01T00:00:00Z').late).toBe(false);
});

// Its last word is of 10 January, a few minutes past noon: two months later is 10 March.
test('silence of two months is broken by a notice that names who must act, and by it again two months later', () => {
  const it = history().stagedRollout();
  const silence = (instant: string) => look(it, instant).notices.filter((body) => body.startsWith('Nothing was heard'));
  expect(silence('2026-03-10T12:00:00Z')).toEqual([]);
  const [said] = silence('2026-03-10T12:59:00Z');
  expect(said).toContain('Who must act: @umd/ea-cesga');
  it.reconcile();
  expect(silence('2026-05-10T12:58:00Z')).toEqual([]);
  expect(silence('2026-05-10T13:30:00Z')).toHaveLength(1);
  it.say('carla', 'We are on it.');
  expect(silence('2026-07-10T13:29:00Z')).toEqual([]);
});

// 5.0.0 is planned for 2 March 2026 and frozen from 23 February on, by hand.
test('a freeze that outlasts its day names who must end it', () => {
  const it = history().at('2026-02-25T12:00:00Z').umdStore();
  const frozen = (instant: string) => look(it, instant).why.reasons.find(({ sentence }) => sentence.includes('frozen'));
  expect(frozen('2026-03-02T23:59:59Z')).toMatchObject({ verdict: 'temporarily', until: '2026-03-02' });
  const late = frozen('2026-03-03T00:00:00Z');
  expect(late).toMatchObject({ verdict: 'waiting for item', who: '@umd/release-manager' });
  expect(late?.sentence).toContain('was planned for 2026-03-02: release it, or move it in the calendar.');
});

test('check-run, comment and record say why in the same words', () => {
  const it = history();
  it.at('2026-02-11T00:00:00Z').reconcile();
  const words = renderWhy(it.why);
  expect(it.facts.check?.summary).toBe(words);
  expect(it.facts.sticky?.body).toContain(words);
});
