import { randomBytes } from 'node:crypto';
import { Hono } from 'hono';
import type { Bot } from '#scripts/forge/access/principal.ts';
import type { Forge } from '#scripts/forge/forge.ts';
import { stampOf } from '#scripts/forge/state/clock.ts';
import type { App, Installation, Level, Permissions } from '#scripts/forge/state/people.ts';
import type { Repo } from '#scripts/forge/state/work.ts';
import { showInstallation } from '#scripts/forge/views/installation.ts';
import { showApp } from '#scripts/forge/views/people.ts';
import { showRepo } from '#scripts/forge/views/repo.ts';
import { type Call, type ForgeEnv, param, principalOf } from '#scripts/forge/web/env.ts';
import { HttpFault, notFound, unprocessable } from '#scripts/forge/web/faults.ts';
import { type Fields, fieldsOf, objectOf, textsOf } from '#scripts/forge/web/fields.ts';
import { pageOf } from '#scripts/forge/web/page.ts';

/** Apps: signed in by JWT they make themselves tokens, narrowed to what the installation has. */
export const apps = new Hono<ForgeEnv>();

/** Life of an installation token. Milliseconds. */
const LIFE = 3_600_000;

apps.get('/app', (c) =>
  c.json({ ...showApp(c.get('forge'), appOf(c)), installations_count: installationsOf(c).length }),
);

apps.get('/app/installations', (c) => {
  const { items, headers } = pageOf(c, installationsOf(c));
  return c.json(
    items.map((one) => showInstallation(c.get('forge'), one)),
    200,
    headers,
  );
});

apps.get('/app/installations/:id', (c) => c.json(showInstallation(c.get('forge'), installationOf(c))));

apps.get('/repos/:owner/:repo/installation', (c) =>
  c.json(showInstallation(c.get('forge'), installedOn(c, param(c, 'owner')))),
);
apps.get('/orgs/:owner/installation', (c) =>
  c.json(showInstallation(c.get('forge'), installedOn(c, param(c, 'owner')))),
);
apps.get('/users/:owner/installation', (c) =>
  c.json(showInstallation(c.get('forge'), installedOn(c, param(c, 'owner')))),
);

apps.post('/app/installations/:id/access_tokens', async (c) => {
  const forge = c.get('forge');
  const app = appOf(c);
  const installation = installationOf(c);
  const fields = await fieldsOf(c.req.raw);
  const permissions = narrowed(app, objectOf(fields, 'permissions') ?? undefined);
  const chosen = chosenRepos(forge, installation, fields);
  const token = `ghs_${randomBytes(18).toString('hex')}`;
  forge.db.tokens.put(token, {
    ...{ token, kind: 'app', login: `${app.slug}[bot]`, appId: app.id, permissions, account: installation.account },
    repositories: chosen?.map(({ id }) => id) ?? installation.repositories,
    expiresAt: new Date(Date.now() + LIFE).toISOString(),
  });
  return c.json(
    {
      token,
      expires_at: stampOf(new Date(forge.clock.now().getTime() + LIFE)),
      permissions,
      repository_selection: chosen === undefined ? 'all' : 'selected',
      ...(chosen === undefined ? {} : { repositories: chosen.map((repo) => showRepo(forge, repo)) }),
    },
    201,
  );
});

apps.get('/installation/repositories', (c) => {
  const forge = c.get('forge');
  const bot = botOf(c);
  const own = forge.db.reposOf((bot.account ?? '').toLowerCase());
  const found = bot.repositories === 'all' ? own : own.filter(({ id }) => bot.repositories.includes(id as never));
  const { items, total, headers } = pageOf(c, found);
  return c.json(
    { total_count: total, repository_selection: 'selected', repositories: items.map((repo) => showRepo(forge, repo)) },
    200,
    headers,
  );
});

apps.delete('/installation/token', (c) => {
  botOf(c);
  c.get('forge').db.tokens.delete((c.req.header('authorization') ?? '').split(/\s+/)[1] ?? '');
  return c.body(null, 204);
});

/** No limits here; the figures say so. */
apps.get('/rate_limit', (c) => {
  principalOf(c);
  const reset = Math.floor(c.get('forge').clock.now().getTime() / 1000) + 3600;
  const rate = { limit: 5000, used: 0, remaining: 5000, reset };
  return c.json({ resources: { core: rate, search: { ...rate, limit: 30, remaining: 30 } }, rate });
});

function appOf(c: Call): App {
  const principal = principalOf(c);
  if (principal.kind !== 'app') throw new HttpFault(401, 'A JSON web token could not be decoded');
  return principal.app;
}

function botOf(c: Call): Bot {
  const principal = principalOf(c);
  if (principal.kind === 'bot') return principal;
  throw new HttpFault(
    403,
    'You must authenticate with an installation access token in order to list repositories for an installation.',
  );
}

function installationsOf(c: Call): Installation[] {
  const app = appOf(c);
  return c
    .get('forge')
    .db.installations.values()
    .filter(({ appId }) => appId === app.id);
}

function installationOf(c: Call): Installation {
  const installation = installationsOf(c).find(({ id }) => String(id) === param(c, 'id'));
  if (installation === undefined) throw notFound();
  return installation;
}

function installedOn(c: Call, account: string): Installation {
  const repo = param(c, 'repo');
  const missing = repo !== '' && c.get('forge').db.reposNamed(`${account}/${repo}`.toLowerCase()).length === 0;
  const installation = installationsOf(c).find((one) => one.account.toLowerCase() === account.toLowerCase());
  if (installation === undefined || missing) throw notFound();
  return installation;
}

/** Never more than the app was given. @throws HttpFault 422 */
function narrowed(app: App, asked: Fields | undefined): Permissions {
  if (asked === undefined) return app.permissions;
  for (const [scope, level] of Object.entries(asked)) {
    const held = app.permissions[scope] ?? 'none';
    if (held !== 'write' && held !== level)
      throw unprocessable(`The permissions requested are not granted to this installation.`);
  }
  return { metadata: 'read', ...(asked as Record<string, Level>) };
}

/** @throws HttpFault 422 for repositories the installation does not have. */
function chosenRepos(forge: Forge, { account }: Installation, fields: Fields): Repo[] | undefined {
  const names = textsOf(fields, 'repositories');
  const ids = Array.isArray(fields.repository_ids) ? (fields.repository_ids as number[]) : undefined;
  if (names === undefined && ids === undefined) return undefined;
  const own = forge.db.reposOf(account.toLowerCase());
  const wanted = [
    ...(names ?? []).map((name) => own.find((repo) => repo.name.toLowerCase() === name.toLowerCase())),
    ...(ids ?? []).map((id) => own.find((repo) => repo.id === id)),
  ];
  const found = wanted.filter((repo) => repo !== undefined);
  if (found.length < wanted.length)
    throw unprocessable(
      'There is at least one repository that does not exist or is not accessible to the parent installation.',
    );
  return found;
}
