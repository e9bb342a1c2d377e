import type { Actor } from '#scripts/forge/access/principal.ts';
import { protectionOf } from '#scripts/forge/access/protection.ts';
import type { Forge } from '#scripts/forge/forge.ts';
import { commitsBetween, isAncestor, mergeBase } from '#scripts/forge/git/history.ts';
import { ZERO } from '#scripts/forge/git/refs.ts';
import type { Pull, PullIssue, Repo } from '#scripts/forge/state/work.ts';
import { invalid, unprocessable } from '#scripts/forge/web/faults.ts';
import { diffBaseOf } from './figures.ts';
import { changeIssue, happen } from './happen.ts';
import { addIssue, close } from './issues.ts';
import { crossReference } from './references.ts';
import { dismissReview } from './reviews.ts';
import { tell } from './tell.ts';

export interface NewPull {
  readonly title: string;
  readonly body: string | null;
  readonly base: string;
  readonly from: Repo;
  readonly head: string;
  readonly draft: boolean;
  readonly maintainerCanModify: boolean;
}

/** @throws HttpFault 422 when a branch is missing, there is nothing between them, or they have a pull request already. */
export async function openPull(forge: Forge, actor: Actor, repo: Repo, asked: NewPull): Promise<PullIssue> {
  const { base, head } = await sidesOf(forge, repo, asked);
  const pull: Pull = {
    head: { repoId: asked.from.id, owner: asked.from.owner, ref: asked.head, sha: head },
    base: { ref: asked.base, sha: base },
    ...{ draft: asked.draft, merged: false, mergedAt: null, mergedBy: null, mergeCommit: null, diffBase: null },
    ...{ reviewers: [], teams: [], maintainerCanModify: asked.maintainerCanModify },
  };
  const issue = changeIssue(forge, addIssue(forge, actor, repo, asked), { pull }) as PullIssue;
  await forge.repositories.of(repo).refs.update(`refs/pull/${issue.number}/head`, head);
  await recordCommits(forge, repo, issue);
  crossReference(forge, actor, repo, issue, asked.body ?? '');
  await tell(forge, actor, repo, issue, 'opened');
  return forge.db.issues.get(issue.id) as PullIssue;
}

async function sidesOf(forge: Forge, repo: Repo, asked: NewPull): Promise<{ base: string; head: string }> {
  const { dir, refs } = forge.repositories.of(repo);
  const base = await refs.get(`refs/heads/${asked.base}`);
  const head = await forge.repositories.of(asked.from).refs.get(`refs/heads/${asked.head}`);
  if (base === undefined) throw invalid('PullRequest', 'base', 'invalid');
  if (head === undefined) throw invalid('PullRequest', 'head', 'invalid');
  const label = `${asked.from.owner}:${asked.head}`;
  const twin = forge.db
    .pullsFrom(`${asked.from.id}:${asked.head}`)
    .some((issue) => issue.repoId === repo.id && issue.state === 'open' && issue.pull?.base.ref === asked.base);
  if (twin) throw custom(`A pull request already exists for ${label}.`);
  if ((await mergeBase(dir, base, head)) === undefined)
    throw custom(`The ${asked.head} branch has no history in common with ${asked.base}`);
  if ((await commitsBetween(dir, base, head)).length === 0)
    throw custom(`No commits between ${asked.base} and ${label}`);
  return { base, head };
}

function custom(message: string) {
  return unprocessable('Validation Failed', [{ resource: 'PullRequest', code: 'custom', message }]);
}

/** The head branch moved: new commits, perhaps rewritten, reviews perhaps stale. */
export async function synchronize(
  forge: Forge,
  actor: Actor,
  repo: Repo,
  issue: PullIssue,
  after: string,
): Promise<void> {
  const before = issue.pull.head.sha;
  const { dir, refs } = forge.repositories.of(repo);
  await refs.update(`refs/pull/${issue.number}/head`, after);
  const base = (await refs.get(`refs/heads/${issue.pull.base.ref}`)) ?? issue.pull.base.sha;
  const pull = { ...issue.pull, head: { ...issue.pull.head, sha: after }, base: { ...issue.pull.base, sha: base } };
  const moved = changeIssue(forge, issue, { pull });
  if (!(await isAncestor(dir, before, after))) happen(forge, actor, issue, 'head_ref_force_pushed', { before }, after);
  await recordCommits(forge, repo, moved);
  dismissStale(forge, actor, repo, moved);
  await tell(forge, actor, repo, moved, 'synchronize', { before, after });
}

/** One `committed` line for each commit not yet on the timeline, oldest first. */
async function recordCommits(forge: Forge, repo: Repo, issue: PullIssue): Promise<void> {
  const known = new Set(
    forge.db
      .happeningsOf(issue.id)
      .filter(({ event }) => event === 'committed')
      .map(({ ref }) => ref),
  );
  const { dir } = forge.repositories.of(repo);
  const shas = await commitsBetween(dir, await diffBaseOf(forge, repo, issue), issue.pull.head.sha);
  for (const sha of shas.toReversed().filter((candidate) => !known.has(candidate))) {
    happen(forge, null, issue, 'committed', {}, sha);
  }
}

function dismissStale(forge: Forge, actor: Actor, repo: Repo, issue: PullIssue): void {
  if (protectionOf(forge, repo, issue.pull.base.ref)?.reviews?.dismissStale !== true) return;
  for (const review of forge.db.reviewsOf(issue.id).filter(({ state }) => state === 'APPROVED')) {
    dismissReview(forge, actor, repo, issue, review, null, issue.pull.head.sha);
  }
}

/** Another base branch. @throws HttpFault 422 when there is none of that name. */
export async function changeBase(forge: Forge, actor: Actor, repo: Repo, issue: PullIssue, ref: string): Promise<void> {
  const sha = await forge.repositories.of(repo).refs.get(`refs/heads/${ref}`);
  if (sha === undefined) throw invalid('PullRequest', 'base', 'invalid');
  const from = issue.pull.base;
  if (ref === from.ref) return;
  changeIssue(forge, issue, { pull: { ...issue.pull, base: { ref, sha } } });
  happen(forge, actor, issue, 'base_ref_changed');
  await tell(forge, actor, repo, issue, 'edited', {
    changes: { base: { ref: { from: from.ref }, sha: { from: from.sha } } },
  });
}

/** Its branch is gone: GitHub closes it. */
export async function abandon(forge: Forge, actor: Actor, repo: Repo, issue: PullIssue, event: string): Promise<void> {
  happen(forge, actor, issue, event);
  await close(forge, actor, repo, issue, null);
}

export function isGone(sha: string): boolean {
  return sha === ZERO;
}
