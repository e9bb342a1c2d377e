import type { Forge } from '#scripts/forge/forge.ts';
import type { Commit } from '#scripts/forge/git/objects.ts';
import type { CheckRun, CheckSuite, Status } from '#scripts/forge/state/automation.ts';
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
