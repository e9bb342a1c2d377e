import { contentDigest } from './evidence.ts';
import type { Happening, PpaFacts, World } from './facts.ts';
import { isSetback } from './moves.ts';
import { hasRole, isPartial } from './people.ts';
import type { Standing } from './standing.ts';

export type Approval =
  | { readonly kind: 'approved'; readonly by: string; readonly at: string; readonly commit: string }
  | { readonly kind: 'objected'; readonly by: string }
  | { readonly kind: 'missing'; readonly sentence: string };

type Reviewed = Extract<Happening, { kind: 'reviewed' }>;

/**
 * design.md section 3: an approval is bound to lock and verification file together, as they were at the reviewed commit.
 * The last word of each verifier counts; an approval from before the last reported problem, or from before a
 * push that changed the lock, does not, even when the content came back.
 */
export function approvalOf({
  standing,
  facts,
  world,
}: {
  readonly standing: Standing;
  readonly facts: PpaFacts;
  readonly world: World;
}): Approval {
  const words = lastWords(facts).filter(({ by }) => hasRole(world, facts.lane, by, 'verifier'));
  const objection = words.find(({ verdict }) => verdict === 'changes_requested');
  if (objection !== undefined) return { kind: 'objected', by: objection.by.login };
  const approvals = words.filter(({ verdict }) => verdict === 'approved');
  const { lock, verification } = facts;
  const content = contentDigest(lock?.text ?? '', verification?.text ?? '');
  const { reviewsPast = [] } = standing;
  const [bound] = approvals.filter(
    ({ commit, id, by }) =>
      facts.contentAt[commit] === content && !reviewsPast.includes(id) && !isPartial(world, facts, by),
  );
  if (bound !== undefined) return { kind: 'approved', by: bound.by.login, at: bound.at, commit: bound.commit };
  return { kind: 'missing', sentence: missing(approvals, facts, world, standing) };
}

function missing(approvals: readonly Reviewed[], facts: PpaFacts, world: World, standing: Standing): string {
  const [approval] = approvals;
  if (approval === undefined) return 'No verifier has approved it yet.';
  const who = `@${approval.by.login}`;
  if (isPartial(world, facts, approval.by))
    return `${who} belongs to ${facts.id.provider} and may not approve its product.`;
  if (standing.reviewsPast?.includes(approval.id) === true) {
    const what =
      standing.moves.findLast(isSetback)?.event === 'lock-changed'
        ? 'the lock changed'
        : 'the last problem was reported';
    return `${who} approved it before ${what}; approve it again.`;
  }
  return `${who} approved another content: lock or verification.yml changed since; approve it again.`;
}

/** One per person; plain comments change nothing, a dismissed review counts no more. */
export function lastWords({ timeline }: Pick<PpaFacts, 'timeline'>): Reviewed[] {
  const words = new Map<string, Reviewed>();
  for (const happening of timeline) {
    if (happening.kind !== 'reviewed' || happening.verdict === 'commented' || happening.by.bot) continue;
    words.set(happening.by.login.toLowerCase(), happening);
  }
  return [...words.values()];
}

/** Commits whose content must be known to judge the approvals: the shell reads these. */
export function reviewedCommits({ timeline }: Pick<PpaFacts, 'timeline'>): string[] {
  return [
    ...new Set(
      timeline.flatMap((each) => (each.kind === 'reviewed' && each.verdict === 'approved' ? [each.commit] : [])),
    ),
  ];
}
