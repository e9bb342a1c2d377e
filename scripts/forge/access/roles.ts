import type { Forge } from '#scripts/forge/forge.ts';
import { ROLES, type Role } from '#scripts/forge/state/people.ts';
import type { Repo } from '#scripts/forge/state/work.ts';

/** A person's highest role in a repository: as owner, by organisation, by team, as collaborator, or because it is public. */
export function roleOf(forge: Forge, repo: Repo, login: string): Role {
  const key = login.toLowerCase();
  if (repo.owner.toLowerCase() === key) return 'admin';
  const membership = forge.db.memberships.get(`${repo.owner}/${login}`.toLowerCase());
  if (membership?.role === 'admin') return 'admin';
  const teams = forge.db
    .teamsOf(repo.owner.toLowerCase())
    .filter((team) => key in lowered(team.members))
    .map((team) => team.repos[repo.id] ?? 'none');
  const collaborator = lowered(repo.collaborators)[key] ?? 'none';
  const member = membership === undefined ? 'none' : 'read';
  return highest([...teams, collaborator, member, repo.private ? 'none' : 'read']);
}

export function atLeast(role: Role, wanted: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(wanted);
}

export function isMember(forge: Forge, org: string, login: string): boolean {
  return forge.db.memberships.get(`${org}/${login}`.toLowerCase()) !== undefined;
}

function highest(roles: readonly Role[]): Role {
  return roles.reduce((best, role) => (atLeast(role, best) ? role : best), 'none');
}

function lowered<Value>(record: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key.toLowerCase(), value]));
}
