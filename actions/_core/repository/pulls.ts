import { lockDigest, parseLock } from '#core/ppa/lock.ts';
import { type PpaId, parsePpaName, ppaBranch } from '#core/ppa/ppa.ts';
import { STATES, type State, stateOfLabel } from '#core/rollout/state.ts';
import type { RolloutPull } from './wanted.ts';

/** An open pull request as the forge tells of it. */
export interface OpenPull {
  readonly number: number;
  readonly title: string;
  /** Head branch, and whether it is in the release repo itself: only the bouncer may write there. */
  readonly branch: string;
  readonly own: boolean;
  /** Commit. */
  readonly head: string;
  readonly labels: readonly string[];
}

/** The PPA of a pull request; undefined when it is none of the bouncer's. */
export function ppaOf({ title, branch, own }: OpenPull): PpaId | undefined {
  const id = parsePpaName(title);
  return id !== undefined && own && branch === ppaBranch(id) ? id : undefined;
}

/**
 * The state that the labels claim. Of two, the earlier one: a move puts the new label on before it takes the old one
 * off, and until then nothing has moved.
 */
export function claimedState(labels: readonly string[]): State | undefined {
  const claimed = labels.map(stateOfLabel);
  return STATES.find((state) => claimed.includes(state));
}

/** What the reconciler itself remembers of a PPA, in its own check-run. */
export interface Vouched {
  readonly state: State;
  /** sha256 of the lock that all its evidence is about. */
  readonly lock: string;
}

const TESTING: readonly State[] = ['staged-rollout', 'umd-store'];

/** Must somebody vouch for what these labels claim? Anyone with triage rights can set a label, and push after it was set. */
export function needsVoucher(labels: readonly string[]): boolean {
  const state = claimedState(labels);
  return state !== undefined && TESTING.includes(state);
}

/**
 * In testing only what the reconciler vouches for, with this very lock; until it has looked, it counts as unverified.
 * Undefined when no lock of this PPA is there or its label says nothing: such a pull request publishes nothing.
 * @param lockTexts what its branch holds for the product and platform, in every lane
 */
export function rolloutPull(
  { title, labels }: Pick<OpenPull, 'title' | 'labels'>,
  lockTexts: readonly string[],
  vouched?: Vouched,
): RolloutPull | undefined {
  const claimed = claimedState(labels);
  const text = lockTexts.find((each) => parseLock(each, { file: title }).value?.ppa === title);
  const lock = text === undefined ? undefined : parseLock(text, { file: title }).value;
  if (claimed === undefined || text === undefined || lock === undefined) return undefined;
  const believed =
    !TESTING.includes(claimed) ||
    (vouched !== undefined && TESTING.includes(vouched.state) && vouched.lock === lockDigest(text));
  return { ppa: title, state: believed ? claimed : 'unverified', lock };
}
