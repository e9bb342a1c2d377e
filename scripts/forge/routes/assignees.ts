import { Hono } from 'hono';
import { NEEDS } from '#scripts/forge/access/needs.ts';
import { addAssignees, mayBeAssigned, removeAssignees } from '#scripts/forge/acts/assignees.ts';
import { showIssue } from '#scripts/forge/views/issue.ts';
import { showUser } from '#scripts/forge/views/people.ts';
import { type ForgeEnv, issueOf, param, type RepoCall, reading, writing } from '#scripts/forge/web/env.ts';
import { notFound } from '#scripts/forge/web/faults.ts';
import { textsOf } from '#scripts/forge/web/fields.ts';
import { pageOf } from '#scripts/forge/web/page.ts';

/** Who is to see to an issue or pull request. */
export const assignees = new Hono<ForgeEnv>();

assignees.get('/repos/:owner/:repo/assignees', (c) => {
  const { forge, repo } = reading(c, NEEDS.readIssues);
  const { items, headers } = pageOf(
    c,
    forge.db.accounts.values().filter(({ login }) => mayBeAssigned(forge, repo, login)),
  );
  return c.json(
    items.map(({ login }) => showUser(forge, login)),
    200,
    headers,
  );
});

assignees.get('/repos/:owner/:repo/assignees/:login', (c) => {
  const { forge, repo } = reading(c, NEEDS.readIssues);
  if (!mayBeAssigned(forge, repo, param(c, 'login'))) throw notFound();
  return c.body(null, 204);
});

assignees.post('/repos/:owner/:repo/issues/:number/assignees', async (c) => {
  const call = await writing(c, NEEDS.triage);
  await addAssignees(call.forge, call.actor, call.repo, issueOf(call), textsOf(call.fields, 'assignees') ?? []);
  return show(call, 201);
});

assignees.delete('/repos/:owner/:repo/issues/:number/assignees', async (c) => {
  const call = await writing(c, NEEDS.triage);
  await removeAssignees(call.forge, call.actor, call.repo, issueOf(call), textsOf(call.fields, 'assignees') ?? []);
  return show(call, 200);
});

function show(call: RepoCall, status: 200 | 201): Response {
  return call.c.json(showIssue(call.forge, call.repo, issueOf(call)), status);
}
