import type { Forge } from '#scripts/forge/forge.ts';
import type { Environment, Run } from '#scripts/forge/state/automation.ts';
import type { Repo } from '#scripts/forge/state/work.ts';
import { nodeId, pageUrl, repoUrl } from './basics.ts';
import { showTeam, showUser } from './people.ts';

export function showEnvironment(forge: Forge, repo: Repo, environment: Environment) {
  return {
    ...showEnvironmentBriefly(forge, repo, environment),
    created_at: environment.createdAt,
    updated_at: environment.updatedAt,
    protection_rules: rulesOf(forge, repo, environment),
    deployment_branch_policy:
      environment.branches === null ? null : { protected_branches: false, custom_branch_policies: true },
  };
}

function showEnvironmentBriefly(forge: Forge, repo: Repo, { id, name }: Environment) {
  const path = encodeURIComponent(name);
  return {
    id,
    node_id: nodeId('Environment', id),
    name,
    url: repoUrl(forge, repo, `/environments/${path}`),
    html_url: pageUrl(forge, repo, `/deployments/activity_log?environments_filter=${path}`),
  };
}

function rulesOf(forge: Forge, repo: Repo, environment: Environment): object[] {
  const rule = (type: string) => ({ id: environment.id, node_id: nodeId(type, environment.id), type });
  const reviewers = reviewersOf(forge, repo, environment);
  return [
    ...(reviewers.length === 0
      ? []
      : [{ ...rule('required_reviewers'), prevent_self_review: environment.preventSelfReview, reviewers }]),
    ...(environment.branches === null ? [] : [rule('branch_policy')]),
  ];
}

function reviewersOf(forge: Forge, repo: Repo, { reviewers }: Environment) {
  return reviewers.flatMap(({ type, name }): { type: string; reviewer: object }[] => {
    if (type === 'User') return [{ type, reviewer: showUser(forge, name) }];
    const team = forge.db.teams.get(`${repo.owner}/${name}`.toLowerCase());
    return team === undefined ? [] : [{ type, reviewer: showTeam(forge, team) }];
  });
}

/** @param mine whether the one who asks may decide */
export function showPending(forge: Forge, repo: Repo, environment: Environment, mine: boolean) {
  return {
    environment: showEnvironmentBriefly(forge, repo, environment),
    wait_timer: 0,
    wait_timer_started_at: null,
    current_user_can_approve: mine,
    reviewers: reviewersOf(forge, repo, environment),
  };
}

export function showDeployment(forge: Forge, repo: Repo, run: Run, environment: Environment, at: string) {
  const url = repoUrl(forge, repo, `/deployments/${environment.id}`);
  return {
    ...{
      url,
      id: environment.id,
      node_id: nodeId('Deployment', environment.id),
      sha: run.sha,
      ref: run.branch ?? run.sha,
      task: 'deploy',
    },
    ...{ payload: {}, original_environment: environment.name, environment: environment.name, description: null },
    creator: showUser(forge, run.actor),
    ...{
      created_at: run.createdAt,
      updated_at: at,
      statuses_url: `${url}/statuses`,
      repository_url: repoUrl(forge, repo),
    },
    ...{ transient_environment: false, production_environment: false },
  };
}
