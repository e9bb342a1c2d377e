import { load } from 'js-yaml';

/** domain.md section 3 as a person reads it, with what the design adds: the record must be a way through this table. */
const WAYS: Readonly<Record<string, string>> = {
  'unverified verifier-assigned': 'in-verification',
  'in-verification problem-reported': 'waiting-for-response',
  'waiting-for-response problem-solved': 'in-verification',
  'in-verification verification-passed': 'staged-rollout',
  'staged-rollout problem-reported': 'waiting-for-response',
  'staged-rollout rollout-passed': 'umd-store',
  'staged-rollout emergency-ended': 'in-verification',
  'umd-store emergency-ended': 'in-verification',
  'unverified lock-changed': 'unverified',
  'in-verification lock-changed': 'unverified',
  'waiting-for-response lock-changed': 'unverified',
  'staged-rollout lock-changed': 'unverified',
  'umd-store lock-changed': 'unverified',
};

/** State that a record leads to. @throws Error when its moves are no way through the table */
export function replayed(rollout: string): string {
  const { moves } = load(rollout) as { moves: { event: string; from?: string; to: string; at: string; by: string }[] };
  const [first, ...rest] = moves;
  const begins = first?.to === 'unverified' || rest[0]?.event === 'lock-changed'; // a lost record begins anew
  if (first?.event !== 'opened' || !begins) throw new Error('the record does not begin with its opening');
  let [state, at] = [first.to, first.at];
  for (const move of rest) {
    const to = WAYS[`${state} ${move.event}`];
    if (move.from !== state || to === undefined || move.to !== to)
      throw new Error(`the record leaps from ${state}: ${JSON.stringify(moves)}`);
    if (move.at < at) throw new Error('the record goes back in time');
    [state, at] = [to, move.at];
  }
  return state;
}
