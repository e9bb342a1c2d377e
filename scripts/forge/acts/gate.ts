import type { Principal } from '#scripts/forge/access/principal.ts';
import { binds, protectionOf, restrictionOn } from '#scripts/forge/access/protection.ts';
import { atLeast, roleOf } from '#scripts/forge/access/roles.ts';
import type { Forge } from '#scripts/forge/forge.ts';
import { isAncestor } from '#scripts/forge/git/history.ts';
import type { Protection, PullIssue, Repo, Review } from '#scripts/forge/state/work.ts';

/** Why protection keeps a pull request from being merged, all reasons at once. @param principal adds who may push at all. */
export async function blockedBy(forge: Forge, repo: Repo, issue: PullIssue, principal?: Principal): Promise<string[]> {
  const protection = protectionOf(forge, repo, issue.pull.base.ref);
  if (protection === undefined) return [];
  if (principal !== undefined && !binds(forge, principal, repo, protection)) return [];
  const restriction = principal === undefined ? undefined : restrictionOn(forge, principal, repo, protection);
  return [
    ...missingChecks(forge, repo, issue.pull.head.sha, protection),
    ...(await behind(forge, repo, issue, protection)),
    ...missingReviews(forge, repo, issue, protection),
    ...(restriction === undefined ? [] : [restriction]),
  ];
}

type Health = 'expected' | 'pending' | 'failing' | 'good';

/** The newest word on a context, be it a status or a check run. Neutral and skipped are good, as GitHub has it. */
export function healthOf(forge: Forge, repo: Repo, sha: string, context: string): Health {
  const at = `${repo.id}:${sha}`;
  const status = forge.db.statusesAt(at).findLast((candidate) => candidate.context === context);
  const check = forge.db.checksAt(at).findLast((candidate) => candidate.name === context);
  if (check !== undefined && (status === undefined || check.id > status.id)) {
    if (check.conclusion === null) return 'pending';
    return ['success', 'neutral', 'skipped'].includes(check.conclusion) ? 'good' : 'failing';
  }
  if (status === undefined) return 'expected';
  if (status.state === 'pending') return 'pending';
  return status.state === 'success' ? 'good' : 'failing';
}

function missingChecks(forge: Forge, repo: Repo, sha: string, { checks }: Protection): string[] {
  return (checks?.contexts ?? [])
    .map((context) => ({ context, health: healthOf(forge, repo, sha, context) }))
    .filter(({ health }) => health !== 'good')
    .map(({ context, health }) => `Required status check "${context}" is ${health}.`);
}

async function behind(forge: Forge, repo: Repo, { pull }: PullIssue, { checks }: Protection): Promise<string[]> {
  if (checks?.strict !== true) return [];
  const { dir, refs } = forge.repositories.of(repo);
  const tip = await refs.get(`refs/heads/${pull.base.ref}`);
  if (tip === undefined || (await isAncestor(dir, tip, pull.head.sha))) return [];
  return ['The head branch is not up to date with the base branch.'];
}

function missingReviews(forge: Forge, repo: Repo, issue: PullIssue, { reviews }: Protection): string[] {
  if (reviews === null) return [];
  const opinions = [...opinionsOf(forge, repo, issue).values()];
  const approvals = opinions.filter((review) => review.state === 'APPROVED').length;
  const against = opinions.some((review) => review.state === 'CHANGES_REQUESTED');
  const enough = `At least ${reviews.count} approving review${reviews.count === 1 ? ' is' : 's are'} required by reviewers with write access.`;
  return [
    ...(approvals < reviews.count ? [enough] : []),
    ...(against ? ['Changes were requested by a reviewer with write access.'] : []),
  ];
}

/** The last approval or objection of each reviewer who may push; comments change no mind, a dismissal forgets it. */
export function opinionsOf(forge: Forge, repo: Repo, issue: PullIssue): Map<string, Review> {
  const opinions = new Map<string, Review>();
  for (const review of forge.db.reviewsOf(issue.id)) {
    if (review.state === 'COMMENTED' || review.state === 'PENDING') continue;
    if (!atLeast(roleOf(forge, repo, review.user), 'write')) continue;
    opinions.set(review.user.toLowerCase(), review);
  }
  return opinions;
}
