import type { Forge } from '#scripts/forge/forge.ts';
import { diff } from '#scripts/forge/git/diff.ts';
import { commitsBetween, mergeBase } from '#scripts/forge/git/history.ts';
import { mergeTree } from '#scripts/forge/git/merge.ts';
import { ZERO } from '#scripts/forge/git/refs.ts';
import type { PullIssue, Repo } from '#scripts/forge/state/work.ts';
import type { PullFigures } from '#scripts/forge/views/pull.ts';
import { blockedBy } from './gate.ts';
import { signatureOf } from './signature.ts';

/** Where the difference of a pull request starts: the merge base with the base branch of now, or that of the merge. */
export async function diffBaseOf(forge: Forge, repo: Repo, { pull }: PullIssue): Promise<string> {
  if (pull.diffBase !== null) return pull.diffBase;
  const { dir, refs } = forge.repositories.of(repo);
  const tip = (await refs.get(`refs/heads/${pull.base.ref}`)) ?? pull.base.sha;
  return (await mergeBase(dir, tip, pull.head.sha)) ?? tip;
}

/** Counts and mergeability. Costs nothing when neither side moved since it was last asked. */
export async function figuresOf(forge: Forge, repo: Repo, issue: PullIssue): Promise<PullFigures> {
  const { dir } = forge.repositories.of(repo);
  const base = await diffBaseOf(forge, repo, issue);
  const [files, commits] = await Promise.all([
    diff(dir, base, issue.pull.head.sha),
    commitsBetween(dir, base, issue.pull.head.sha),
  ]);
  const mergeable = issue.state === 'open' ? await testMerge(forge, repo, issue) : null;
  const sum = (field: 'additions' | 'deletions') => files.reduce((total, file) => total + file[field], 0);
  return {
    mergeable,
    mergeableState: await mergeableState(forge, repo, issue, mergeable),
    commits: commits.length,
    additions: sum('additions'),
    deletions: sum('deletions'),
    files: files.length,
  };
}

async function mergeableState(forge: Forge, repo: Repo, issue: PullIssue, mergeable: boolean | null): Promise<string> {
  if (mergeable === null) return 'unknown';
  if (!mergeable) return 'dirty';
  if (issue.pull.draft) return 'draft';
  return (await blockedBy(forge, repo, issue)).length > 0 ? 'blocked' : 'clean';
}

/** Whether it merges without conflict; keeps `refs/pull/N/merge` at the merge of both tips of now. */
export async function testMerge(forge: Forge, repo: Repo, issue: PullIssue): Promise<boolean> {
  const { dir, refs, store } = forge.repositories.of(repo);
  const [ref, head] = [`refs/pull/${issue.number}/merge`, issue.pull.head.sha];
  const base = (await refs.get(`refs/heads/${issue.pull.base.ref}`)) ?? issue.pull.base.sha;
  const present = await refs.get(ref);
  const parents = present === undefined ? [] : ((await store.commit(present))?.parents ?? []);
  if (parents[0] === base && parents[1] === head) return true;
  const merge = await mergeTree(dir, base, head);
  if (merge.kind === 'conflict') {
    if (present !== undefined) await refs.update(ref, ZERO);
    forgetTestMerge(forge, issue);
    return false;
  }
  const who = signatureOf(forge, issue.user);
  const message = `Merge ${head} into ${base}`;
  const commit = await store.writeCommit({
    tree: merge.tree,
    parents: [base, head],
    author: who,
    committer: who,
    message,
  });
  await refs.update(ref, commit);
  forge.db.issues.patch(issue.id, { pull: { ...latest(forge, issue).pull, mergeCommit: commit } });
  return true;
}

function forgetTestMerge(forge: Forge, issue: PullIssue): void {
  const { pull } = latest(forge, issue);
  if (pull.mergeCommit !== null) forge.db.issues.patch(issue.id, { pull: { ...pull, mergeCommit: null } });
}

function latest(forge: Forge, issue: PullIssue): PullIssue {
  return forge.db.issues.get(issue.id) as PullIssue;
}
