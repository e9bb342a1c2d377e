import { type ForgeAccess, textAt } from '#shell/github.ts';
import type { Head } from '#shell/intake-forge.ts';

/** What is to stand on the forge for one PPA. */
export interface PpaPull {
  /** `ppa/<name>` */
  readonly branch: string;
  readonly base: string;
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
  /** Path → text, one commit on top of the base's head. */
  readonly files: Readonly<Record<string, string>>;
  /** The one of `files` that must be as given on a branch that is there already. */
  readonly decisive: string;
}

const status = (error: unknown) => (error as { status?: number }).status;

/**
 * Branch, then pull request, then labels: whatever a run before has done of it stays, the rest is added.
 * @returns number of the pull request
 */
export async function openPpaPull(forge: ForgeAccess, head: Head, wanted: PpaPull): Promise<number> {
  await ensureBranch(forge, head, wanted);
  const pull = await ensurePull(forge, wanted);
  await addLabels(forge, pull, wanted.labels);
  return pull;
}

export async function addLabels(
  { octokit, owner, repo }: ForgeAccess,
  pull: number,
  labels: readonly string[],
): Promise<void> {
  await octokit.rest.issues.addLabels({ owner, repo, issue_number: pull, labels: [...labels] });
}

/** The reference appears with its commit complete; one that is there with another lock is put right. */
async function ensureBranch(
  forge: ForgeAccess,
  head: Head,
  { branch, files, decisive, title }: PpaPull,
): Promise<void> {
  const { octokit, owner, repo } = forge;
  if ((await textAt(forge, decisive, branch)) === files[decisive]) return;
  const tree = Object.entries(files).map(([path, content]) => ({
    path,
    content,
    mode: '100644' as const,
    type: 'blob' as const,
  }));
  const { data: made } = await octokit.rest.git.createTree({ owner, repo, base_tree: head.tree, tree });
  const parents = [head.commit];
  const { data: commit } = await octokit.rest.git.createCommit({
    owner,
    repo,
    message: `${title}\n\nPackages fetched, checked and pinned.\n`,
    tree: made.sha,
    parents,
  });
  try {
    await octokit.rest.git.createRef({ owner, repo, ref: `refs/heads/${branch}`, sha: commit.sha });
  } catch (error) {
    if (status(error) !== 422) throw error;
    await octokit.rest.git.updateRef({ owner, repo, ref: `heads/${branch}`, sha: commit.sha, force: true });
  }
}

async function ensurePull(
  { octokit, owner, repo }: ForgeAccess,
  { branch, base, title, body }: PpaPull,
): Promise<number> {
  try {
    const { data } = await octokit.rest.pulls.create({ owner, repo, head: branch, base, title, body });
    return data.number;
  } catch (error) {
    if (status(error) !== 422) throw error;
    const { data } = await octokit.rest.pulls.list({ owner, repo, head: `${owner}:${branch}`, base, state: 'open' });
    const [there] = data;
    if (there === undefined) throw error;
    return there.number;
  }
}
