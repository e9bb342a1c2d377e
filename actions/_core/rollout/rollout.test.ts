import { expect, test } from 'vitest';
import { eventBetween, isFinal, moversOf, nextState, ROLLOUT_EVENTS, type RolloutEvent } from './rollout.ts';
import { STATES, type State } from './state.ts';

/**
 * Copied by hand from domain.md section 3 (from, to, who), row by row, not from TRANSITIONS. `Delayed` is a label here.
 * "(release.xml accepted) → Unverified" is the bouncer's opening of the pull request.
 */
const DOMAIN: readonly (readonly [State, RolloutEvent, State, readonly string[]])[] = [
  ['unverified', 'verifier-assigned', 'in-verification', ['verifier']],
  ['in-verification', 'problem-reported', 'waiting-for-response', ['verifier']],
  ['waiting-for-response', 'problem-solved', 'in-verification', ['verifier', 'reconciler']],
  ['in-verification', 'verification-passed', 'staged-rollout', ['reconciler']],
  ['in-verification', 'turned-down', 'rejected', ['verifier']],
  ['staged-rollout', 'rollout-passed', 'umd-store', ['staged-rollout-manager', 'reconciler']],
  ['staged-rollout', 'turned-down', 'rejected', ['staged-rollout-manager']],
  ['staged-rollout', 'problem-reported', 'waiting-for-response', ['staged-rollout-manager']],
  ['umd-store', 'released', 'production', ['reconciler']],
];

/** design.md section 3: "A push that changes the lock voids all of it" and, issue 3, "moves the PPA back to Unverified". */
const OPEN: readonly State[] = ['unverified', 'in-verification', 'waiting-for-response', 'staged-rollout', 'umd-store'];

function expected(state: State, event: RolloutEvent): State | undefined {
  if (event === 'ejected') return state === 'umd-store' ? 'rejected' : undefined; // issue 3: /eject from the candidate
  if (event === 'emergency-ended')
    return state === 'staged-rollout' || state === 'umd-store' ? 'in-verification' : undefined; // decision 0034
  if (event === 'found-released') return OPEN.includes(state) ? 'production' : undefined; // decision 0050
  if (event === 'superseded') return OPEN.includes(state) ? 'rejected' : undefined; // issue 3: closed by a newer PPA
  if (event === 'lock-changed') return OPEN.includes(state) ? 'unverified' : undefined;
  if (event === 'pull-closed') return OPEN.includes(state) ? 'rejected' : undefined;
  return DOMAIN.find(([from, happening]) => from === state && happening === event)?.[2];
}

test.each(STATES.flatMap((state) => ROLLOUT_EVENTS.map((event) => [state, event] as const)))(
  '%s, %s',
  (state, event) => {
    expect(nextState(state, event)).toBe(expected(state, event));
  },
);

test('who may move is who domain.md names', () => {
  for (const [state, event, , movers] of DOMAIN) expect(moversOf(state, event)).toEqual(movers);
});

test('Production and Rejected are the ends', () => {
  expect(STATES.filter(isFinal)).toEqual(['production', 'rejected']);
});

test('a label asks for the event that leads to its state', () => {
  for (const [from, event, to] of DOMAIN) expect(eventBetween(from, to)).toBe(event);
  expect(eventBetween('unverified', 'umd-store')).toBeUndefined();
  expect(eventBetween('staged-rollout', 'unverified')).toBe('lock-changed');
});
