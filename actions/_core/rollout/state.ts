/** RolloutProgress (domain.md section 3): the states of a PPA and their labels, in one place. `Delayed` is a label besides, not a state. */

export const STATES = [
  'unverified',
  'in-verification',
  'waiting-for-response',
  'staged-rollout',
  'umd-store',
  'production',
  'rejected',
] as const;
export type State = (typeof STATES)[number];

const PREFIX = 'RolloutProgress: ';

const LABELS: Readonly<Record<State, string>> = {
  unverified: `${PREFIX}Unverified`,
  'in-verification': `${PREFIX}In Verification`,
  'waiting-for-response': `${PREFIX}Waiting for Response`,
  'staged-rollout': `${PREFIX}StagedRollout`,
  'umd-store': `${PREFIX}UMDStore`,
  production: `${PREFIX}Production`,
  rejected: `${PREFIX}Rejected`,
};

/** `RolloutProgress: In Verification`. */
export function stateLabel(state: State): string {
  return LABELS[state];
}

/** What a person reads: `In Verification`. */
export function stateTitle(state: State): string {
  return LABELS[state].slice(PREFIX.length);
}

/** Undefined when the label is not exactly one of the seven. */
export function stateOfLabel(label: string): State | undefined {
  return STATES.find((state) => LABELS[state] === label);
}

/** Any label that claims a RolloutProgress, known or not, whatever its case: such labels belong to the reconciler. */
export function claimsState(label: string): boolean {
  return /^rolloutprogress\s*:/i.test(label);
}

/** The one state that the labels claim; undefined when none, several or an unknown one is claimed. */
export function stateOfLabels(labels: readonly string[]): State | undefined {
  const claims = labels.filter(claimsState);
  return claims.length === 1 ? stateOfLabel(claims[0] ?? '') : undefined;
}
