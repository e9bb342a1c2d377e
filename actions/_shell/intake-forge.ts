import type { SplitMemory } from '#core/intake/memory.ts';
import { isSplitComment, readMemory } from '#core/intake/memory.ts';
import type { KnownPull, TreeFile } from '#core/intake/unsplit.ts';
import type { ForgeAccess } from '#shell/github.ts';

/** Head of a branch with all its files. */
export interface Head {
  readonly commit: string;
  readonly tree: string;
  readonly files: readonly TreeFile[];
}

export async function readHead({ octokit, owner, repo }: ForgeAccess, branch: string): Promise<Head> {
  const { data: ref } = await octokit.rest.git.getRef({ owner, repo, ref: `heads/${branch}` });
  const { data: commit } = await octokit.rest.git.getCommit({ owner, repo, commit_sha: ref.object.sha });
  const { data } = await octokit.rest.git.getTree({ owner, repo, tree_sha: commit.tree.sha, recursive: '1' });
  if (data.truncated) throw new Error(`The tree of ${branch} is too large for one answer.`);
  const files = data.tree.filter(({ type }) => type === 'blob').map(({ path, sha }) => ({ path, blob: sha }));
  return { commit: ref.object.sha, tree: commit.tree.sha, files };
}

/** A pull request, and the commit by which it came in. */
export interface ListedPull extends KnownPull {
  readonly merged: boolean;
  readonly mergeCommit: string | null;
}

/** Every pull request against a branch, of any state, newest first. */
export async function listPulls({ octokit, owner, repo }: ForgeAccess, base: string): Promise<ListedPull[]> {
  const pulls = await octokit.paginate(octokit.rest.pulls.list, { owner, repo, base, state: 'all', per_page: 100 });
  return pulls.map(({ number, head, state, labels, body, merged_at, merge_commit_sha }) => ({
    number,
    branch: head.repo?.full_name === `${owner}/${repo}` ? head.ref : undefined,
    open: state === 'open',
    labels: labels.map(({ name }) => name),
    body: body ?? '',
    merged: merged_at !== null,
    mergeCommit: merge_commit_sha,
  }));
}

/** How far back a release's own pull request is looked for by its files, when no commit tells. */
const SEARCHED = 30;

/** The pull request by which a file came to `branch`; undefined when it came otherwise. */
export async function pullOfFile(
  { octokit, owner, repo }: ForgeAccess,
  path: string,
  branch: string,
  pulls: readonly ListedPull[],
): Promise<number | undefined> {
  const merged = pulls.filter((pull) => pull.merged);
  const { data: commits } = await octokit.rest.repos.listCommits({ owner, repo, sha: branch, path, per_page: 1 });
  const commit = commits[0]?.sha;
  const direct = merged.find(({ mergeCommit }) => mergeCommit === commit);
  if (direct !== undefined || commit === undefined) return direct?.number;
  const { data: told } = await octokit.rest.repos.listPullRequestsAssociatedWithCommit({
    owner,
    repo,
    commit_sha: commit,
  });
  const known = told.find(({ number }) => merged.some((pull) => pull.number === number));
  if (known !== undefined) return known.number;
  for (const { number } of merged.slice(0, SEARCHED)) {
    const { data } = await octokit.rest.pulls.listFiles({ owner, repo, pull_number: number, per_page: 100 });
    if (data.some(({ filename }) => filename === path)) return number;
  }
  return undefined;
}

/** Our one comment about a release on its pull request; only a machine's own is believed. */
export interface SplitComment {
  readonly id: number;
  readonly body: string;
  readonly memory: SplitMemory | undefined;
}

export async function splitCommentOn(
  { octokit, owner, repo }: ForgeAccess,
  pull: number,
  release: string,
): Promise<SplitComment | undefined> {
  const options = { owner, repo, issue_number: pull, per_page: 100 };
  const comments = await octokit.paginate(octokit.rest.issues.listComments, options);
  const ours = comments.find(({ user, body = '' }) => user?.type === 'Bot' && isSplitComment(body, release));
  if (ours === undefined) return undefined;
  const body = ours.body ?? '';
  return { id: ours.id, body, memory: readMemory(body, new Date(ours.updated_at)) };
}

/** Edits our comment, or writes it the first time; the same text again costs nothing. */
export async function writeComment(
  { octokit, owner, repo }: ForgeAccess,
  pull: number,
  before: SplitComment | undefined,
  body: string,
): Promise<void> {
  if (before?.body === body) return;
  if (before === undefined) await octokit.rest.issues.createComment({ owner, repo, issue_number: pull, body });
  else await octokit.rest.issues.updateComment({ owner, repo, comment_id: before.id, body });
}
