import { Hono } from 'hono';
import { NEEDS } from '#scripts/forge/access/needs.ts';
import { commitNamed } from '#scripts/forge/acts/refname.ts';
import { emit } from '#scripts/forge/events/emit.ts';
import type { Status } from '#scripts/forge/state/automation.ts';
import { repoUrl } from '#scripts/forge/views/basics.ts';
import { showStatus, showStatusBriefly } from '#scripts/forge/views/checks.ts';
import { showCommit } from '#scripts/forge/views/git.ts';
import { showRepoBriefly } from '#scripts/forge/views/repo.ts';
import { type ForgeEnv, param, type RepoCall, reading, writing } from '#scripts/forge/web/env.ts';
import { unprocessable } from '#scripts/forge/web/faults.ts';
import { choiceOf, optionalText } from '#scripts/forge/web/fields.ts';
import { pageOf } from '#scripts/forge/web/page.ts';

/** Commit statuses: the older, plainer kind of check. */
export const statuses = new Hono<ForgeEnv>();

statuses.post('/repos/:owner/:repo/statuses/:sha', async (c) => {
  const call = await writing(c, NEEDS.writeStatuses);
  const { forge, repo, actor, fields } = call;
  const commit = await find(call, param(c, 'sha'));
  const state = choiceOf(fields, 'state', ['error', 'failure', 'pending', 'success']);
  if (state === undefined) throw unprocessable('Invalid request.\n\n"state" wasn\'t supplied.');
  const id = forge.db.nextId();
  const status = forge.db.statuses.put(id, {
    ...{ id, repoId: repo.id, sha: commit.sha, state, context: optionalText(fields, 'context') ?? 'default' },
    ...{
      description: optionalText(fields, 'description') ?? null,
      targetUrl: optionalText(fields, 'target_url') ?? null,
    },
    ...{ creator: actor.login, createdAt: forge.clock.stamp() },
  });
  const shown = showStatus(forge, repo, status);
  emit(forge, actor, repo, 'status', {
    ...shown,
    sha: commit.sha,
    name: repo.name,
    commit: showCommit(forge, repo, commit),
    branches: [],
  });
  return c.json(shown, 201, { location: shown.url });
});

statuses.get('/repos/:owner/:repo/commits/:ref{.+}/statuses', async (c) => {
  const call = reading(c, NEEDS.readStatuses);
  const { sha } = await find(call, param(c, 'ref'));
  const { items, headers } = pageOf(c, call.forge.db.statusesAt(`${call.repo.id}:${sha}`).toReversed());
  return c.json(
    items.map((status) => showStatus(call.forge, call.repo, status)),
    200,
    headers,
  );
});

statuses.get('/repos/:owner/:repo/commits/:ref{.+}/status', async (c) => {
  const call = reading(c, NEEDS.readStatuses);
  const { forge, repo } = call;
  const { sha } = await find(call, param(c, 'ref'));
  const newest = [
    ...new Map(forge.db.statusesAt(`${repo.id}:${sha}`).map((status) => [status.context, status])).values(),
  ];
  const { items, headers } = pageOf(c, newest);
  const url = repoUrl(forge, repo, `/commits/${sha}`);
  return c.json(
    {
      state: combined(newest),
      statuses: items.map((status) => showStatusBriefly(forge, repo, status)),
      sha,
      total_count: newest.length,
      repository: showRepoBriefly(forge, repo),
      commit_url: url,
      url: `${url}/status`,
    },
    200,
    headers,
  );
});

/** Any failure fails; anything missing is pending; none at all is pending too. */
function combined(newest: readonly Status[]): string {
  if (newest.some(({ state }) => state === 'failure' || state === 'error')) return 'failure';
  return newest.length === 0 || newest.some(({ state }) => state === 'pending') ? 'pending' : 'success';
}

async function find({ forge, repo }: RepoCall, name: string) {
  const commit = await commitNamed(forge, repo, name);
  if (commit === undefined) throw unprocessable(`No commit found for SHA: ${name}`);
  return commit;
}
