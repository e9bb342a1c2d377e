import { Hono } from 'hono';
import { NEEDS } from '#scripts/forge/access/needs.ts';
import type { Actor } from '#scripts/forge/access/principal.ts';
import { addCheck, type CheckFields, changeCheck, suiteFor } from '#scripts/forge/acts/checks.ts';
import { commitNamed } from '#scripts/forge/acts/refname.ts';
import { annotationOf } from '#scripts/forge/runner/jobs.ts';
import { type CheckRun, CONCLUSIONS } from '#scripts/forge/state/automation.ts';
import { encoded, pageUrl } from '#scripts/forge/views/basics.ts';
import { showCheckRun, showCheckSuite } from '#scripts/forge/views/checks.ts';
import { type Call, type ForgeEnv, param, type RepoCall, reading, writing } from '#scripts/forge/web/env.ts';
import { HttpFault, notFound, unprocessable } from '#scripts/forge/web/faults.ts';
import { choiceOf, type Fields, listOf, objectOf, optionalText, textOf } from '#scripts/forge/web/fields.ts';
import { pageOf } from '#scripts/forge/web/page.ts';

/** Check runs and the suites they are grouped in. Only apps and workflows write them. */
export const checks = new Hono<ForgeEnv>();

checks.post('/repos/:owner/:repo/check-runs', async (c) => {
  const call = await writing(c, NEEDS.writeChecks);
  const { forge, repo, actor, fields } = call;
  const name = textOf(fields, 'name');
  const commit = await commitNamed(forge, repo, textOf(fields, 'head_sha'));
  if (commit === undefined) throw unprocessable(`No commit found for SHA: ${String(fields.head_sha)}`);
  const suite = suiteFor(forge, repo, appOf(actor), commit.sha, null);
  const check = addCheck(forge, actor, repo, suite, name, fieldsFrom(fields));
  return c.json(showCheckRun(forge, repo, check), 201);
});

checks.get('/repos/:owner/:repo/check-runs/:id', (c) => {
  const call = reading(c, NEEDS.readChecks);
  return c.json(showCheckRun(call.forge, call.repo, checkOf(call)));
});

checks.patch('/repos/:owner/:repo/check-runs/:id', async (c) => {
  const call = await writing(c, NEEDS.writeChecks);
  const check = checkOf(call);
  if (appOf(call.actor) !== check.appId) throw new HttpFault(403, 'Resource not accessible by integration');
  const changed = changeCheck(call.forge, call.actor, call.repo, check, fieldsFrom(call.fields));
  return c.json(showCheckRun(call.forge, call.repo, changed));
});

checks.get('/repos/:owner/:repo/check-runs/:id/annotations', (c) => {
  const call = reading(c, NEEDS.readChecks);
  const check = checkOf(call);
  const { items, headers } = pageOf(c, check.annotations);
  const blob = (path: string) => pageUrl(call.forge, call.repo, `/blob/${check.sha}/${encoded(path)}`);
  return c.json(
    items.map((annotation) => ({ ...annotation, blob_href: blob(annotation.path) })),
    200,
    headers,
  );
});

checks.get('/repos/:owner/:repo/commits/:ref{.+}/check-runs', async (c) => {
  const call = reading(c, NEEDS.readChecks);
  const commit = await commitNamed(call.forge, call.repo, param(c, 'ref'));
  if (commit === undefined) throw unprocessable(`No commit found for SHA: ${param(c, 'ref')}`);
  return list(call, call.forge.db.checksAt(`${call.repo.id}:${commit.sha}`));
});

checks.get('/repos/:owner/:repo/check-suites/:id/check-runs', (c) => {
  const call = reading(c, NEEDS.readChecks);
  return list(call, call.forge.db.checksIn(suiteOf(call).id));
});

checks.get('/repos/:owner/:repo/check-suites/:id', async (c) => {
  const call = reading(c, NEEDS.readChecks);
  return c.json(await showSuite(call, suiteOf(call)));
});

checks.get('/repos/:owner/:repo/commits/:ref{.+}/check-suites', async (c) => {
  const call = reading(c, NEEDS.readChecks);
  const { forge, repo } = call;
  const commit = await commitNamed(forge, repo, param(c, 'ref'));
  if (commit === undefined) throw unprocessable(`No commit found for SHA: ${param(c, 'ref')}`);
  const app = c.req.query('app_id');
  const found = forge.db
    .suitesAt(`${repo.id}:${commit.sha}`)
    .filter((suite) => app === undefined || String(suite.appId) === app);
  const { items, total, headers } = pageOf(c, found);
  return c.json(
    { total_count: total, check_suites: await Promise.all(items.map((suite) => showSuite(call, suite))) },
    200,
    headers,
  );
});

/** `check_name`, `status`, `app_id`, and of each name only the newest unless `filter=all`; newest first. */
function list(call: RepoCall, all: readonly CheckRun[]): Response {
  const { check_name: name, status, app_id: app, filter = 'latest' } = call.c.req.query();
  const latest = [...new Map(all.map((check) => [`${check.appId} ${check.name}`, check])).values()];
  const found = (filter === 'all' ? all : latest)
    .filter((check) => name === undefined || check.name === name)
    .filter((check) => status === undefined || check.status === status)
    .filter((check) => app === undefined || String(check.appId) === app)
    .toReversed();
  const { items, total, headers } = pageOf(call.c, found);
  return call.c.json(
    { total_count: total, check_runs: items.map((check) => showCheckRun(call.forge, call.repo, check)) },
    200,
    headers,
  );
}

/** @throws HttpFault 403: people have no checks. */
function appOf({ appId }: Actor): number {
  if (appId === null) throw new HttpFault(403, 'You must authenticate via a GitHub App.');
  return appId;
}

function fieldsFrom(fields: Fields): CheckFields {
  const output = objectOf(fields, 'output');
  const status = choiceOf(fields, 'status', [
    'queued',
    'in_progress',
    'completed',
    'waiting',
    'requested',
    'pending',
  ] as const);
  const conclusion = choiceOf(fields, 'conclusion', CONCLUSIONS);
  if (status === 'completed' && conclusion === undefined)
    throw unprocessable('Invalid request.\n\n"conclusion" wasn\'t supplied.');
  const texts = {
    name: 'name',
    external_id: 'externalId',
    details_url: 'detailsUrl',
    started_at: 'startedAt',
    completed_at: 'completedAt',
  };
  const given = Object.entries(texts).filter(([name]) => typeof fields[name] === 'string');
  return {
    ...Object.fromEntries(given.map(([name, to]) => [to, optionalText(fields, name)])),
    ...(status === undefined ? {} : { status }),
    ...(conclusion === undefined ? {} : { conclusion }),
    ...(output == null ? {} : outputFrom(output)),
  };
}

function outputFrom(output: Fields): CheckFields {
  const annotations = listOf(output, 'annotations');
  if (annotations.length > 50) throw unprocessable('Only 50 annotations are allowed in a request');
  return {
    title: optionalText(output, 'title') ?? null,
    summary: optionalText(output, 'summary') ?? null,
    ...(output.text === undefined ? {} : { text: optionalText(output, 'text') ?? null }),
    annotations: annotations.map(annotationOf),
  };
}

function checkOf({ c, forge, repo }: RepoCall): CheckRun {
  const check = forge.db.checks.get(param(c, 'id'));
  if (check?.repoId !== repo.id) throw notFound();
  return check;
}

function suiteOf({ c, forge, repo }: RepoCall) {
  const suite = forge.db.suites.get(param(c as Call, 'id'));
  if (suite?.repoId !== repo.id) throw notFound();
  return suite;
}

async function showSuite({ forge, repo }: RepoCall, suite: ReturnType<typeof suiteOf>) {
  const head = await forge.repositories.of(repo).store.commit(suite.sha);
  if (head === undefined) throw notFound();
  return showCheckSuite(forge, repo, suite, head);
}
