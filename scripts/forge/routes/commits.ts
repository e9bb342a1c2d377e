import { Hono } from 'hono';
import { NEEDS } from '#scripts/forge/access/needs.ts';
import { commitNamed } from '#scripts/forge/acts/refname.ts';
import { diff, diffText } from '#scripts/forge/git/diff.ts';
import { commitsBetween, log, mergeBase } from '#scripts/forge/git/history.ts';
import type { Commit } from '#scripts/forge/git/objects.ts';
import type { PullIssue } from '#scripts/forge/state/work.ts';
import { pageUrl, repoUrl } from '#scripts/forge/views/basics.ts';
import { showCommit, showFileChange } from '#scripts/forge/views/git.ts';
import { showPullBriefly } from '#scripts/forge/views/pull.ts';
import { type ForgeEnv, param, type RepoCall, reading } from '#scripts/forge/web/env.ts';
import { HttpFault, notFound } from '#scripts/forge/web/faults.ts';
import { openLink, pageAsked, pageOf } from '#scripts/forge/web/page.ts';

/** Histories, single commits, differences. */
export const commits = new Hono<ForgeEnv>();

commits.get('/repos/:owner/:repo/commits', async (c) => {
  const call = reading(c, NEEDS.readContents);
  const { forge, repo } = call;
  const { sha = repo.defaultBranch, path, author, since, until } = c.req.query();
  const from = await commitNamed(forge, repo, sha);
  if (from === undefined)
    throw new HttpFault(
      sha === repo.defaultBranch ? 409 : 404,
      sha === repo.defaultBranch ? 'Git Repository is empty.' : 'Not Found',
    );
  const { page, size } = pageAsked(c);
  const { dir, store } = forge.repositories.of(repo);
  const asked = { path, author, since, until, skip: (page - 1) * size, count: size + 1 };
  const shas = await log(dir, { from: from.sha, ...asked });
  const found = (await Promise.all(shas.slice(0, size).map((one) => store.commit(one)))).filter(
    (commit) => commit !== undefined,
  );
  return c.json(
    found.map((commit) => showCommit(forge, repo, commit)),
    200,
    openLink(c, shas.length > size),
  );
});

commits.get('/repos/:owner/:repo/commits/:sha/pulls', async (c) => {
  const call = reading(c, NEEDS.readPulls);
  const commit = await mustFind(call, param(c, 'sha'));
  const found = await pullsWith(call, commit.sha);
  const { items, headers } = pageOf(c, found);
  return c.json(
    items.map((issue) => showPullBriefly(call.forge, call.repo, issue)),
    200,
    headers,
  );
});

commits.get('/repos/:owner/:repo/commits/:ref{.+}', async (c) => {
  const call = reading(c, NEEDS.readContents);
  const commit = await mustFind(call, param(c, 'ref'));
  const accept = c.req.header('accept') ?? '';
  if (/application\/vnd\.github(\.v3)?\.sha/.test(accept)) return c.text(commit.sha);
  const { forge, repo } = call;
  const { dir } = forge.repositories.of(repo);
  const files = await diff(dir, commit.parents[0] ?? null, commit.sha);
  const sum = (field: 'additions' | 'deletions') => files.reduce((total, file) => total + file[field], 0);
  const [additions, deletions] = [sum('additions'), sum('deletions')];
  const shown = files.slice(0, 300).map((file) => showFileChange(forge, repo, commit.sha, file));
  return c.json({
    ...showCommit(forge, repo, commit),
    stats: { additions, deletions, total: additions + deletions },
    files: shown,
  });
});

commits.get('/repos/:owner/:repo/compare/:basehead{.+}', async (c) => {
  const call = reading(c, NEEDS.readContents);
  const { forge, repo } = call;
  const [from = '', to = ''] = param(c, 'basehead').split('...');
  const [base, head] = [await mustFindIn(call, from), await mustFindIn(call, to)];
  const { dir, store } = forge.repositories.of(repo);
  const fork = await mergeBase(dir, base.sha, head.sha);
  const start = fork === undefined ? undefined : await store.commit(fork);
  if (start === undefined) throw new HttpFault(404, `No common ancestor between ${from} and ${to}.`);
  if (/application\/vnd\.github(\.v3)?\.diff/.test(c.req.header('accept') ?? ''))
    return c.text(await diffText(dir, start.sha, head.sha));
  const ahead = (await commitsBetween(dir, base.sha, head.sha)).toReversed();
  const behind = (await commitsBetween(dir, head.sha, base.sha)).length;
  const { items, headers } = pageOf(c, ahead);
  const listed =
    c.req.query('page') === undefined && c.req.query('per_page') === undefined ? ahead.slice(0, 250) : items;
  const between = (await Promise.all(listed.map((sha) => store.commit(sha)))).filter((commit) => commit !== undefined);
  const files = await diff(dir, start.sha, head.sha);
  const page = pageUrl(forge, repo, `/compare/${from}...${to}`);
  return c.json(
    {
      url: repoUrl(forge, repo, `/compare/${from}...${to}`),
      ...{
        html_url: page,
        permalink_url: pageUrl(forge, repo, `/compare/${base.sha}...${head.sha}`),
        diff_url: `${page}.diff`,
        patch_url: `${page}.patch`,
      },
      base_commit: showCommit(forge, repo, base),
      merge_base_commit: showCommit(forge, repo, start),
      status: statusOf(ahead.length, behind),
      ...{ ahead_by: ahead.length, behind_by: behind, total_commits: ahead.length },
      commits: between.map((commit) => showCommit(forge, repo, commit)),
      files: files.slice(0, 300).map((file) => showFileChange(forge, repo, head.sha, file)),
    },
    200,
    headers,
  );
});

function statusOf(ahead: number, behind: number): string {
  if (ahead === 0) return behind === 0 ? 'identical' : 'behind';
  return behind === 0 ? 'ahead' : 'diverged';
}

async function mustFind({ forge, repo }: RepoCall, name: string): Promise<Commit> {
  const commit = await commitNamed(forge, repo, name);
  if (commit !== undefined) return commit;
  throw new HttpFault(422, `No commit found for SHA: ${name}`);
}

/** `branch`, or `owner:branch` of the same fork network. */
async function mustFindIn(call: RepoCall, name: string): Promise<Commit> {
  const { forge, repo } = call;
  const [owner, branch] = name.includes(':')
    ? [name.slice(0, name.indexOf(':')), name.slice(name.indexOf(':') + 1)]
    : [repo.owner, name];
  const of = forge.db.reposOf(owner.toLowerCase()).find((candidate) => candidate.rootId === repo.rootId);
  const commit = of === undefined ? undefined : await commitNamed(forge, owner === repo.owner ? repo : of, branch);
  if (commit === undefined) throw notFound();
  return commit;
}

/** Merged pull requests that brought the commit, and open ones of this repository's own branches that hold it; forks' heads are not found, as on GitHub. */
async function pullsWith({ forge, repo }: RepoCall, sha: string): Promise<PullIssue[]> {
  const { dir } = forge.repositories.of(repo);
  const found: PullIssue[] = [];
  for (const issue of forge.db.issuesOf(repo.id)) {
    const { pull } = issue;
    if (pull === null || (!pull.merged && pull.head.repoId !== repo.id)) continue;
    const quick = pull.head.sha === sha || pull.mergeCommit === sha;
    if (quick || (await commitsBetween(dir, pull.diffBase ?? pull.base.sha, pull.head.sha)).includes(sha))
      found.push(issue as PullIssue);
  }
  return found;
}
