import type { Forge } from '#scripts/forge/forge.ts';
import type { Commit } from '#scripts/forge/git/objects.ts';
import type { Artifact, CheckRun, CheckSuite, Job, Run, Status, Workflow } from '#scripts/forge/state/automation.ts';
import type { PullIssue, Repo } from '#scripts/forge/state/work.ts';
import { nodeId, pageUrl, repoUrl } from './basics.ts';
import { showCommitBriefly } from './git.ts';
import { accountOf, showMaybeApp, showUser } from './people.ts';
import { showPullMinimally } from './pull.ts';
import { showRepoBriefly } from './repo.ts';

export function showStatus(forge: Forge, repo: Repo, status: Status) {
  return { ...showStatusBriefly(forge, repo, status), creator: showUser(forge, status.creator) };
}

/** `simple-commit-status`, as the combined status lists it. */
export function showStatusBriefly(forge: Forge, repo: Repo, status: Status) {
  return {
    url: repoUrl(forge, repo, `/statuses/${status.sha}`),
    avatar_url: `${forge.origin}/avatars/${accountOf(forge, status.creator).id}`,
    id: status.id,
    node_id: nodeId('StatusContext', status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: status.createdAt,
    updated_at: status.createdAt,
  };
}

/** Open pull requests of this repository whose head is that commit; none for forks' heads, as on GitHub. */
function pullsAt(forge: Forge, repo: Repo, sha: string) {
  return forge.db.pullsAt(`${repo.id}:${sha}`).map((issue) => showPullMinimally(forge, repo, issue as PullIssue));
}

export function showCheckRun(forge: Forge, repo: Repo, check: CheckRun) {
  const url = repoUrl(forge, repo, `/check-runs/${check.id}`);
  const page = pageUrl(forge, repo, `/runs/${check.id}`);
  return {
    id: check.id,
    node_id: nodeId('CheckRun', check.id),
    name: check.name,
    head_sha: check.sha,
    external_id: check.externalId,
    url,
    html_url: page,
    details_url: check.detailsUrl ?? page,
    status: check.status,
    conclusion: check.conclusion,
    started_at: check.startedAt,
    completed_at: check.completedAt,
    output: {
      title: check.title,
      summary: check.summary,
      text: check.text,
      annotations_count: check.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: check.suiteId },
    app: showMaybeApp(forge, check.appId),
    pull_requests: pullsAt(forge, repo, check.sha),
  };
}

export function showCheckSuite(forge: Forge, repo: Repo, suite: CheckSuite, head: Commit) {
  const url = repoUrl(forge, repo, `/check-suites/${suite.id}`);
  const checks = forge.db.checksIn(suite.id);
  const done = checks.length > 0 && checks.every((check) => check.status === 'completed');
  return {
    id: suite.id,
    node_id: nodeId('CheckSuite', suite.id),
    head_branch: suite.branch,
    head_sha: suite.sha,
    status: done ? 'completed' : checks.some((check) => check.status === 'in_progress') ? 'in_progress' : 'queued',
    conclusion: done ? worstOf(checks) : null,
    url,
    before: null,
    after: suite.sha,
    pull_requests: pullsAt(forge, repo, suite.sha),
    app: showMaybeApp(forge, suite.appId),
    created_at: suite.createdAt,
    updated_at: suite.createdAt,
    latest_check_runs_count: checks.length,
    check_runs_url: `${url}/check-runs`,
    head_commit: showCommitBriefly(head),
    repository: showRepoBriefly(forge, repo),
  };
}

function worstOf(checks: readonly CheckRun[]): string {
  const order = ['failure', 'timed_out', 'cancelled', 'action_required', 'success', 'neutral', 'skipped'];
  return order.find((conclusion) => checks.some((check) => check.conclusion === conclusion)) ?? 'neutral';
}

export function showWorkflow(forge: Forge, repo: Repo, workflow: Workflow) {
  const file = workflow.path.split('/').at(-1) ?? '';
  return {
    id: workflow.id,
    node_id: nodeId('Workflow', workflow.id),
    name: workflow.name,
    path: workflow.path,
    state: 'active',
    created_at: workflow.createdAt,
    updated_at: workflow.createdAt,
    url: repoUrl(forge, repo, `/actions/workflows/${workflow.id}`),
    html_url: pageUrl(forge, repo, `/blob/${repo.defaultBranch}/${workflow.path}`),
    badge_url: pageUrl(forge, repo, `/actions/workflows/${file}/badge.svg`),
  };
}

/** @param head the run's commit, null when it is not there any more. */
export function showRun(forge: Forge, repo: Repo, run: Run, head: Commit | null) {
  const url = repoUrl(forge, repo, `/actions/runs/${run.id}`);
  const pulls = run.pulls
    .map((number) => forge.db.issueNumbered(`${repo.id}#${number}`)[0])
    .filter((issue): issue is PullIssue => issue?.pull != null);
  const from = forge.db.repos.get(pulls[0]?.pull.head.repoId ?? 0) ?? repo;
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId('WorkflowRun', run.id),
    check_suite_id: run.suiteId,
    check_suite_node_id: nodeId('CheckSuite', run.suiteId),
    head_branch: run.branch,
    head_sha: run.sha,
    path: run.path,
    display_title: run.title,
    run_number: run.number,
    run_attempt: 1,
    event: run.event,
    status: run.status,
    conclusion: run.conclusion,
    workflow_id: run.workflowId,
    url,
    html_url: pageUrl(forge, repo, `/actions/runs/${run.id}`),
    pull_requests: pulls
      .filter((issue) => issue.pull.head.repoId === repo.id)
      .map((issue) => showPullMinimally(forge, repo, issue)),
    created_at: run.createdAt,
    updated_at: run.updatedAt,
    run_started_at: run.startedAt,
    actor: showUser(forge, run.actor),
    triggering_actor: showUser(forge, run.actor),
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: repoUrl(forge, repo, `/check-suites/${run.suiteId}`),
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: null,
    workflow_url: repoUrl(forge, repo, `/actions/workflows/${run.workflowId}`),
    referenced_workflows: [],
    head_commit: head === null ? null : showCommitBriefly(head),
    repository: showRepoBriefly(forge, repo),
    head_repository: showRepoBriefly(forge, from),
  };
}

export function showJob(forge: Forge, repo: Repo, run: Run, job: Job) {
  const refused = job.status === 'refused';
  return {
    id: job.id,
    run_id: run.id,
    run_url: repoUrl(forge, repo, `/actions/runs/${run.id}`),
    run_attempt: 1,
    node_id: nodeId('Job', job.id),
    head_sha: run.sha,
    head_branch: run.branch,
    url: repoUrl(forge, repo, `/actions/jobs/${job.id}`),
    html_url: pageUrl(forge, repo, `/actions/runs/${run.id}/job/${job.id}`),
    status: refused ? 'completed' : job.status,
    conclusion: refused ? 'failure' : job.conclusion,
    created_at: job.createdAt,
    started_at: job.startedAt ?? job.createdAt,
    completed_at: job.completedAt,
    name: job.name,
    steps: job.steps,
    check_run_url: repoUrl(forge, repo, `/check-runs/${job.checkRunId}`),
    labels: job.labels,
    ...{ runner_id: 1, runner_name: 'local', runner_group_id: 1, runner_group_name: 'Default' },
    workflow_name: run.name,
  };
}

/** Ninety days, GitHub's default. */
const ARTIFACT_LIFE = 90 * 86_400_000;

export function showArtifact(forge: Forge, repo: Repo, artifact: Artifact) {
  const url = repoUrl(forge, repo, `/actions/artifacts/${artifact.id}`);
  const expires = new Date(new Date(artifact.createdAt).getTime() + ARTIFACT_LIFE);
  const run = forge.db.runs.get(artifact.runId);
  return {
    id: artifact.id,
    node_id: nodeId('Artifact', artifact.id),
    name: artifact.name,
    size_in_bytes: artifact.size,
    url,
    archive_download_url: `${url}/zip`,
    expired: expires <= forge.clock.now(),
    digest: `sha256:${artifact.sha256}`,
    created_at: artifact.createdAt,
    updated_at: artifact.createdAt,
    expires_at: `${expires.toISOString().slice(0, 19)}Z`,
    workflow_run:
      run === undefined
        ? null
        : {
            id: run.id,
            repository_id: repo.id,
            head_repository_id: repo.id,
            head_branch: run.branch,
            head_sha: run.sha,
          },
  };
}
