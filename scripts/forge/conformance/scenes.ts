import { generateKeyPairSync, sign } from 'node:crypto';
import type { Octokit } from '@octokit/rest';
import { zipSync } from 'fflate';
import type { Bench } from './bench.ts';

/** The world the conformance scenes play in: one organisation, one repository, people with different rights. */
export interface Stage {
  readonly bench: Bench;
  readonly at: { readonly owner: string; readonly repo: string };
  readonly owner: Octokit;
  readonly maintainer: Octokit;
  readonly outsider: Octokit;
  readonly app: Octokit;
}

export const WORKFLOW = `name: check
on:
  workflow_dispatch:
    inputs:
      pull: { required: true }
      depth: { default: '1' }
jobs: {}
`;

export async function setStage(bench: Bench): Promise<Stage> {
  const { admin } = bench;
  const [owner, maintainer, outsider] = [bench.person('owner'), bench.person('maintainer'), bench.person('outsider')];
  admin.createOrg({ login: 'umd', name: 'UMD', owners: ['owner'] });
  await admin.createRepo({
    owner: 'umd',
    name: 'release',
    by: 'owner',
    files: { 'README.md': '# Release\n', '.github/workflows/check.yml': WORKFLOW },
  });
  admin.createTeam({ org: 'umd', name: 'Release team', members: ['maintainer'], repos: { 'umd/release': 'write' } });
  const at = { owner: 'umd', repo: 'release' };
  return { bench, at, owner, maintainer, outsider, app: await signIn(bench, at) };
}

/** An app signs in as actions/create-github-app-token does: JWT, installation, token. */
async function signIn(bench: Bench, at: Stage['at']): Promise<Octokit> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const permissions = {
    actions: 'write',
    checks: 'write',
    contents: 'write',
    issues: 'write',
    members: 'read',
    metadata: 'read',
    pull_requests: 'write',
    statuses: 'write',
  } as const;
  const { id } = bench.admin.createApp({ slug: 'umd-bot', owner: 'umd', permissions, publicKey });
  const itself = bench.client(jwt(id, privateKey));
  await itself.rest.apps.getAuthenticated();
  await itself.rest.apps.listInstallations();
  await itself.rest.apps.getOrgInstallation({ org: 'umd' });
  const { data: installation } = await itself.rest.apps.getRepoInstallation(at);
  await itself.rest.apps.getInstallation({ installation_id: installation.id });
  const { data } = await itself.rest.apps.createInstallationAccessToken({
    installation_id: installation.id,
    repositories: ['release'],
  });
  return bench.client(data.token);
}

/** @param issuer the app's number */
export function jwt(issuer: number, privateKey: string, now = Math.floor(Date.now() / 1000)): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ iat: now - 60, exp: now + 540, iss: String(issuer) })}`;
  return `${text}.${sign('RSA-SHA256', Buffer.from(text), privateKey).toString('base64url')}`;
}

export async function people({ owner, maintainer, app, at, bench }: Stage): Promise<void> {
  await owner.rest.users.getAuthenticated();
  await owner.rest.users.getByUsername({ username: 'maintainer' });
  await owner.rest.orgs.listForAuthenticatedUser();
  await owner.rest.orgs.get({ org: 'umd' });
  await owner.rest.orgs.listMembers({ org: 'umd' });
  await owner.rest.orgs.checkMembershipForUser({ org: 'umd', username: 'maintainer' });
  await owner.rest.orgs.getMembershipForUser({ org: 'umd', username: 'maintainer' });
  await app.rest.teams.list({ org: 'umd' });
  await app.rest.teams.getByName({ org: 'umd', team_slug: 'release-team' });
  await app.rest.teams.listMembersInOrg({ org: 'umd', team_slug: 'release-team' });
  await app.rest.teams.getMembershipForUserInOrg({ org: 'umd', team_slug: 'release-team', username: 'maintainer' });
  await owner.rest.repos.listTeams(at);
  await maintainer.rest.rateLimit.get();
  await app.rest.apps.listReposAccessibleToInstallation();
  const { id } = bench.admin.createApp({
    slug: 'personal',
    owner: 'owner',
    permissions: { contents: 'read' },
    publicKey: keys.publicKey,
  });
  await bench.client(jwt(id, keys.privateKey)).rest.apps.getUserInstallation({ username: 'owner' });
}

const keys = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
});

export async function repositories({ owner, outsider, at }: Stage): Promise<void> {
  await owner.rest.repos.get(at);
  await owner.rest.repos.update({ ...at, description: 'Releases' });
  await owner.rest.repos.listForOrg({ org: 'umd' });
  await owner.rest.repos.listForAuthenticatedUser();
  await owner.rest.repos.listForUser({ username: 'owner' });
  await owner.rest.repos.createForAuthenticatedUser({ name: 'mine', auto_init: true });
  await owner.rest.repos.createInOrg({ org: 'umd', name: 'other', private: true });
  await outsider.rest.repos.createFork(at);
  await owner.rest.repos.listForks(at);
  await owner.rest.repos.addCollaborator({ ...at, username: 'outsider', permission: 'triage' });
  await owner.rest.repos.listCollaborators(at);
  await owner.rest.repos.checkCollaborator({ ...at, username: 'outsider' });
  await owner.rest.repos.getCollaboratorPermissionLevel({ ...at, username: 'outsider' });
  await owner.rest.repos.removeCollaborator({ ...at, username: 'outsider' });
}

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

export async function files({ maintainer, at }: Stage): Promise<void> {
  const { repos } = maintainer.rest;
  const content = Buffer.from('one\n').toString('base64');
  const { data: made } = await repos.createOrUpdateFileContents({
    ...at,
    path: 'data/one.txt',
    message: 'Add one',
    content,
  });
  const sha = made.content?.sha ?? '';
  const { data: changed } = await repos.createOrUpdateFileContents({
    ...at,
    path: 'data/one.txt',
    message: 'Change one',
    content: Buffer.from('two\n').toString('base64'),
    sha,
  });
  await repos.getContent({ ...at, path: 'data/one.txt' });
  await repos.getContent({ ...at, path: 'data' });
  await repos.getReadme(at);
  await repos.deleteFile({ ...at, path: 'data/one.txt', message: 'Remove one', sha: changed.content?.sha ?? '' });
}

export async function issues({ maintainer, outsider, owner, at }: Stage): Promise<void> {
  const { issues: desk } = maintainer.rest;
  await desk.createLabel({ ...at, name: 'RolloutProgress: Unverified', color: 'ededed', description: 'waits' });
  await desk.createLabel({ ...at, name: 'hold: x', color: '000000' });
  await desk.listLabelsForRepo(at);
  await desk.getLabel({ ...at, name: 'hold: x' });
  await desk.updateLabel({ ...at, name: 'hold: x', new_name: 'hold: y', color: 'ff0000' });
  const { data: issue } = await outsider.rest.issues.create({
    ...at,
    title: 'UMD Verification: broken',
    body: 'It does not start.',
  });
  const of = { ...at, issue_number: issue.number };
  await desk.addLabels({ ...of, labels: ['RolloutProgress: Unverified'] });
  await desk.setLabels({ ...of, labels: ['hold: y', 'new one'] });
  await desk.listLabelsOnIssue(of);
  await desk.removeLabel({ ...of, name: 'new one' });
  await desk.removeAllLabels(of);
  await desk.deleteLabel({ ...at, name: 'hold: y' });
  await desk.addAssignees({ ...of, assignees: ['maintainer'] });
  await desk.listAssignees(at);
  await desk.checkUserCanBeAssigned({ ...at, assignee: 'maintainer' });
  await desk.removeAssignees({ ...of, assignees: ['maintainer'] });
  const { data: comment } = await outsider.rest.issues.createComment({ ...of, body: 'Again today.' });
  await outsider.rest.issues.updateComment({ ...at, comment_id: comment.id, body: `Again, as in #${issue.number}.` });
  await desk.getComment({ ...at, comment_id: comment.id });
  await desk.listComments(of);
  await desk.listCommentsForRepo(at);
  await owner.rest.issues.update({ ...of, title: 'Broken', state: 'closed', state_reason: 'completed' });
  await owner.rest.issues.update({ ...of, state: 'open' });
  const { data: other } = await outsider.rest.issues.create({ ...at, title: 'The same', body: `See #${issue.number}` });
  await desk.deleteComment({ ...at, comment_id: comment.id });
  await desk.get({ ...at, issue_number: other.number });
  await desk.listForRepo({ ...at, state: 'all' });
  await desk.listEventsForTimeline(of);
  await desk.listEvents(of);
  const { data: events } = await desk.listEventsForRepo(at);
  await desk.getEvent({ ...at, event_id: events[0]?.id ?? 0 });
}

export async function pullRequests({ maintainer, outsider, owner, app, at }: Stage): Promise<void> {
  const { pulls } = maintainer.rest;
  const own = { owner: 'outsider', repo: 'release' };
  await outsider.rest.repos.createOrUpdateFileContents({
    ...own,
    path: 'new.txt',
    message: 'Add',
    content: 'bmV3Cg==',
  });
  const { data: pull } = await outsider.rest.pulls.create({
    ...at,
    head: 'outsider:main',
    base: 'main',
    title: 'A release',
    body: 'Please.',
  });
  const of = { ...at, pull_number: pull.number };
  await pulls.list({ ...at, state: 'all' });
  await pulls.get(of);
  await outsider.rest.pulls.update({ ...of, title: 'A better release' });
  await outsider.rest.repos.createOrUpdateFileContents({
    ...own,
    path: 'more.txt',
    message: 'More',
    content: 'bW9yZQo=',
  });
  await pulls.listFiles(of);
  await pulls.listCommits(of);
  await owner.rest.pulls.requestReviewers({ ...of, reviewers: ['maintainer'], team_reviewers: ['release-team'] });
  await pulls.listRequestedReviewers(of);
  await owner.rest.pulls.removeRequestedReviewers({ ...of, reviewers: [], team_reviewers: ['release-team'] });
  const { data: pending } = await pulls.createReview({ ...of, body: 'Hm' });
  await pulls.updateReview({ ...of, review_id: pending.id, body: 'Hm hm' });
  await pulls.deletePendingReview({ ...of, review_id: pending.id });
  const { data: draft } = await pulls.createReview({ ...of, body: 'No' });
  const { data: objection } = await pulls.submitReview({
    ...of,
    review_id: draft.id,
    event: 'REQUEST_CHANGES',
    body: 'No',
  });
  await pulls.getReview({ ...of, review_id: objection.id });
  await owner.rest.pulls.dismissReview({ ...of, review_id: objection.id, message: 'Was solved' });
  await pulls.createReview({ ...of, event: 'APPROVE', body: 'Good' });
  await pulls.listReviews(of);
  await app.rest.issues.addLabels({ ...at, issue_number: pull.number, labels: ['ReleaseType: Minor'] });
  const { data: now } = await pulls.get(of);
  await pulls.merge({ ...of, sha: now.head.sha });
  await pulls.checkIfMerged(of);
  await maintainer.rest.issues.listEventsForTimeline({ ...at, issue_number: pull.number });
  await pulls.list({ ...at, state: 'closed' });
  await pulls.get(of);
}

export async function checks({ app, maintainer, at }: Stage): Promise<void> {
  const { data: main } = await maintainer.rest.git.getRef({ ...at, ref: 'heads/main' });
  const head_sha = main.object.sha;
  await app.rest.repos.createCommitStatus({
    ...at,
    sha: head_sha,
    state: 'success',
    context: 'ci',
    description: 'fine',
    target_url: 'http://localhost/x',
  });
  await app.rest.repos.getCombinedStatusForRef({ ...at, ref: 'main' });
  await app.rest.repos.listCommitStatusesForRef({ ...at, ref: head_sha });
  const { data: check } = await app.rest.checks.create({
    ...at,
    name: 'why',
    head_sha,
    status: 'in_progress',
    output: { title: 'Waits', summary: 'for a verifier' },
  });
  const annotations = [
    { path: 'README.md', start_line: 1, end_line: 1, annotation_level: 'notice' as const, message: 'hello' },
  ];
  await app.rest.checks.update({
    ...at,
    check_run_id: check.id,
    conclusion: 'success',
    output: { title: 'Done', summary: 'all', annotations },
  });
  await app.rest.checks.get({ ...at, check_run_id: check.id });
  await app.rest.checks.listAnnotations({ ...at, check_run_id: check.id });
  await app.rest.checks.listForRef({ ...at, ref: 'main' });
  const { data: suites } = await app.rest.checks.listSuitesForRef({ ...at, ref: 'main' });
  const check_suite_id = suites.check_suites[0]?.id ?? 0;
  await app.rest.checks.getSuite({ ...at, check_suite_id });
  await app.rest.checks.listForSuite({ ...at, check_suite_id });
}

export async function actions({ bench, app, maintainer, owner, at }: Stage): Promise<void> {
  const { actions: desk } = app.rest;
  await desk.listRepoWorkflows(at);
  await desk.getWorkflow({ ...at, workflow_id: 'check.yml' });
  await desk.createWorkflowDispatch({ ...at, workflow_id: 'check.yml', ref: 'main', inputs: { pull: '7' } });
  await app.rest.repos.createDispatchEvent({ ...at, event_type: 'look', client_payload: { at: 'once' } });
  bench.admin.setEnvironment({
    repository: 'umd/release',
    name: 'publish',
    branches: ['main'],
    reviewers: ['maintainer', 'team:release-team'],
  });
  const { data: main } = await maintainer.rest.git.getRef({ ...at, ref: 'heads/main' });
  const about = {
    repository: 'umd/release',
    workflow_path: '.github/workflows/check.yml',
    name: 'check',
    display_title: 'check 7',
  };
  const { id: run_id } = await bench.runner('POST', '/_runner/runs', {
    ...about,
    event: 'workflow_dispatch',
    head_sha: main.object.sha,
    head_branch: 'main',
    actor: 'maintainer',
    pull_requests: [],
  });
  const job = await bench.runner('POST', `/_runner/runs/${run_id}/jobs`, {
    name: 'check',
    labels: ['ubuntu-latest'],
    permissions: { contents: 'read' },
  });
  await bench.runner('PATCH', `/_runner/jobs/${job.id}`, {
    status: 'completed',
    conclusion: 'success',
    log: 'hello',
    steps: [{ name: 'run', number: 1, status: 'completed', conclusion: 'success' }],
  });
  await bench.runner('POST', `/_runner/runs/${run_id}/jobs`, {
    name: 'publish',
    labels: [],
    permissions: {},
    environment: 'publish',
  });
  await bench.request(`/_runner/runs/${run_id}/artifacts/evidence`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${bench.forge.runnerToken}` },
    body: zipSync({ 'evidence.json': Buffer.from('{}') }),
  });
  await desk.listWorkflowRunsForRepo({ ...at, event: 'workflow_dispatch' });
  await desk.listWorkflowRuns({ ...at, workflow_id: 'check.yml' });
  await desk.getWorkflowRun({ ...at, run_id });
  await desk.listJobsForWorkflowRun({ ...at, run_id });
  await desk.getJobForWorkflowRun({ ...at, job_id: job.id });
  await desk.downloadJobLogsForWorkflowRun({ ...at, job_id: job.id });
  await desk.downloadWorkflowRunLogs({ ...at, run_id });
  const { data: found } = await desk.listArtifactsForRepo({ ...at, name: 'evidence' });
  const artifact_id = found.artifacts[0]?.id ?? 0;
  await desk.listWorkflowRunArtifacts({ ...at, run_id });
  await desk.getArtifact({ ...at, artifact_id });
  await desk.downloadArtifact({ ...at, artifact_id, archive_format: 'zip' });
  await desk.deleteArtifact({ ...at, artifact_id });
  const { data: pending } = await maintainer.rest.actions.getPendingDeploymentsForRun({ ...at, run_id });
  const environment_ids = [pending[0]?.environment.id ?? 0];
  await maintainer.rest.actions.reviewPendingDeploymentsForRun({
    ...at,
    run_id,
    environment_ids,
    state: 'approved',
    comment: 'go',
  });
  await maintainer.rest.actions.getReviewsForRun({ ...at, run_id });
  await bench.runner('PATCH', `/_runner/runs/${run_id}`, { status: 'completed', conclusion: 'success' });
  await owner.rest.actions.createRepoVariable({ ...at, name: 'STORE', value: 'x' });
  await owner.rest.actions.updateRepoVariable({ ...at, name: 'STORE', value: 'y' });
  await owner.rest.actions.getRepoVariable({ ...at, name: 'STORE' });
  await owner.rest.actions.listRepoVariables(at);
  await owner.rest.actions.deleteRepoVariable({ ...at, name: 'STORE' });
}

export async function environments({ owner, at }: Stage): Promise<void> {
  const { repos } = owner.rest;
  const { data: maintainer } = await owner.rest.users.getByUsername({ username: 'maintainer' });
  const policy = { protected_branches: false, custom_branch_policies: true };
  const of = { ...at, environment_name: 'automation' };
  await repos.createOrUpdateEnvironment({
    ...of,
    reviewers: [{ type: 'User', id: maintainer.id }],
    deployment_branch_policy: policy,
  });
  await repos.createDeploymentBranchPolicy({ ...of, name: 'main' });
  await repos.listDeploymentBranchPolicies(of);
  await repos.getAllEnvironments(at);
  await repos.getEnvironment(of);
  await repos.deleteAnEnvironment(of);
}

export async function releases({ app, at }: Stage): Promise<void> {
  const { repos } = app.rest;
  const { data: release } = await repos.createRelease({
    ...at,
    tag_name: 'umd-5.0.0',
    target_commitish: 'main',
    name: 'UMD 5.0.0',
    body: 'First',
  });
  const of = { ...at, release_id: release.id };
  await repos.getRelease(of);
  await repos.updateRelease({ ...of, body: 'The first' });
  await repos.getReleaseByTag({ ...at, tag: 'umd-5.0.0' });
  await repos.getLatestRelease(at);
  await repos.listReleases(at);
  await repos.deleteRelease(of);
  await app.rest.apps.revokeInstallationAccessToken();
}
