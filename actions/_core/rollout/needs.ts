import { lockDigest } from '#core/ppa/lock.ts';
import type { PpaFacts } from './facts.ts';
import { claimsState, stateOfLabels } from './state.ts';

/** Which facts the decision will ask for, so that the shell reads no more than these. */

interface Listed {
  readonly open: boolean;
  readonly merged: boolean;
  readonly labels: readonly string[];
}

/** Open PPAs; merged ones that are released and not labelled so, or that were merged by hand, or leave the candidate or were replaced there; closed ones that were neither rejected nor released alone. */
export function needsLook({ open, merged, labels }: Listed, released: boolean, leaves = false): boolean {
  if (open) return true;
  const state = stateOfLabels(labels.filter(claimsState));
  if (state === 'rejected') return false;
  if (!merged) return state !== 'production';
  return state !== 'production' && (released || leaves || state !== 'umd-store');
}

/** The automated verification's artifacts: once a PPA is being verified, until one of this very lock was adopted. */
export function needsEvidence({ standing, lock, open }: Pick<PpaFacts, 'standing' | 'lock' | 'open'>): boolean {
  if (!open || standing === undefined || lock === undefined || standing.evidence !== undefined) return false;
  return standing.lock === lockDigest(lock.text) && standing.state !== 'unverified' && standing.state !== 'rejected';
}
