import { Hono } from 'hono';
import { maySee, NEEDS } from '#scripts/forge/access/needs.ts';
import { actorOf } from '#scripts/forge/access/principal.ts';
import { atLeast, roleOf } from '#scripts/forge/access/roles.ts';
import { addRepo, forkRepo } from '#scripts/forge/acts/repos.ts';
import type { Repo } from '#scripts/forge/state/work.ts';
import { accountOf } from '#scripts/forge/views/people.ts';
import { showRepo, showRepoBriefly, showRepoFully } from '#scripts/forge/views/repo.ts';
import { type Call, type ForgeEnv, param, principalOf, reading, writing } from '#scripts/forge/web/env.ts';
import { HttpFault, invalid, notFound } from '#scripts/forge/web/faults.ts';
import { fieldsOf, flagOf, optionalText, textOf } from '#scripts/forge/web/fields.ts';
import { pageOf } from '#scripts/forge/web/page.ts';
import { collaborates } from './collaborators.ts';

/** Repositories and forks. */
export const repos = new Hono<ForgeEnv>();

repos.get('/repos/:owner/:repo', (c) => {
  const { forge, repo, principal } = reading(c, NEEDS.metadata);
  const role = principal.kind === 'user' ? roleOf(forge, repo, principal.actor.login) : undefined;
  return c.json(showRepoFully(forge, repo, role));
});

repos.patch('/repos/:owner/:repo', async (c) => {
  const { forge, repo, fields } = await writing(c, NEEDS.administer);
  const description = optionalText(fields, 'description');
  const defaultBranch = optionalText(fields, 'default_branch') ?? repo.defaultBranch;
  if (
    (await forge.repositories.of(repo).refs.get(`refs/heads/${defaultBranch}`)) === undefined &&
    defaultBranch !== repo.defaultBranch
  ) {
    throw invalid('Repository', 'default_branch', 'invalid', `The branch ${defaultBranch} was not found.`);
  }
  const changed = forge.db.repos.patch(repo.id, {
    description: description === undefined ? repo.description : description,
    private: flagOf(fields, 'private', repo.private),
    defaultBranch,
    updatedAt: forge.clock.stamp(),
  });
  return c.json(showRepoFully(forge, changed, 'admin'));
});

repos.get('/repos/:owner/:repo/forks', (c) => {
  const { forge, repo } = reading(c, NEEDS.metadata);
  const { items, headers } = pageOf(c, forge.db.forksOf(repo.id));
  return c.json(
    items.map((fork) => showRepoBriefly(forge, fork)),
    200,
    headers,
  );
});

repos.post('/repos/:owner/:repo/forks', async (c) => {
  const { forge, repo, actor, fields } = await writing(c, NEEDS.fork);
  const owner = optionalText(fields, 'organization') ?? actor.login;
  const fork = await forkRepo(
    forge,
    actor,
    repo,
    owner,
    optionalText(fields, 'name') ?? repo.name,
    flagOf(fields, 'default_branch_only', false),
  );
  return c.json(showRepoFully(forge, fork, 'admin'), 202);
});

repos.get('/user/repos', (c) => {
  const forge = c.get('forge');
  const principal = principalOf(c);
  const { login } = actorOf(principal);
  return listRepos(
    c,
    forge.db.repos.values().filter((repo) => maySee(forge, principal, repo) && collaborates(forge, repo, login)),
  );
});
repos.get('/orgs/:login/repos', (c) => listReposOf(c));
repos.get('/users/:login/repos', (c) => listReposOf(c));

repos.post('/user/repos', async (c) => createRepo(c, actorOf(principalOf(c)).login));
repos.post('/orgs/:login/repos', async (c) => createRepo(c, param(c, 'login')));

function listReposOf(c: Call): Response {
  const forge = c.get('forge');
  const principal = principalOf(c);
  if (forge.db.accounts.get(param(c, 'login').toLowerCase()) === undefined) throw notFound();
  return listRepos(
    c,
    forge.db.reposOf(param(c, 'login').toLowerCase()).filter((repo) => maySee(forge, principal, repo)),
  );
}

function listRepos(c: Call, found: readonly Repo[]): Response {
  const { items, headers } = pageOf(c, found);
  return c.json(
    items.map((repo) => showRepo(c.get('forge'), repo)),
    200,
    headers,
  );
}

async function createRepo(c: Call, owner: string): Promise<Response> {
  const forge = c.get('forge');
  const { login } = actorOf(principalOf(c));
  const account = accountOf(forge, owner);
  const may = owner === login || forge.db.memberships.get(`${owner}/${login}`.toLowerCase())?.role === 'admin';
  if (!may) throw new HttpFault(403, 'You need admin access to the organization before adding a repository to it.');
  const fields = await fieldsOf(c.req.raw);
  const repo = await addRepo(forge, {
    owner: account.login,
    name: textOf(fields, 'name'),
    description: optionalText(fields, 'description') ?? null,
    private: flagOf(fields, 'private', false),
    autoInit: flagOf(fields, 'auto_init', false),
    by: login,
  });
  return c.json(showRepoFully(forge, repo, atLeast(roleOf(forge, repo, login), 'admin') ? 'admin' : 'read'), 201);
}
