import type { Forge } from '#scripts/forge/forge.ts';
import type { FileChange } from '#scripts/forge/git/diff.ts';
import type { AnnotatedTag, Commit, Person } from '#scripts/forge/git/objects.ts';
import type { Repo } from '#scripts/forge/state/work.ts';
import { encoded, nodeId, pageUrl, repoUrl } from './basics.ts';
import { showUser } from './people.ts';

const UNSIGNED = { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null };

/** The account whose address a commit carries; null when nobody's. */
export function loginOf(forge: Forge, { email }: Person): string | null {
  const own = /^(?:\d+\+)?([^@]+)@users\.noreply\./.exec(email)?.[1];
  if (own !== undefined && forge.db.accounts.get(own.toLowerCase()) !== undefined) return own;
  return forge.db.accounts.values().find((account) => account.email === email)?.login ?? null;
}

/** `commit`, as histories list it. */
export function showCommit(forge: Forge, repo: Repo, commit: Commit) {
  const url = repoUrl(forge, repo, `/commits/${commit.sha}`);
  const [author, committer] = [commit.author, commit.committer].map((person) => loginOf(forge, person));
  return {
    sha: commit.sha,
    node_id: nodeId('Commit', commit.sha),
    url,
    html_url: pageUrl(forge, repo, `/commit/${commit.sha}`),
    comments_url: `${url}/comments`,
    commit: {
      url: repoUrl(forge, repo, `/git/commits/${commit.sha}`),
      author: commit.author,
      committer: commit.committer,
      message: commit.message.trimEnd(),
      tree: { sha: commit.tree, url: repoUrl(forge, repo, `/git/trees/${commit.tree}`) },
      comment_count: 0,
      verification: UNSIGNED,
    },
    author: author == null ? null : showUser(forge, author),
    committer: committer == null ? null : showUser(forge, committer),
    parents: showParents(forge, repo, commit),
  };
}

/** `git-commit`, the object itself. */
export function showGitCommit(forge: Forge, repo: Repo, commit: Commit) {
  return {
    sha: commit.sha,
    node_id: nodeId('Commit', commit.sha),
    url: repoUrl(forge, repo, `/git/commits/${commit.sha}`),
    html_url: pageUrl(forge, repo, `/commit/${commit.sha}`),
    author: commit.author,
    committer: commit.committer,
    message: commit.message.trimEnd(),
    tree: { sha: commit.tree, url: repoUrl(forge, repo, `/git/trees/${commit.tree}`) },
    parents: showParents(forge, repo, commit),
    verification: UNSIGNED,
  };
}

/** `simple-commit`, as runs and pushes carry it. */
export function showCommitBriefly(commit: Commit) {
  const { name, email } = commit.author;
  return {
    id: commit.sha,
    tree_id: commit.tree,
    message: commit.message.trimEnd(),
    timestamp: commit.committer.date,
    author: { name, email },
    committer: { name: commit.committer.name, email: commit.committer.email },
  };
}

function showParents(forge: Forge, repo: Repo, commit: Commit) {
  return commit.parents.map((sha) => ({
    sha,
    url: repoUrl(forge, repo, `/commits/${sha}`),
    html_url: pageUrl(forge, repo, `/commit/${sha}`),
  }));
}

export function showRef(forge: Forge, repo: Repo, ref: string, object: { sha: string; type: string }) {
  return {
    ref,
    node_id: nodeId('Ref', `${repo.id}:${ref}`),
    url: repoUrl(forge, repo, `/git/${encoded(ref)}`),
    object: { ...object, url: repoUrl(forge, repo, `/git/${object.type}s/${object.sha}`) },
  };
}

export function showTagObject(forge: Forge, repo: Repo, tag: AnnotatedTag) {
  return {
    node_id: nodeId('Tag', tag.sha),
    tag: tag.tag,
    sha: tag.sha,
    url: repoUrl(forge, repo, `/git/tags/${tag.sha}`),
    message: tag.message.trimEnd(),
    tagger: tag.tagger,
    object: { sha: tag.object, type: tag.type, url: repoUrl(forge, repo, `/git/${tag.type}s/${tag.object}`) },
    verification: UNSIGNED,
  };
}

/** `diff-entry`. @param at commit whose version of the file the addresses show. */
export function showFileChange(forge: Forge, repo: Repo, at: string, file: FileChange) {
  const path = encoded(file.path);
  return {
    sha: file.sha,
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: pageUrl(forge, repo, `/blob/${at}/${path}`),
    raw_url: pageUrl(forge, repo, `/raw/${at}/${path}`),
    contents_url: repoUrl(forge, repo, `/contents/${path}?ref=${at}`),
    ...(file.patch === null ? {} : { patch: file.patch }),
    ...(file.previous === null ? {} : { previous_filename: file.previous }),
  };
}
