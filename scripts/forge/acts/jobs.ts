import { randomBytes } from 'node:crypto';
import type { Forge } from '#scripts/forge/forge.ts';
import type {
  Annotation,
  CheckStatus,
  Conclusion,
  Environment,
  Job,
  Run,
  Step,
} from '#scripts/forge/state/automation.ts';
import type { Level, Permissions } from '#scripts/forge/state/people.ts';
import type { Repo } from '#scripts/forge/state/work.ts';
import { ACTIONS_APP, ACTIONS_BOT } from './actions-app.ts';
import { addCheck, changeCheck } from './checks.ts';
import { environmentFor, refusalOf } from './environments.ts';
import { ACTIONS } from './runs.ts';

export interface NewJob {
  readonly name: string;
  readonly labels: readonly string[];
  readonly permissions: Permissions;
  readonly environment: string | null;
  /** The full ref the job runs on, when the runner says it: environments admit by it. */
  readonly ref: string | null;
}

/** Longest a job may run, and so its token live. Milliseconds of real time. */
const LIFE = 6 * 3_600_000;

/** A job and its token; what a fork's pull request may do is cut down here. */
export function addJob(forge: Forge, repo: Repo, run: Run, asked: NewJob): { job: Job; token: string } {
  const fork = isFromFork(forge, repo, run);
  const permissions = narrowed(asked.permissions, fork);
  const environment = asked.environment === null ? undefined : environmentFor(forge, repo, asked.environment);
  const { status, reason } = admission(run, asked.ref, environment);
  const suite = forge.db.suites.get(run.suiteId);
  if (suite === undefined) throw new Error(`Run ${run.id} has no check suite.`);
  const at = forge.clock.stamp();
  const check = addCheck(
    forge,
    ACTIONS,
    repo,
    suite,
    asked.name,
    status === 'refused' ? { conclusion: 'failure', summary: reason } : { status },
  );
  const id = forge.db.nextId();
  const job = forge.db.jobs.put(id, {
    ...{
      id,
      repoId: repo.id,
      runId: run.id,
      checkRunId: check.id,
      name: asked.name,
      labels: asked.labels,
      permissions,
    },
    ...{
      environment: asked.environment,
      status,
      reason,
      conclusion: status === 'refused' ? 'failure' : null,
      secrets: !fork,
    },
    ...{ steps: [], createdAt: at, startedAt: null, completedAt: status === 'refused' ? at : null },
  });
  return { job, token: mint(forge, repo, job) };
}

function admission(
  run: Run,
  ref: string | null,
  environment: Environment | undefined,
): { status: 'queued' | 'waiting' | 'refused'; reason: string | null } {
  if (environment === undefined) return { status: 'queued', reason: null };
  const refusal = refusalOf(environment, ref ?? refOf(run));
  if (refusal !== undefined) return { status: 'refused', reason: refusal };
  if (environment.reviewers.length === 0) return { status: 'queued', reason: null };
  return { status: 'waiting', reason: `Environment ${environment.name} waits for a reviewer.` };
}

/** A pull request's own code runs on no branch. */
function refOf({ event, branch }: Run): string {
  const own = event === 'pull_request' || event === 'pull_request_review';
  return own || branch === null ? 'refs/pull/0/merge' : `refs/heads/${branch}`;
}

function mint(forge: Forge, repo: Repo, job: Job): string {
  const token = `ghs_${job.id}_${randomBytes(18).toString('hex')}`;
  const { permissions } = job;
  const expiresAt = new Date(Date.now() + LIFE).toISOString();
  const about = { login: ACTIONS_BOT, appId: ACTIONS_APP, permissions, repositories: [repo.id], account: repo.owner };
  forge.db.tokens.put(token, { token, kind: 'workflow', ...about, expiresAt });
  return token;
}

/** Code of a fork reads and sees no secrets; pull_request_target runs the base's code and keeps its rights. */
export function isFromFork(forge: Forge, repo: Repo, run: Pick<Run, 'event' | 'pulls'>): boolean {
  if (!['pull_request', 'pull_request_review', 'pull_request_review_comment'].includes(run.event)) return false;
  return run.pulls.some((number) => forge.db.issueNumbered(`${repo.id}#${number}`)[0]?.pull?.head.repoId !== repo.id);
}

/** Scopes with underscores; `write-all` and `read-all` are the runner's to spell out. */
function narrowed(asked: Permissions, fork: boolean): Permissions {
  const cut = (level: Level): Level => (fork && level === 'write' ? 'read' : level);
  return Object.fromEntries(Object.entries(asked).map(([scope, level]) => [scope.replaceAll('-', '_'), cut(level)]));
}

export interface JobReport {
  readonly status: 'queued' | 'in_progress' | 'completed' | undefined;
  readonly conclusion: Conclusion | null | undefined;
  readonly steps: readonly Step[] | undefined;
  readonly annotations: readonly Annotation[] | undefined;
  readonly summary: string | undefined;
}

/** What the runner says of a job. Its end revokes its token. */
export function reportJob(forge: Forge, repo: Repo, job: Job, report: JobReport): Job {
  const at = forge.clock.stamp();
  const status = report.status ?? job.status;
  const changed = forge.db.jobs.patch(job.id, {
    status,
    conclusion: report.conclusion ?? job.conclusion,
    steps: report.steps ?? job.steps,
    startedAt: status === 'in_progress' ? (job.startedAt ?? at) : job.startedAt,
    completedAt: status === 'completed' ? (job.completedAt ?? at) : null,
  });
  if (status === 'completed') revoke(forge, job);
  const check = forge.db.checks.get(job.checkRunId);
  if (check !== undefined) changeCheck(forge, ACTIONS, repo, check, checkFields(changed, report));
  return changed;
}

export function revoke(forge: Forge, job: Job): void {
  for (const { token } of forge.db.tokens.values()) {
    if (token.startsWith(`ghs_${job.id}_`)) forge.db.tokens.delete(token);
  }
}

function checkFields({ status, conclusion }: Job, { annotations, summary }: JobReport) {
  return {
    status: (status === 'refused' ? 'completed' : status) as CheckStatus,
    ...(status === 'completed' ? { conclusion: conclusion ?? 'neutral' } : {}),
    ...(annotations === undefined ? {} : { annotations }),
    ...(summary === undefined ? {} : { summary }),
  };
}
