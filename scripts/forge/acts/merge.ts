import { type Actor, actorOf, type Principal } from '#scripts/forge/access/principal.ts';
import { NOT_AUTHORIZED } from '#scripts/forge/access/protection.ts';
import type { Forge } from '#scripts/forge/forge.ts';
import { mergeBase } from '#scripts/forge/git/history.ts';
import { mergeTree } from '#scripts/forge/git/merge.ts';
import type { Commit } from '#scripts/forge/git/objects.ts';
import type { RefChange } from '#scripts/forge/git/refs.ts';
import type { PullIssue, Repo } from '#scripts/forge/state/work.ts';
import { HttpFault } from '#scripts/forge/web/faults.ts';
import { diffBaseOf } from './figures.ts';
import { blockedBy } from './gate.ts';
import { changeIssue, happen } from './happen.ts';
import { commitNamed } from './refname.ts';
import { refsChanged } from './refs.ts';
import { forgeSignature, signatureOf } from './signature.ts';
import { tell } from './tell.ts';

export const METHODS = ['merge', 'squash', 'rebase'] as const;

export interface MergeRequest {
  readonly method: (typeof METHODS)[number];
  /** The head the caller has seen; another one refuses. */
  readonly sha: string | undefined;
  readonly title: string | undefined;
  readonly message: string | undefined;
}

const PROTECTED = { documentation: 'https://docs.github.com/articles/about-protected-branches' };

/** Merges a pull request into its base. @throws HttpFault 405 when it may not or cannot be, 409 when its head is another by now. */
export async function mergePull(
  forge: Forge,
  principal: Principal,
  repo: Repo,
  number: number,
  asked: MergeRequest,
): Promise<string> {
  const actor = actorOf(principal);
  const { store } = forge.repositories.of(repo);
  const merged = await store.locked(async () => {
    const issue = forge.db.issueNumbered(`${repo.id}#${number}`)[0] as PullIssue;
    await checkMerge(forge, principal, repo, issue, asked);
    const from = await tipOf(forge, repo, issue);
    const commit = await writeMerge(forge, actor, repo, issue, asked, from);
    const diffBase = await diffBaseOf(forge, repo, issue);
    await forge.repositories.of(repo).refs.update(`refs/heads/${issue.pull.base.ref}`, commit, from);
    await markMerged(forge, actor, repo, issue, commit, diffBase);
    return { commit, change: { ref: `refs/heads/${issue.pull.base.ref}`, before: from, after: commit } };
  });
  await refsChanged(forge, actor, repo, [merged.change]);
  return merged.commit;
}

async function checkMerge(
  forge: Forge,
  principal: Principal,
  repo: Repo,
  issue: PullIssue,
  asked: MergeRequest,
): Promise<void> {
  if (issue.state === 'closed') throw new HttpFault(405, 'Pull Request is not mergeable');
  if (issue.pull.draft) throw new HttpFault(405, 'Pull Request is still a draft');
  if (asked.method === 'rebase') throw new HttpFault(405, 'Rebase merges are not allowed on this repository.');
  if (asked.sha !== undefined && asked.sha !== issue.pull.head.sha)
    throw new HttpFault(409, 'Head branch was modified. Review and try the merge again.');
  const reasons = await blockedBy(forge, repo, issue, principal);
  if (reasons.length > 0) throw new HttpFault(405, reasons.join('\n'), PROTECTED);
}

async function tipOf(forge: Forge, repo: Repo, { pull }: PullIssue): Promise<string> {
  const tip = await forge.repositories.of(repo).refs.get(`refs/heads/${pull.base.ref}`);
  if (tip === undefined) throw new HttpFault(405, 'Pull Request is not mergeable');
  return tip;
}

async function writeMerge(
  forge: Forge,
  actor: Actor,
  repo: Repo,
  issue: PullIssue,
  asked: MergeRequest,
  base: string,
): Promise<string> {
  const { dir, store } = forge.repositories.of(repo);
  const { head } = issue.pull;
  const merge = await mergeTree(dir, base, head.sha);
  if (merge.kind === 'conflict') throw new HttpFault(405, 'Pull Request is not mergeable');
  const squash = asked.method === 'squash';
  const title =
    asked.title ??
    (squash
      ? `${issue.title} (#${issue.number})`
      : `Merge pull request #${issue.number} from ${head.owner}/${head.ref}`);
  const body = asked.message ?? (squash ? '' : issue.title);
  const author = signatureOf(forge, squash ? issue.user : actor.login);
  const message = body === '' ? title : `${title}\n\n${body}`;
  const parents = squash ? [base] : [base, head.sha];
  return store.writeCommit({ tree: merge.tree, parents, author, committer: forgeSignature(forge), message });
}

/** Writes down that it is merged, be it by this forge or by a push that brought its commits. */
export async function markMerged(
  forge: Forge,
  actor: Actor,
  repo: Repo,
  issue: PullIssue,
  commit: string,
  diffBase: string,
): Promise<void> {
  const at = forge.clock.stamp();
  const pull = { ...issue.pull, merged: true, mergedAt: at, mergedBy: actor.login, mergeCommit: commit, diffBase };
  changeIssue(forge, issue, { state: 'closed', closedAt: at, closedBy: actor.login, pull });
  happen(forge, actor, issue, 'merged', {}, commit);
  happen(forge, actor, issue, 'closed');
  await tell(forge, actor, repo, issue, 'closed');
}

export interface BranchMerge {
  readonly base: string;
  /** Branch, tag or sha. */
  readonly head: string;
  readonly message: string | undefined;
  /** Why protection does not let the caller. */
  readonly refusal: string | undefined;
}

/** POST /merges: the merge commit, undefined when there is nothing to merge. @throws HttpFault 404, 409 on conflict, 403 or 409 where protection refuses. */
export async function mergeBranch(
  forge: Forge,
  actor: Actor,
  repo: Repo,
  asked: BranchMerge,
): Promise<Commit | undefined> {
  const { store } = forge.repositories.of(repo);
  const change = await store.locked(() => moveByMerge(forge, actor, repo, asked));
  if (change === undefined) return undefined;
  await refsChanged(forge, actor, repo, [change]);
  return store.commit(change.after);
}

async function moveByMerge(
  forge: Forge,
  actor: Actor,
  repo: Repo,
  { base, head, message, refusal }: BranchMerge,
): Promise<RefChange | undefined> {
  const { dir, refs, store } = forge.repositories.of(repo);
  const ref = `refs/heads/${base}`;
  const before = await refs.get(ref);
  const theirs = await commitNamed(forge, repo, head);
  if (before === undefined) throw new HttpFault(404, 'Base does not exist');
  if (theirs === undefined) throw new HttpFault(404, 'Head does not exist');
  if ((await mergeBase(dir, before, theirs.sha)) === theirs.sha) return undefined;
  if (refusal !== undefined) throw new HttpFault(refusal === NOT_AUTHORIZED ? 403 : 409, refusal, PROTECTED);
  const merge = await mergeTree(dir, before, theirs.sha);
  if (merge.kind === 'conflict') throw new HttpFault(409, 'Merge conflict');
  const after = await store.writeCommit({
    ...{ tree: merge.tree, parents: [before, theirs.sha], message: message ?? `Merge ${head} into ${base}` },
    ...{ author: signatureOf(forge, actor.login), committer: forgeSignature(forge) },
  });
  await refs.update(ref, after, before);
  return { ref, before, after };
}
