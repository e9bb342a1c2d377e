import type { Role } from '#core/distribution/distribution.ts';
import type { State } from './state.ts';

/** What can happen to a PPA, as past facts (domain.md section 3). */
export const ROLLOUT_EVENTS = [
  'verifier-assigned',
  'problem-reported',
  'problem-solved',
  'verification-passed',
  'rollout-passed',
  'turned-down',
  'released',
  'superseded',
  'ejected',
  'emergency-ended',
  'found-released',
  'lock-changed',
  'pull-closed',
] as const;
export type RolloutEvent = (typeof ROLLOUT_EVENTS)[number];

/**
 * The whole machine: state -> event -> next state. An absent event is refused, never ignored.
 * domain.md section 3, and six more: `lock-changed` (design.md section 3: a push that changes the lock voids all
 * evidence), `pull-closed` (a person closes the pull request instead of turning the PPA down) and `superseded` (a newer PPA
 * of the same product and platform takes its place), `ejected` (a release manager takes it out of the candidate),
 * `emergency-ended` (what went the shortened way goes back to where the whole way begins) and `found-released` (its tag had
 * been judged when its emergency was taken back).
 */
export const TRANSITIONS: { readonly [S in State]: { readonly [E in RolloutEvent]?: State } } = {
  unverified: {
    'verifier-assigned': 'in-verification',
    superseded: 'rejected',
    'found-released': 'production',
    'lock-changed': 'unverified',
    'pull-closed': 'rejected',
  },
  'in-verification': {
    'problem-reported': 'waiting-for-response',
    'verification-passed': 'staged-rollout',
    'turned-down': 'rejected',
    superseded: 'rejected',
    'found-released': 'production',
    'lock-changed': 'unverified',
    'pull-closed': 'rejected',
  },
  'waiting-for-response': {
    'problem-solved': 'in-verification',
    superseded: 'rejected',
    'found-released': 'production',
    'lock-changed': 'unverified',
    'pull-closed': 'rejected',
  },
  'staged-rollout': {
    'rollout-passed': 'umd-store',
    'problem-reported': 'waiting-for-response',
    'turned-down': 'rejected',
    'emergency-ended': 'in-verification',
    superseded: 'rejected',
    'found-released': 'production',
    'lock-changed': 'unverified',
    'pull-closed': 'rejected',
  },
  'umd-store': {
    released: 'production',
    'emergency-ended': 'in-verification',
    superseded: 'rejected',
    ejected: 'rejected',
    'found-released': 'production',
    'lock-changed': 'unverified',
    'pull-closed': 'rejected',
  },
  production: {},
  rejected: {},
};

/** Whoever may bring an event about. `reconciler`: only the facts themselves, read by the reconciler. */
export type Mover = Role | 'reconciler';

const CLOSERS: readonly Mover[] = ['verifier', 'staged-rollout-manager', 'release-team', 'release-manager'];

/** domain.md section 3, column "who". Where the state matters it is told in `moversOf`. */
const MOVERS: Readonly<Record<RolloutEvent, readonly Mover[]>> = {
  'verifier-assigned': ['verifier'],
  'problem-reported': ['verifier'],
  'problem-solved': ['verifier', 'reconciler'],
  'verification-passed': ['reconciler'],
  'rollout-passed': ['staged-rollout-manager', 'reconciler'],
  'turned-down': ['verifier'],
  released: ['reconciler'],
  superseded: ['reconciler'],
  ejected: ['reconciler'],
  'emergency-ended': ['release-team', 'vulnerability-group'],
  'found-released': ['reconciler'],
  'lock-changed': ['reconciler'],
  'pull-closed': CLOSERS,
};

/** In staged rollout it is the manager, not the verifier, who decides what an early adopter's findings mean. */
export function moversOf(state: State, event: RolloutEvent): readonly Mover[] {
  const managers = state === 'staged-rollout' && (event === 'problem-reported' || event === 'turned-down');
  return managers ? ['staged-rollout-manager'] : MOVERS[event];
}

/** The next state, or undefined: refused. */
export function nextState(state: State, event: RolloutEvent): State | undefined {
  return TRANSITIONS[state][event];
}

/** Nothing moves any more. */
export function isFinal(state: State): boolean {
  return Object.keys(TRANSITIONS[state]).length === 0;
}

/** What no RolloutProgress label asks for. */
const UNLABELLED: readonly RolloutEvent[] = [
  'pull-closed',
  'superseded',
  'ejected',
  'emergency-ended',
  'found-released',
];

/** What a person asks for who puts the label of `to` on a PPA that stands in `from`; undefined when no event leads there. */
export function eventBetween(from: State, to: State): RolloutEvent | undefined {
  return ROLLOUT_EVENTS.find((event) => !UNLABELLED.includes(event) && nextState(from, event) === to);
}
