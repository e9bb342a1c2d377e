import type { Forge } from '#scripts/forge/forge.ts';
import type { Approval, Environment, Job, Run } from '#scripts/forge/state/automation.ts';
import type { Repo } from '#scripts/forge/state/work.ts';
import { changeCheck } from './checks.ts';
import { environmentNamed } from './environments.ts';
import { revoke } from './jobs.ts';
import { ACTIONS } from './runs.ts';

/** The environments a run waits for. */
export function pendingOf(forge: Forge, repo: Repo, run: Run): Environment[] {
  const names = forge.db
    .jobsOf(run.id)
    .filter(({ status }) => status === 'waiting')
    .map(({ environment }) => environment ?? '');
  return [...new Set(names)]
    .map((name) => environmentNamed(forge, repo, name))
    .filter((environment) => environment !== undefined);
}

/** A named reviewer, or a member of a named team; not the one who started the run when that is forbidden. */
export function mayApprove(forge: Forge, repo: Repo, run: Run, environment: Environment, login: string): boolean {
  if (environment.preventSelfReview && run.actor === login) return false;
  return environment.reviewers.some(({ type, name }) => {
    if (type === 'User') return name.toLowerCase() === login.toLowerCase();
    return login in (forge.db.teams.get(`${repo.owner}/${name}`.toLowerCase())?.members ?? {});
  });
}

/** Lets the waiting jobs go, or ends them. */
export function decide(
  forge: Forge,
  repo: Repo,
  run: Run,
  environment: Environment,
  login: string,
  state: Approval['state'],
  comment: string,
): void {
  const id = forge.db.nextId();
  const at = forge.clock.stamp();
  forge.db.approvals.put(id, { id, runId: run.id, environment: environment.name, state, user: login, comment, at });
  const waiting = forge.db
    .jobsOf(run.id)
    .filter((job) => job.status === 'waiting' && job.environment?.toLowerCase() === environment.name.toLowerCase());
  for (const job of waiting) {
    if (state === 'approved') release(forge, repo, job);
    else refuse(forge, repo, job, `${login} rejected the deployment to ${environment.name}: ${comment}`);
  }
}

function release(forge: Forge, repo: Repo, job: Job): void {
  forge.db.jobs.patch(job.id, { status: 'queued', reason: null });
  const check = forge.db.checks.get(job.checkRunId);
  if (check !== undefined) changeCheck(forge, ACTIONS, repo, check, { status: 'queued' });
}

function refuse(forge: Forge, repo: Repo, job: Job, reason: string): void {
  forge.db.jobs.patch(job.id, { status: 'refused', reason, conclusion: 'failure', completedAt: forge.clock.stamp() });
  revoke(forge, job);
  const check = forge.db.checks.get(job.checkRunId);
  if (check !== undefined) changeCheck(forge, ACTIONS, repo, check, { conclusion: 'failure', summary: reason });
}
