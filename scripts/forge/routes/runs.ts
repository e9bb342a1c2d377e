import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { Hono } from 'hono';
import { NEEDS } from '#scripts/forge/access/needs.ts';
import { actorOf } from '#scripts/forge/access/principal.ts';
import type { Forge } from '#scripts/forge/forge.ts';
import { logPath } from '#scripts/forge/runner/jobs.ts';
import type { Job, Run } from '#scripts/forge/state/automation.ts';
import { showJob, showRun } from '#scripts/forge/views/runs.ts';
import { type ForgeEnv, param, type RepoCall, reading } from '#scripts/forge/web/env.ts';
import { notFound } from '#scripts/forge/web/faults.ts';
import { pageOf } from '#scripts/forge/web/page.ts';
import { fileAddress } from './files.ts';
import { within } from './period.ts';
import { workflowOf } from './workflows.ts';

/** Workflow runs, their jobs and logs. */
export const runs = new Hono<ForgeEnv>();

runs.get('/repos/:owner/:repo/actions/runs', (c) => {
  const call = reading(c, NEEDS.readActions);
  return list(call, call.forge.db.runsOf(call.repo.id));
});

runs.get('/repos/:owner/:repo/actions/workflows/:workflow/runs', async (c) => {
  const call = reading(c, NEEDS.readActions);
  return list(call, call.forge.db.runsOfWorkflow((await workflowOf(call)).id));
});

runs.get('/repos/:owner/:repo/actions/runs/:id', async (c) => {
  const call = reading(c, NEEDS.readActions);
  return c.json(await show(call, runOf(call)));
});

runs.get('/repos/:owner/:repo/actions/runs/:id/jobs', (c) => {
  const call = reading(c, NEEDS.readActions);
  const run = runOf(call);
  const { items, total, headers } = pageOf(c, call.forge.db.jobsOf(run.id));
  return c.json(
    { total_count: total, jobs: items.map((job) => showJob(call.forge, call.repo, run, job)) },
    200,
    headers,
  );
});

runs.get('/repos/:owner/:repo/actions/jobs/:id', (c) => {
  const call = reading(c, NEEDS.readActions);
  const job = jobOf(call);
  const run = call.forge.db.runs.get(job.runId);
  if (run === undefined) throw notFound();
  return c.json(showJob(call.forge, call.repo, run, job));
});

runs.get('/repos/:owner/:repo/actions/jobs/:id/logs', (c) => {
  const call = reading(c, NEEDS.readActions);
  actorOf(call.principal);
  const job = jobOf(call);
  if (!existsSync(logPath(call.forge, job))) throw notFound();
  return c.redirect(fileAddress(call.forge, `logs/${job.id}.log`), 302);
});

runs.get('/repos/:owner/:repo/actions/runs/:id/logs', (c) => {
  const call = reading(c, NEEDS.readActions);
  actorOf(call.principal);
  const run = runOf(call);
  mkdirSync(join(call.forge.files, 'logs'), { recursive: true });
  writeFileSync(join(call.forge.files, 'logs', `run-${run.id}.zip`), zipSync(logsOf(call.forge, run)));
  return c.redirect(fileAddress(call.forge, `logs/run-${run.id}.zip`), 302);
});

/** The run `:id`. @throws HttpFault 404 */
export function runOf({ c, forge, repo }: RepoCall): Run {
  const run = forge.db.runs.get(param(c, 'id'));
  if (run?.repoId !== repo.id) throw notFound();
  return run;
}

function jobOf({ c, forge, repo }: RepoCall): Job {
  const job = forge.db.jobs.get(param(c, 'id'));
  if (job?.repoId !== repo.id) throw notFound();
  return job;
}

function logsOf(forge: Forge, run: Run): Record<string, Uint8Array> {
  const logged = forge.db.jobsOf(run.id).filter((job) => existsSync(logPath(forge, job)));
  const name = (job: Job, at: number) => `${at}_${job.name.replace(/[/\\]/g, '_')}.txt`;
  return Object.fromEntries(
    logged.map((job, at) => [name(job, at), new Uint8Array(readFileSync(logPath(forge, job)))]),
  );
}

/** Newest first. `status` means a conclusion as well, as on GitHub. */
async function list(call: RepoCall, all: readonly Run[]): Promise<Response> {
  const { actor, branch, event, status, created, head_sha: sha, check_suite_id: suite } = call.c.req.query();
  const found = all
    .filter((run) => actor === undefined || run.actor === actor)
    .filter((run) => branch === undefined || run.branch === branch)
    .filter((run) => event === undefined || run.event === event)
    .filter((run) => status === undefined || run.status === status || run.conclusion === status)
    .filter((run) => created === undefined || within(created, run.createdAt))
    .filter((run) => sha === undefined || run.sha === sha)
    .filter((run) => suite === undefined || String(run.suiteId) === suite)
    .toReversed();
  const { items, total, headers } = pageOf(call.c, found);
  const shown = await Promise.all(items.map((run) => show(call, run)));
  return call.c.json({ total_count: total, workflow_runs: shown }, 200, headers);
}

async function show({ forge, repo }: RepoCall, run: Run) {
  return showRun(forge, repo, run, (await forge.repositories.of(repo).store.commit(run.sha)) ?? null);
}
