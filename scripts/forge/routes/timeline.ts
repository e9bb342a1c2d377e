import { Hono } from 'hono';
import { NEEDS } from '#scripts/forge/access/needs.ts';
import { timelineOf } from '#scripts/forge/acts/timeline.ts';
import { repoUrl } from '#scripts/forge/views/basics.ts';
import { showIssue } from '#scripts/forge/views/issue.ts';
import { EVENT_KINDS, showHappening } from '#scripts/forge/views/timeline.ts';
import { type ForgeEnv, issueOf, param, reading } from '#scripts/forge/web/env.ts';
import { notFound } from '#scripts/forge/web/faults.ts';
import { pageOf } from '#scripts/forge/web/page.ts';

/** What happened to an issue or pull request, in order. */
export const timeline = new Hono<ForgeEnv>();

timeline.get('/repos/:owner/:repo/issues/:number/timeline', async (c) => {
  const call = reading(c, NEEDS.readIssues);
  const issue = issueOf(call);
  const { items, headers } = pageOf(c, await timelineOf(call.forge, call.repo, issue));
  const shown = await Promise.all(items.map((item) => showHappening(call.forge, call.repo, issue, item)));
  return c.json(shown, 200, headers);
});

timeline.get('/repos/:owner/:repo/issues/:number/events', async (c) => {
  const call = reading(c, NEEDS.readIssues);
  const issue = issueOf(call);
  const found = call.forge.db.happeningsOf(issue.id).filter(({ event }) => EVENT_KINDS.has(event));
  const { items, headers } = pageOf(c, found);
  return c.json(
    await Promise.all(items.map((item) => showHappening(call.forge, call.repo, issue, item))),
    200,
    headers,
  );
});

timeline.get('/repos/:owner/:repo/issues/events', async (c) => {
  const { forge, repo } = reading(c, NEEDS.readIssues);
  const found = forge.db.happeningsIn(repo.id).filter(({ event }) => EVENT_KINDS.has(event));
  const { items, headers } = pageOf(c, found.toReversed());
  return c.json(await Promise.all(items.map((item) => showWithIssue(item))), 200, headers);

  async function showWithIssue(item: (typeof found)[number]) {
    const issue = forge.db.issues.get(item.issueId);
    if (issue === undefined) return { url: repoUrl(forge, repo) };
    return { ...(await showHappening(forge, repo, issue, item)), issue: showIssue(forge, repo, issue) };
  }
});

timeline.get('/repos/:owner/:repo/issues/events/:id', async (c) => {
  const { forge, repo } = reading(c, NEEDS.readIssues);
  const item = forge.db.happenings.get(param(c, 'id'));
  const issue = forge.db.issues.get(item?.issueId ?? 0);
  if (item?.repoId !== repo.id || issue === undefined || !EVENT_KINDS.has(item.event)) throw notFound();
  return c.json({ ...(await showHappening(forge, repo, issue, item)), issue: showIssue(forge, repo, issue) });
});
