import { Hono } from 'hono';
import { NEEDS } from '#scripts/forge/access/needs.ts';
import { diffBaseOf, figuresOf } from '#scripts/forge/acts/figures.ts';
import { editIssue } from '#scripts/forge/acts/issues.ts';
import { METHODS, mergePull } from '#scripts/forge/acts/merge.ts';
import { changeBase, openPull } from '#scripts/forge/acts/pulls.ts';
import { diff, diffText } from '#scripts/forge/git/diff.ts';
import { commitsBetween } from '#scripts/forge/git/history.ts';
import type { PullIssue, Repo } from '#scripts/forge/state/work.ts';
import { showCommit, showFileChange } from '#scripts/forge/views/git.ts';
import { showPull, showPullBriefly } from '#scripts/forge/views/pull.ts';
import { type ForgeEnv, issueOf, may, pullOf, type RepoCall, reading, writing } from '#scripts/forge/web/env.ts';
import { HttpFault, invalid, notFound } from '#scripts/forge/web/faults.ts';
import { choiceOf, type Fields, flagOf, optionalText, textOf, wholeOf } from '#scripts/forge/web/fields.ts';
import { pageOf } from '#scripts/forge/web/page.ts';
import { sorted } from './issues.ts';

/** Pull requests; their reviews are in reviews.ts, labels and comments with the issues. */
export const pulls = new Hono<ForgeEnv>();

pulls.get('/repos/:owner/:repo/pulls', (c) => {
  const call = reading(c, NEEDS.readPulls);
  const found = call.forge.db
    .issuesOf(call.repo.id)
    .filter((issue): issue is PullIssue => issue.pull !== null && isWanted(call, issue as PullIssue));
  const direction = c.req.query('direction') ?? ((c.req.query('sort') ?? 'created') === 'created' ? 'desc' : 'asc');
  const { items, headers } = pageOf(c, sorted(c, found, direction));
  return c.json(
    items.map((issue) => showPullBriefly(call.forge, call.repo, issue)),
    200,
    headers,
  );
});

pulls.post('/repos/:owner/:repo/pulls', async (c) => {
  const call = await writing(c, NEEDS.openPull);
  const { forge, repo, actor, fields } = call;
  if (actor.via === 'workflow')
    throw new HttpFault(403, 'GitHub Actions is not permitted to create or approve pull requests.');
  const { from, head } = headOf(call, textOf(fields, 'head'), optionalText(fields, 'head_repo'));
  const title = optionalText(fields, 'title') ?? titleOfIssue(call, fields);
  if (title.trim() === '') throw invalid('PullRequest', 'title', 'missing_field');
  const issue = await openPull(forge, actor, repo, {
    ...{ title, body: optionalText(fields, 'body') ?? null, base: textOf(fields, 'base'), from, head },
    draft: flagOf(fields, 'draft', false),
    maintainerCanModify: flagOf(fields, 'maintainer_can_modify', from.id !== repo.id),
  });
  const shown = showPull(forge, repo, issue, await figuresOf(forge, repo, issue));
  return c.json(shown, 201, { location: shown.url });
});

pulls.get('/repos/:owner/:repo/pulls/:number', async (c) => {
  const call = reading(c, NEEDS.readPulls);
  const issue = pullOf(call);
  if (/application\/vnd\.github(\.v3)?\.diff/.test(c.req.header('accept') ?? '')) {
    const { dir } = call.forge.repositories.of(call.repo);
    return c.text(await diffText(dir, await diffBaseOf(call.forge, call.repo, issue), issue.pull.head.sha));
  }
  return show(call);
});

pulls.patch('/repos/:owner/:repo/pulls/:number', async (c) => {
  const call = await writing(c, NEEDS.openPull);
  const { forge, repo, actor, fields } = call;
  const issue = pullOf(call);
  if (issue.user !== actor.login && !may(call, NEEDS.managePulls))
    throw new HttpFault(403, 'Must have admin rights to Repository.');
  const state = choiceOf(fields, 'state', ['open', 'closed']);
  if (state === 'open' && issue.pull.merged)
    throw invalid('PullRequest', 'state', 'invalid', 'state cannot be changed. The pull request is merged.');
  await editIssue(forge, actor, repo, issue, {
    title: optionalText(fields, 'title') ?? undefined,
    body: optionalText(fields, 'body'),
    state,
  });
  const base = optionalText(fields, 'base');
  if (typeof base === 'string') await changeBase(forge, actor, repo, pullOf(call), base);
  return show(call);
});

pulls.get('/repos/:owner/:repo/pulls/:number/files', async (c) => {
  const call = reading(c, NEEDS.readPulls);
  const issue = pullOf(call);
  const { dir } = call.forge.repositories.of(call.repo);
  const files = await diff(dir, await diffBaseOf(call.forge, call.repo, issue), issue.pull.head.sha);
  const { items, headers } = pageOf(c, files.slice(0, 3_000));
  const shown = items.map((file) => showFileChange(call.forge, call.repo, issue.pull.head.sha, file));
  return c.json(shown, 200, headers);
});

pulls.get('/repos/:owner/:repo/pulls/:number/commits', async (c) => {
  const call = reading(c, NEEDS.readPulls);
  const issue = pullOf(call);
  const { dir, store } = call.forge.repositories.of(call.repo);
  const shas = await commitsBetween(dir, await diffBaseOf(call.forge, call.repo, issue), issue.pull.head.sha);
  const { items, headers } = pageOf(c, shas.toReversed().slice(0, 250));
  const found = (await Promise.all(items.map((sha) => store.commit(sha)))).filter((commit) => commit !== undefined);
  return c.json(
    found.map((commit) => showCommit(call.forge, call.repo, commit)),
    200,
    headers,
  );
});

pulls.get('/repos/:owner/:repo/pulls/:number/merge', (c) => {
  if (!pullOf(reading(c, NEEDS.readPulls)).pull.merged) throw notFound();
  return c.body(null, 204);
});

pulls.put('/repos/:owner/:repo/pulls/:number/merge', async (c) => {
  const call = await writing(c, NEEDS.push);
  const { fields } = call;
  const sha = await mergePull(call.forge, call.principal, call.repo, pullOf(call).number, {
    method: choiceOf(fields, 'merge_method', METHODS) ?? 'merge',
    sha: optionalText(fields, 'sha') ?? undefined,
    title: optionalText(fields, 'commit_title') ?? undefined,
    message: optionalText(fields, 'commit_message') ?? undefined,
  });
  return c.json({ sha, merged: true, message: 'Pull Request successfully merged' });
});

async function show(call: RepoCall): Promise<Response> {
  const { c, forge, repo } = call;
  const figures = await figuresOf(forge, repo, pullOf(call));
  return c.json(showPull(forge, repo, pullOf(call), figures));
}

/** `state` (open), `base`, and `head` as `owner:branch`. */
function isWanted({ c }: RepoCall, { state, pull }: PullIssue): boolean {
  const { state: wanted = 'open', head, base } = c.req.query();
  return (
    (wanted === 'all' || state === wanted) &&
    (base === undefined || pull.base.ref === base) &&
    (head === undefined || head === '' || `${pull.head.owner}:${pull.head.ref}`.toLowerCase() === head.toLowerCase())
  );
}

/** `branch`, `owner:branch`, and `head_repo` when an account has several forks. @throws HttpFault 422, or 404 for a head one may not push. */
function headOf(call: RepoCall, text: string, named: string | null | undefined): { from: Repo; head: string } {
  const { forge, repo } = call;
  const colon = text.indexOf(':');
  const owner = colon < 0 ? repo.owner : text.slice(0, colon);
  const head = text.slice(colon + 1).replace(/^refs\/heads\//, '');
  const from = forge.db
    .reposOf(owner.toLowerCase())
    .find(
      (candidate) =>
        candidate.rootId === repo.rootId &&
        (named == null || [candidate.name, `${candidate.owner}/${candidate.name}`].includes(named)),
    );
  if (from === undefined) throw invalid('PullRequest', 'head', 'invalid');
  return { from, head };
}

/** A pull request can be made of an issue; here its title is taken. */
function titleOfIssue(call: RepoCall, fields: Fields): string {
  const number = wholeOf(fields, 'issue');
  if (number === undefined) throw invalid('PullRequest', 'title', 'missing_field');
  const issue = call.forge.db.issueNumbered(`${call.repo.id}#${number}`)[0];
  return issue?.title ?? issueOf(call).title;
}
