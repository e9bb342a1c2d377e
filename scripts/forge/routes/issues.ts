import { Hono } from 'hono';
import { NEEDS } from '#scripts/forge/access/needs.ts';
import { setAssignees } from '#scripts/forge/acts/assignees.ts';
import { editIssue, openIssue } from '#scripts/forge/acts/issues.ts';
import { setLabels } from '#scripts/forge/acts/labels.ts';
import type { Issue } from '#scripts/forge/state/work.ts';
import { labelsOf, showIssue } from '#scripts/forge/views/issue.ts';
import { type Call, type ForgeEnv, issueOf, may, type RepoCall, reading, writing } from '#scripts/forge/web/env.ts';
import { HttpFault } from '#scripts/forge/web/faults.ts';
import { choiceOf, optionalText, textOf, textsOf } from '#scripts/forge/web/fields.ts';
import { pageOf } from '#scripts/forge/web/page.ts';
import { namesOf } from './labels.ts';

/** Issues; pull requests are among them, as on GitHub. */
export const issues = new Hono<ForgeEnv>();

issues.get('/repos/:owner/:repo/issues', (c) => {
  const call = reading(c, NEEDS.readIssues);
  const { items, headers } = pageOf(
    c,
    sorted(
      c,
      call.forge.db.issuesOf(call.repo.id).filter((issue) => isWanted(call, issue)),
    ),
  );
  return c.json(
    items.map((issue) => showIssue(call.forge, call.repo, issue)),
    200,
    headers,
  );
});

issues.post('/repos/:owner/:repo/issues', async (c) => {
  const call = await writing(c, NEEDS.openIssue);
  const { forge, repo, actor, fields } = call;
  const trusted = may(call, NEEDS.triage);
  const asked = {
    title: textOf(fields, 'title'),
    body: optionalText(fields, 'body') ?? null,
    labels: trusted ? namesOf(fields) : [],
    assignees: trusted ? (textsOf(fields, 'assignees') ?? []) : [],
  };
  const shown = showIssue(forge, repo, await openIssue(forge, actor, repo, asked));
  return c.json(shown, 201, { location: shown.url });
});

issues.get('/repos/:owner/:repo/issues/:number', (c) => {
  const call = reading(c, NEEDS.readIssues);
  return c.json(showIssue(call.forge, call.repo, issueOf(call)));
});

issues.patch('/repos/:owner/:repo/issues/:number', async (c) => {
  const call = await writing(c, NEEDS.comment);
  const { forge, repo, actor, fields } = call;
  const issue = issueOf(call);
  if (issue.user !== actor.login && !may(call, NEEDS.triage))
    throw new HttpFault(403, 'Must have admin rights to Repository.');
  const edited = await editIssue(forge, actor, repo, issue, {
    title: optionalText(fields, 'title') ?? undefined,
    body: optionalText(fields, 'body'),
    state: choiceOf(fields, 'state', ['open', 'closed']),
    stateReason: choiceOf(fields, 'state_reason', ['completed', 'not_planned', 'reopened'] as const),
  });
  if (may(call, NEEDS.triage)) {
    if (fields.labels !== undefined) await setLabels(forge, actor, repo, edited, namesOf(fields));
    const wanted = textsOf(fields, 'assignees');
    if (wanted !== undefined) await setAssignees(forge, actor, repo, edited, wanted);
  }
  return c.json(showIssue(forge, repo, issueOf(call)));
});

function isWanted({ c, forge }: RepoCall, issue: Issue): boolean {
  const { state = 'open', labels, assignee, creator, since } = c.req.query();
  const names = labelsOf(forge, issue).map((label) => label.name.toLowerCase());
  return (
    (state === 'all' || issue.state === state) &&
    (labels === undefined || labels.split(',').every((name) => names.includes(name.trim().toLowerCase()))) &&
    (creator === undefined || issue.user === creator) &&
    (since === undefined || issue.updatedAt >= since) &&
    isAssigned(issue, assignee)
  );
}

function isAssigned({ assignees }: Issue, wanted: string | undefined): boolean {
  if (wanted === undefined) return true;
  if (wanted === 'none') return assignees.length === 0;
  return wanted === '*' ? assignees.length > 0 : assignees.includes(wanted);
}

/** Newest first unless asked otherwise; equal times by number. */
export function sorted<Kind extends Issue>(
  c: Call,
  found: readonly Kind[],
  direction = c.req.query('direction') ?? 'desc',
): Kind[] {
  const key = c.req.query('sort') === 'updated' ? (issue: Issue) => issue.updatedAt : (issue: Issue) => issue.createdAt;
  const sign = direction === 'asc' ? 1 : -1;
  return [...found].sort((a, b) => sign * (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : a.number - b.number));
}
