import type { Forge } from '#scripts/forge/forge.ts';
import type { Commit } from '#scripts/forge/git/objects.ts';
import type { Artifact, Job, Run, Workflow } from '#scripts/forge/state/automation.ts';
import type { PullIssue, Repo } from '#scripts/forge/state/work.ts';
import { nodeId, pageUrl, repoUrl } from './basics.ts';
import { showCommitBriefly } from './git.ts';
import { showUser } from './people.ts';
import { showPullMinimally } from './pull.ts';
import { showRepoBriefly } from './repo.ts';

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
