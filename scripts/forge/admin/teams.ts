import type { Forge } from '#scripts/forge/forge.ts';
import type { Role, Team } from '#scripts/forge/state/people.ts';
import { notFound } from '#scripts/forge/web/faults.ts';
import { existing, repoNamed } from './accounts.ts';

export interface NewTeam {
  readonly org: string;
  /** The slug is made of it. */
  readonly name: string;
  readonly description?: string;
  /** Join the organisation too. */
  readonly members?: readonly string[];
  /** `owner/name` to role. */
  readonly repos?: Readonly<Record<string, Permission>>;
}

/** A role, or GitHub's older name for it. */
export type Permission = Role | 'pull' | 'push';

export function putMember(forge: Forge, org: string, login: string, role: 'admin' | 'member'): void {
  const key = `${existing(forge, org).login}/${existing(forge, login).login}`.toLowerCase();
  const held = forge.db.memberships.get(key)?.role;
  forge.db.memberships.put(key, {
    org: existing(forge, org).login,
    login: existing(forge, login).login,
    role: held === 'admin' ? held : role,
  });
}

export function addTeam(forge: Forge, { org, name, description }: NewTeam): Team {
  const at = forge.clock.stamp();
  const slug = name.toLowerCase().replace(/[^a-z0-9-]+/g, '-');
  const team = { id: forge.db.nextId(), org: existing(forge, org).login, slug, name, description: description ?? null };
  return forge.db.teams.put(keyOf(team), { ...team, members: {}, repos: {}, createdAt: at, updatedAt: at });
}

export function grant(forge: Forge, org: string, slug: string, repository: string, permission: Permission): void {
  const team = teamNamed(forge, org, slug);
  const repos = { ...team.repos, [repoNamed(forge, repository).id]: roleNamed(permission) };
  forge.db.teams.put(keyOf(team), { ...team, repos });
}

export function roleNamed(permission: Permission): Role {
  if (permission === 'pull') return 'read';
  return permission === 'push' ? 'write' : permission;
}

export function joinTeam(forge: Forge, org: string, slug: string, login: string, role: 'member' | 'maintainer'): void {
  putMember(forge, org, login, 'member');
  const team = teamNamed(forge, org, slug);
  forge.db.teams.put(keyOf(team), { ...team, members: { ...team.members, [existing(forge, login).login]: role } });
}

function teamNamed(forge: Forge, org: string, slug: string): Team {
  const team = forge.db.teams.get(`${org}/${slug}`.toLowerCase());
  if (team === undefined) throw notFound();
  return team;
}

function keyOf({ org, slug }: Pick<Team, 'org' | 'slug'>): string {
  return `${org}/${slug}`.toLowerCase();
}
