import { randomBytes } from 'node:crypto';
import type { Forge } from '#scripts/forge/forge.ts';
import { addAccount, existing, type NewAccount, repoNamed } from './accounts.ts';
import { addTeam, grant, joinTeam, type NewTeam, type Permission, putMember, roleNamed } from './teams.ts';

export function peopleOf(forge: Forge) {
  /** Another token of a person; what people may do depends on their roles, not on the token. */
  const createToken = ({ login }: { login: string }): string => {
    const token = `ghp_${randomBytes(18).toString('hex')}`;
    const about = { login: existing(forge, login).login, appId: null, permissions: {}, account: null };
    forge.db.tokens.put(token, { token, kind: 'user', ...about, repositories: 'all', expiresAt: null });
    return token;
  };
  return {
    createToken,
    /** A person with a first token. */
    createUser(asked: NewAccount): { login: string; id: number; token: string } {
      const { login, id } = addAccount(forge, asked, 'User');
      return { login, id, token: createToken({ login }) };
    },
    /** An organisation; `owners` administer it. */
    createOrg({ owners = [], ...asked }: NewAccount & { owners?: readonly string[] }): { login: string; id: number } {
      const { login, id } = addAccount(forge, asked, 'Organization');
      for (const owner of owners) putMember(forge, login, owner, 'admin');
      return { login, id };
    },
    createTeam(asked: NewTeam): { slug: string; id: number } {
      const { slug, id } = addTeam(forge, asked);
      for (const login of asked.members ?? []) joinTeam(forge, asked.org, slug, login, 'member');
      for (const [repository, role] of Object.entries(asked.repos ?? {}))
        grant(forge, asked.org, slug, repository, role);
      return { slug, id };
    },
    /** Into the organisation (`admin` makes an owner), and into `team` when it is named. */
    addMember({ org, login, team, role = 'member' }: NewMember): void {
      putMember(forge, org, login, role === 'admin' ? 'admin' : 'member');
      if (team !== undefined) joinTeam(forge, org, team, login, role === 'maintainer' ? 'maintainer' : 'member');
    },
    grantTeam({
      org,
      team,
      repository,
      role,
    }: {
      org: string;
      team: string;
      repository: string;
      role: Permission;
    }): void {
      grant(forge, org, team, repository, role);
    },
    setCollaborator({ repository, login, role }: { repository: string; login: string; role: Permission }): void {
      const repo = repoNamed(forge, repository);
      const collaborators = { ...repo.collaborators, [existing(forge, login).login]: roleNamed(role) };
      forge.db.repos.patch(repo.id, { collaborators });
    },
  };
}

export interface NewMember {
  readonly org: string;
  readonly login: string;
  readonly team?: string;
  readonly role?: 'member' | 'admin' | 'maintainer';
}
