import type { Stage } from '#scripts/forge/conformance/stage.ts';

export async function gitObjects({ maintainer, owner, at }: Stage): Promise<void> {
  const { git, repos } = maintainer.rest;
  const { data: main } = await git.getRef({ ...at, ref: 'heads/main' });
  const { data: base } = await git.getCommit({ ...at, commit_sha: main.object.sha });
  const { data: blob } = await git.createBlob({ ...at, content: 'aGVsbG8K', encoding: 'base64' });
  await git.getBlob({ ...at, file_sha: blob.sha });
  const { data: tree } = await git.createTree({
    ...at,
    base_tree: base.tree.sha,
    tree: [{ path: 'docs/hello.txt', mode: '100644', type: 'blob', sha: blob.sha }],
  });
  await git.getTree({ ...at, tree_sha: tree.sha, recursive: 'true' });
  const { data: commit } = await git.createCommit({
    ...at,
    message: 'Say hello',
    tree: tree.sha,
    parents: [main.object.sha],
  });
  await git.createRef({ ...at, ref: 'refs/heads/topic/hello', sha: commit.sha });
  await git.updateRef({ ...at, ref: 'heads/topic/hello', sha: main.object.sha, force: true });
  await git.updateRef({ ...at, ref: 'heads/topic/hello', sha: commit.sha });
  await git.listMatchingRefs({ ...at, ref: 'heads/topic' });
  const { data: tag } = await git.createTag({ ...at, tag: 'v0', message: 'First', object: commit.sha, type: 'commit' });
  await git.getTag({ ...at, tag_sha: tag.sha });
  await git.createRef({ ...at, ref: 'refs/tags/v0', sha: tag.sha });
  await repos.listTags(at);
  await repos.listCommits({ ...at, sha: 'topic/hello', per_page: 1 });
  await repos.getCommit({ ...at, ref: 'topic/hello' });
  await repos.compareCommitsWithBasehead({ ...at, basehead: 'main...topic/hello' });
  await repos.listPullRequestsAssociatedWithCommit({ ...at, commit_sha: commit.sha });
  await repos.merge({ ...at, base: 'main', head: 'topic/hello' });
  await repos.merge({ ...at, base: 'main', head: 'topic/hello' });
  await git.deleteRef({ ...at, ref: 'heads/topic/hello' });
  await maintainer.rest.activity.listRepoEvents(at);
  await repos.listBranches(at);
  await repos.getBranch({ ...at, branch: 'main' });
  await owner.rest.repos.updateBranchProtection({
    ...at,
    branch: 'main',
    required_status_checks: { strict: false, contexts: ['check'] },
    enforce_admins: false,
    required_pull_request_reviews: { required_approving_review_count: 1, dismiss_stale_reviews: true },
    restrictions: { users: ['maintainer'], teams: ['release-team'], apps: ['umd-bot'] },
  });
  await owner.rest.repos.getBranchProtection({ ...at, branch: 'main' });
  await repos.getBranch({ ...at, branch: 'main' });
  await owner.rest.repos.deleteBranchProtection({ ...at, branch: 'main' });
}
