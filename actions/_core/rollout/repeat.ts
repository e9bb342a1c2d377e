import type { Run } from './evidence.ts';
import { isActive } from './verify.ts';

/** When work is started again: the runs themselves remember how often it was tried, nothing else need. */
export type Start =
  | { readonly kind: 'now' }
  | { readonly kind: 'running' }
  | { readonly kind: 'later'; readonly at: Date };

const MINUTE = 60_000;
const LONGEST = 360 * MINUTE;
/** A wish that every run fulfils and that comes back at once would go round for ever: so many runs in so many minutes, then a rest. */
const [BURST, BURST_MINUTES] = [60, 10];
const FAILED = ['failure', 'timed_out', 'startup_failure'];

/**
 * May work on one subject begin? Not while it runs; after failures with a pause that doubles from one minute to six hours.
 * @param runs of that subject, newest first, believed ones only
 */
export function mayStart(runs: readonly Run[], now: Date): Start {
  if (runs.some(isActive)) return { kind: 'running' };
  const firstGood = runs.findIndex(({ conclusion }) => !FAILED.includes(conclusion ?? ''));
  const failures = firstGood === -1 ? runs.length : firstGood;
  const [last] = runs;
  if (last === undefined) return { kind: 'now' };
  const pause = failures === 0 ? restOf(runs, now) : Math.min(MINUTE * 2 ** (failures - 1), LONGEST);
  const at = new Date(new Date(last.updatedAt).getTime() + pause);
  return at.getTime() <= now.getTime() ? { kind: 'now' } : { kind: 'later', at };
}

function restOf(runs: readonly Run[], now: Date): number {
  const from = now.getTime() - BURST_MINUTES * MINUTE;
  return runs.filter(({ createdAt }) => new Date(createdAt).getTime() > from).length < BURST
    ? 0
    : BURST_MINUTES * MINUTE;
}
