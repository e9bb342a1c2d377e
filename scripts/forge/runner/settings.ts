import { Hono } from 'hono';
import { environmentNamed, refusalOf } from '#scripts/forge/acts/environments.ts';
import type { Forge } from '#scripts/forge/forge.ts';
import type { Repo, Setting } from '#scripts/forge/state/work.ts';
import { showRepo } from '#scripts/forge/views/repo.ts';
import { type ForgeEnv, param } from '#scripts/forge/web/env.ts';
import { HttpFault, notFound } from '#scripts/forge/web/faults.ts';

/** Variables and secrets for a job: the repository's, with the environment's over them. */
export const settings = new Hono<ForgeEnv>();

/** Every repository there is, as webhooks show it: the runner's schedules look into each. */
settings.get('/_runner/repositories', (c) => {
  const forge = c.get('forge');
  return c.json({ repositories: forge.db.repos.values().map((repo) => showRepo(forge, repo)) });
});

/**
 * `environment` with `ref` (branch or tag): 403 when the environment's rules do not let that ref in.
 * Code of a fork gets no secrets: told by `job`, or by a `ref` that is a pull request's own.
 */
settings.get('/_runner/repositories/:owner/:repo/settings', (c) => {
  const forge = c.get('forge');
  const repo = forge.db.reposNamed(`${param(c, 'owner')}/${param(c, 'repo')}`.toLowerCase())[0];
  if (repo === undefined) throw notFound();
  const { environment: name = '', ref = '', job } = c.req.query();
  const environment = name === '' ? undefined : environmentNamed(forge, repo, name);
  const full = ref.startsWith('refs/') ? ref : `refs/heads/${ref}`;
  const refusal = environment === undefined ? undefined : refusalOf(environment, full);
  if (refusal !== undefined) throw new HttpFault(403, refusal);
  const open = (job === undefined || forge.db.jobs.get(job)?.secrets !== false) && !isForkRef(forge, repo, full);
  return c.json({
    variables: { ...valuesOf(repo.variables), ...valuesOf(environment?.variables ?? {}) },
    secrets: open ? { ...repo.secrets, ...environment?.secrets } : {},
  });
});

/** `refs/pull/7/merge` of a pull request that comes from another repository. */
function isForkRef(forge: Forge, repo: Repo, ref: string): boolean {
  const number = /^refs\/pull\/(\d+)\//.exec(ref)?.[1];
  const pull = number === undefined ? undefined : forge.db.issueNumbered(`${repo.id}#${number}`)[0]?.pull;
  return pull != null && pull.head.repoId !== repo.id;
}

function valuesOf(settingsByName: Readonly<Record<string, Setting>>): Record<string, string> {
  return Object.fromEntries(Object.entries(settingsByName).map(([key, { value }]) => [key, value]));
}
