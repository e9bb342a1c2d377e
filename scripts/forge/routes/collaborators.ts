import { Hono } from 'hono';
import { NEEDS } from '#scripts/forge/access/needs.ts';
import { roleOf } from '#scripts/forge/access/roles.ts';
import type { Forge } from '#scripts/forge/forge.ts';
import type { Role } from '#scripts/forge/state/people.ts';
import type { Repo } from '#scripts/forge/state/work.ts';
import { showUser } from '#scripts/forge/views/people.ts';
import { showPermissions } from '#scripts/forge/views/repo.ts';
import { type ForgeEnv, param, type RepoCall, reading, writing } from '#scripts/forge/web/env.ts';
import { invalid, notFound } from '#scripts/forge/web/faults.ts';
import { optionalText } from '#scripts/forge/web/fields.ts';
import { pageOf } from '#scripts/forge/web/page.ts';

/** Who may what in a repository. */
export const collaborators = new Hono<ForgeEnv>();

collaborators.get('/repos/:owner/:repo/collaborators', (c) => {
  const { forge, repo } = reading(c, { ...NEEDS.metadata, role: 'write' });
  const people = forge.db.accounts
    .values()
    .filter(({ type, login }) => type === 'User' && collaborates(forge, repo, login));
  const { items, headers } = pageOf(c, people);
  return c.json(
    items.map(({ login }) => showCollaborator(forge, repo, login)),
    200,
    headers,
  );
});

collaborators.get('/repos/:owner/:repo/collaborators/:login', (c) => {
  const { forge, repo } = reading(c, NEEDS.metadata);
  if (!collaborates(forge, repo, param(c, 'login'))) throw notFound();
  return c.body(null, 204);
});

collaborators.put('/repos/:owner/:repo/collaborators/:login', async (c) => {
  const call = await writing(c, NEEDS.administer);
  const login = existing(call, param(c, 'login'));
  const role = roleNamed(optionalText(call.fields, 'permission') ?? 'push');
  call.forge.db.repos.patch(call.repo.id, { collaborators: { ...call.repo.collaborators, [login]: role } });
  return c.body(null, 204);
});

collaborators.delete('/repos/:owner/:repo/collaborators/:login', async (c) => {
  const call = await writing(c, NEEDS.administer);
  const { [existing(call, param(c, 'login'))]: _gone, ...others } = call.repo.collaborators;
  call.forge.db.repos.patch(call.repo.id, { collaborators: others });
  return c.body(null, 204);
});

collaborators.get('/repos/:owner/:repo/collaborators/:login/permission', (c) => {
  const call = reading(c, NEEDS.metadata);
  const { forge, repo } = call;
  const login = existing(call, param(c, 'login'));
  const role = roleOf(forge, repo, login);
  return c.json({ permission: LEGACY[role], role_name: role, user: showCollaborator(forge, repo, login) });
});

/** GitHub's older names: maintain shows as write, triage as read. */
const LEGACY: Readonly<Record<Role, string>> = {
  none: 'none',
  read: 'read',
  triage: 'read',
  write: 'write',
  maintain: 'write',
  admin: 'admin',
};

function roleNamed(permission: string): Role {
  const role = { pull: 'read', push: 'write', triage: 'triage', maintain: 'maintain', admin: 'admin' }[permission];
  if (role === undefined) throw invalid('Repository', 'permission', 'invalid');
  return role as Role;
}

/** More than what everyone has because it is public. */
export function collaborates(forge: Forge, repo: Repo, login: string): boolean {
  return roleOf(forge, { ...repo, private: true }, login) !== 'none';
}

function showCollaborator(forge: Forge, repo: Repo, login: string) {
  const role = roleOf(forge, repo, login);
  return { ...showUser(forge, login), permissions: showPermissions(role), role_name: role };
}

function existing({ forge }: RepoCall, login: string): string {
  const account = forge.db.accounts.get(login.toLowerCase());
  if (account === undefined) throw notFound();
  return account.login;
}
