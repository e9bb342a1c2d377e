import { parseLock } from '#core/ppa/lock.ts';
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

/**
 * Undefined when no lock of this PPA is there or its label says nothing: such a pull request publishes nothing.
 * @param lockTexts what its branch holds for the product and platform, in every lane
 */
export function rolloutPull({ title, labels }: OpenPull, lockTexts: readonly string[]): RolloutPull | undefined {
  const state = claimedState(labels);
  const lock = lockTexts.map((text) => parseLock(text, { file: title }).value).find((value) => value?.ppa === title);
  return state === undefined || lock === undefined ? undefined : { ppa: title, state, lock };
}
