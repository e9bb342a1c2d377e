import { Hono } from 'hono';
import { addRun, changeRun } from '#scripts/forge/acts/runs.ts';
import { CONCLUSIONS, type Run } from '#scripts/forge/state/automation.ts';
import type { Repo } from '#scripts/forge/state/work.ts';
import { type Call, type ForgeEnv, param } from '#scripts/forge/web/env.ts';
import { notFound, unprocessable } from '#scripts/forge/web/faults.ts';
import { choiceOf, fieldsOf, optionalText, textOf } from '#scripts/forge/web/fields.ts';

/** Workflow runs as the runner reports them. */
export const runReports = new Hono<ForgeEnv>();

const STATUSES = ['queued', 'in_progress', 'completed', 'waiting', 'requested', 'pending'] as const;

runReports.post('/_runner/runs', async (c) => {
  const fields = await fieldsOf(c.req.raw);
  const forge = c.get('forge');
  const repo = forge.db.reposNamed(textOf(fields, 'repository').toLowerCase())[0];
  if (repo === undefined) throw notFound();
  const path = textOf(fields, 'workflow_path').split('@')[0] ?? '';
  const name = optionalText(fields, 'name') ?? path;
  const run = await addRun(forge, repo, {
    ...{ path, name, title: optionalText(fields, 'display_title') ?? name, event: textOf(fields, 'event') },
    ...{
      sha: textOf(fields, 'head_sha'),
      branch: optionalText(fields, 'head_branch') ?? null,
      actor: loginOf(fields.actor),
    },
    pulls: numbersOf(fields.pull_requests),
  });
  return c.json({ id: run.id, run_number: run.number }, 201);
});

runReports.get('/_runner/runs/:id', (c) => {
  const { run } = runNamed(c);
  return c.json({ id: run.id, run_number: run.number, status: run.status, conclusion: run.conclusion });
});

runReports.patch('/_runner/runs/:id', async (c) => {
  const { run, repo } = runNamed(c);
  const fields = await fieldsOf(c.req.raw);
  const conclusion = choiceOf(fields, 'conclusion', CONCLUSIONS) ?? null;
  const status = choiceOf(fields, 'status', STATUSES) ?? (conclusion === null ? run.status : 'completed');
  const changed = await changeRun(c.get('forge'), repo, run, status, conclusion);
  return c.json({ id: changed.id, run_number: changed.number, status: changed.status, conclusion: changed.conclusion });
});

/** The run `:id` and where it belongs. @throws HttpFault 404 */
export function runNamed(c: Call): { run: Run; repo: Repo } {
  const { db } = c.get('forge');
  const run = db.runs.get(param(c, 'id'));
  const repo = db.repos.get(run?.repoId ?? 0);
  if (run === undefined || repo === undefined) throw notFound();
  return { run, repo };
}

/** A login, or an object that has one. */
function loginOf(actor: unknown): string {
  if (typeof actor === 'string') return actor;
  const login = (actor as { login?: unknown } | null | undefined)?.login;
  if (typeof login === 'string') return login;
  throw unprocessable('"actor" wasn\'t supplied.');
}

function numbersOf(value: unknown): number[] {
  return Array.isArray(value) ? value.map((item) => Number((item as { number?: number }).number ?? item)) : [];
}
