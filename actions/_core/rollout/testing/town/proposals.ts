import type { Comment, Happening } from '../../facts.ts';
import type { Forge } from './forge.ts';

/** A pull request that changes what the house is governed by: exceptions, texts, what is withdrawn. */
export interface Proposal {
  readonly number: number;
  readonly branch: string;
  readonly base: 'main' | 'candidate';
  readonly title: string;
  readonly author: string;
  readonly createdAt: string;
  timeline: Happening[];
  sticky?: Comment;
  open: boolean;
  merged: boolean;
}

/** Undefined when one of this branch is open already. */
export function openProposal(
  forge: Forge,
  of: Pick<Proposal, 'branch' | 'base' | 'title' | 'author'>,
): Proposal | undefined {
  if (openOf(forge, of.branch) !== undefined) return undefined;
  const number = 5000 + forge.next();
  const made: Proposal = { ...of, number, createdAt: forge.stamp(), timeline: [], open: true, merged: false };
  forge.proposals.set(number, made);
  return made;
}

export function openOf(forge: Forge, branch: string): Proposal | undefined {
  return [...forge.proposals.values()].find((each) => each.open && each.branch === branch);
}

/** Somebody approves what the branch is now. */
export function approveProposal(forge: Forge, proposal: Proposal, who: string): void {
  const commit = forge.git.head(proposal.branch);
  forge.ledger.approvedProposal(proposal.number, who, commit);
  forge.happen(proposal, who, { kind: 'reviewed', verdict: 'approved', commit });
}

/** Has that person approved exactly what the branch is now? */
export function hasApproved(forge: Forge, { branch, timeline }: Proposal, who: string): boolean {
  const commit = forge.git.head(branch);
  return timeline.some((each) => each.kind === 'reviewed' && each.by.login === who && each.commit === commit);
}
