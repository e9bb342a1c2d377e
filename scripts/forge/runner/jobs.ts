import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Hono } from 'hono';
import { addJob, reportJob } from '#scripts/forge/acts/jobs.ts';
import type { Forge } from '#scripts/forge/forge.ts';
import { type Annotation, CONCLUSIONS, type Job, type Step } from '#scripts/forge/state/automation.ts';
import type { Level } from '#scripts/forge/state/people.ts';
import { type Call, type ForgeEnv, param } from '#scripts/forge/web/env.ts';
import { notFound, unprocessable } from '#scripts/forge/web/faults.ts';
import {
  choiceOf,
  type Fields,
  fieldsOf,
  listOf,
  objectOf,
  optionalText,
  textOf,
  textsOf,
} from '#scripts/forge/web/fields.ts';
import { runNamed } from './runs.ts';

/** Jobs of a run: their tokens, their state, their logs. */
export const jobReports = new Hono<ForgeEnv>();

jobReports.post('/_runner/runs/:id/jobs', async (c) => {
  const { run, repo } = runNamed(c);
  const fields = await fieldsOf(c.req.raw);
  const environment = fields.environment;
  const { job, token } = addJob(c.get('forge'), repo, run, {
    name: textOf(fields, 'name'),
    labels: textsOf(fields, 'labels') ?? [],
    permissions: levelsOf(objectOf(fields, 'permissions') ?? {}),
    environment:
      typeof environment === 'object' && environment !== null
        ? String((environment as Fields).name)
        : (optionalText(fields, 'environment') ?? null),
    ref: optionalText(fields, 'ref') ?? null,
  });
  return c.json({ ...show(job), token }, 201);
});

jobReports.get('/_runner/jobs/:id', (c) => c.json(show(jobOf(c))));

jobReports.patch('/_runner/jobs/:id', async (c) => {
  const forge = c.get('forge');
  const job = jobOf(c);
  const repo = forge.db.repos.get(job.repoId);
  if (repo === undefined) throw notFound();
  const fields = await fieldsOf(c.req.raw);
  const conclusion = choiceOf(fields, 'conclusion', CONCLUSIONS);
  const changed = reportJob(forge, repo, job, {
    conclusion,
    status:
      choiceOf(fields, 'status', ['queued', 'in_progress', 'completed']) ??
      (conclusion === undefined ? undefined : 'completed'),
    steps: fields.steps === undefined ? undefined : listOf(fields, 'steps').map(stepOf),
    annotations: fields.annotations === undefined ? undefined : listOf(fields, 'annotations').map(annotationOf),
    summary: optionalText(fields, 'summary') ?? undefined,
  });
  const log = optionalText(fields, 'log');
  if (typeof log === 'string') writeLog(forge, job, log);
  return c.json(show(changed));
});

/** Where a job's log lies. */
export function logPath(forge: Forge, job: Pick<Job, 'id'>): string {
  return join(forge.files, 'logs', `${job.id}.log`);
}

function writeLog(forge: Forge, job: Job, log: string): void {
  const folder = join(forge.files, 'logs');
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
  writeFileSync(logPath(forge, job), log);
}

function jobOf(c: Call): Job {
  const job = c.get('forge').db.jobs.get(param(c, 'id'));
  if (job === undefined) throw notFound();
  return job;
}

function show(job: Job) {
  const { id, checkRunId, status, reason, permissions, secrets } = job;
  return {
    id,
    check_run_id: checkRunId,
    status,
    permissions,
    secrets: secrets ? 'all' : 'none',
    ...(reason === null ? {} : { reason }),
  };
}

function levelsOf(permissions: Fields): Record<string, Level> {
  return Object.fromEntries(
    Object.entries(permissions).map(([scope, level]) => {
      if (level !== 'read' && level !== 'write' && level !== 'none')
        throw unprocessable(`permissions.${scope} is ${String(level)}.`);
      return [scope, level];
    }),
  );
}

function stepOf(fields: Fields, at: number): Step {
  return {
    name: String(fields.name ?? `Step ${at + 1}`),
    status: choiceOf(fields, 'status', ['queued', 'in_progress', 'completed']) ?? 'completed',
    conclusion: optionalText(fields, 'conclusion') ?? null,
    number: typeof fields.number === 'number' ? fields.number : at + 1,
    started_at: optionalText(fields, 'started_at') ?? null,
    completed_at: optionalText(fields, 'completed_at') ?? null,
  };
}

/** Takes GitHub's own names and the runner's shorter ones (`level`, `line`, `file`). */
export function annotationOf(fields: Fields): Annotation {
  const number = (name: string) => (typeof fields[name] === 'number' ? (fields[name] as number) : undefined);
  const start = number('start_line') ?? number('line') ?? 1;
  const level = String(fields.annotation_level ?? fields.level ?? 'notice');
  return {
    path: String(fields.path ?? fields.file ?? '.github'),
    start_line: start,
    end_line: number('end_line') ?? start,
    start_column: number('start_column') ?? number('column') ?? null,
    end_column: number('end_column') ?? null,
    annotation_level: level === 'error' ? 'failure' : level,
    title: optionalText(fields, 'title') ?? null,
    message: String(fields.message ?? ''),
    raw_details: optionalText(fields, 'raw_details') ?? null,
  };
}
