import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { putEnvironment } from './acts/environments.ts';
import { addRepo, type NewRepo } from './acts/repos.ts';
import type { EventFilter } from './events/queue.ts';
import type { Forge } from './forge.ts';
import type { Environment, ForgeEvent } from './state/automation.ts';
import { stampOf } from './state/clock.ts';
import type { Account, App, Level, Role, Team } from './state/people.ts';
import type { Protection, Repo } from './state/work.ts';
import { HttpFault, notFound } from './web/faults.ts';

/** What a site's administrator does by hand; most of it through POST /_forge/… too. */
export type Admin = ReturnType<typeof makeAdmin>;

export function makeAdmin(forge: Forge) {
  return { ...peopleOf(forge), ...appsOf(forge), ...reposOf(forge), ...timeOf(forge), ...eventsOf(forge) };
}

export interface NewAccount {
  readonly login: string;
  readonly name?: string;
  readonly email?: string;
}

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

function peopleOf(forge: Forge) {
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

export interface NewApp {
  readonly slug: string;
  /** The account it belongs to and is installed on, for all its repositories. */
  readonly owner: string;
  readonly name?: string;
  readonly permissions: Readonly<Record<string, Level>>;
  /** PEM; a pair is made when it is not given. */
  readonly publicKey?: string;
}

function appsOf(forge: Forge) {
  return {
    /** `login` is its bot account; `privateKey` (PEM) is empty when the caller brought the public one. */
    createApp(asked: NewApp): {
      id: number;
      slug: string;
      clientId: string;
      login: string;
      installationId: number;
      privateKey: string;
    } {
      const { publicKey, privateKey } =
        asked.publicKey === undefined ? makeKeys() : { publicKey: asked.publicKey, privateKey: '' };
      const id = forge.db.nextId();
      const login = addAccount(forge, { login: `${asked.slug}[bot]` }, 'Bot').login;
      const app: App = {
        ...{ id, slug: asked.slug, name: asked.name ?? asked.slug, owner: existing(forge, asked.owner).login },
        ...{ clientId: `Iv1.${randomBytes(8).toString('hex')}`, publicKey, permissions: asked.permissions, events: [] },
        createdAt: forge.clock.stamp(),
      };
      forge.db.apps.put(id, app);
      const installationId = forge.db.nextId();
      const installation = {
        id: installationId,
        appId: id,
        account: app.owner,
        repositories: 'all' as const,
        createdAt: app.createdAt,
      };
      forge.db.installations.put(installationId, installation);
      return { id, slug: app.slug, clientId: app.clientId, login, installationId, privateKey };
    },
  };
}

interface Place {
  readonly repository: string;
  readonly environment?: string;
}

export interface NewEnvironment {
  readonly repository: string;
  readonly name: string;
  /** Name patterns; left out: any branch. */
  readonly branches?: readonly string[];
  /** Logins, or `team:slug`. */
  readonly reviewers?: readonly string[];
  readonly preventSelfReview?: boolean;
}

export interface NewProtection
  extends Partial<Pick<Protection, 'restrictions' | 'enforceAdmins' | 'allowForce' | 'allowDelete'>> {
  readonly repository: string;
  readonly branch: string;
  /** Names of required checks. */
  readonly checks?: readonly string[];
  readonly strict?: boolean;
  /** Approvals needed. */
  readonly reviews?: number;
  readonly dismissStale?: boolean;
}

function reposOf(forge: Forge) {
  return {
    /** With `files` or `autoInit` it has a first commit, else it is empty until someone pushes. */
    async createRepo(asked: NewRepo): Promise<{ id: number; fullName: string; cloneUrl: string }> {
      const repo = await addRepo(forge, { ...asked, owner: existing(forge, asked.owner).login });
      const fullName = `${repo.owner}/${repo.name}`;
      return { id: repo.id, fullName, cloneUrl: `${forge.origin}/${fullName}.git` };
    },
    setVariable({ name, value, ...place }: Place & { name: string; value: string }): void {
      const at = forge.clock.stamp();
      const setting = { [name]: { value, createdAt: at, updatedAt: at } };
      change(forge, place, (held) => ({ variables: { ...held.variables, ...setting } }));
    },
    setSecret({ name, value, ...place }: Place & { name: string; value: string }): void {
      change(forge, place, (held) => ({ secrets: { ...held.secrets, [name]: value } }));
    },
    setEnvironment({ repository, name, branches, reviewers, preventSelfReview }: NewEnvironment): void {
      putEnvironment(forge, repoNamed(forge, repository), name, {
        branches: branches ?? null,
        reviewers: (reviewers ?? []).map((who) =>
          who.startsWith('team:') ? { type: 'Team', name: who.slice(5) } : { type: 'User', name: who },
        ),
        preventSelfReview: preventSelfReview ?? false,
      });
    },
    protectBranch(asked: NewProtection): void {
      const repoId = repoNamed(forge, asked.repository).id;
      const { branch, checks, strict = false, reviews, dismissStale = false } = asked;
      forge.db.protections.put(`${repoId}/${branch}`, {
        ...{ repoId, branch, restrictions: asked.restrictions ?? null },
        checks: checks === undefined && !strict ? null : { strict, contexts: checks ?? [] },
        reviews: reviews === undefined ? null : { count: reviews, dismissStale, codeOwners: false },
        ...{
          enforceAdmins: asked.enforceAdmins ?? false,
          allowForce: asked.allowForce ?? false,
          allowDelete: asked.allowDelete ?? false,
        },
      });
    },
  };
}

function timeOf(forge: Forge) {
  const tell = () => {
    const now = stampOf(forge.clock.now());
    forge.events.emit({
      event: 'clock',
      repository: '',
      payload: { now },
      actor: { login: '', type: '' },
      via: 'user',
      at: now,
    });
  };
  return {
    now: () => forge.clock.now(),
    set(date: Date): void {
      forge.clock.set(date);
      tell();
    },
    /** Milliseconds. */
    advance(milliseconds: number): void {
      forge.clock.advance(milliseconds);
      tell();
    },
  };
}

function eventsOf(forge: Forge) {
  return {
    /** Drop, repeat, reorder or keep back what the runner is told; undefined delivers all again. */
    eventFilter(filter: EventFilter | undefined): void {
      forge.events.filter = filter ?? ((events) => events);
    },
    /** Delivers events a filter kept back. */
    deliver(events: readonly ForgeEvent[]): void {
      forge.events.deliver(events);
    },
  };
}

const LOGIN = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})(?:\[bot\])?$/;

function addAccount(forge: Forge, { login, name, email }: NewAccount, type: Account['type']): Account {
  if (!LOGIN.test(login)) throw new HttpFault(422, `${login} is no login.`);
  if (forge.db.accounts.get(login.toLowerCase()) !== undefined) throw new HttpFault(422, `${login} is taken.`);
  const id = forge.db.nextId();
  const about = { name: name ?? null, email: email ?? null, description: null, createdAt: forge.clock.stamp() };
  return forge.db.accounts.put(login.toLowerCase(), { id, login, type, ...about });
}

function existing(forge: Forge, login: string): Account {
  const account = forge.db.accounts.get(login.toLowerCase());
  if (account === undefined) throw new HttpFault(404, `There is no account ${login}.`);
  return account;
}

function repoNamed(forge: Forge, fullName: string): Repo {
  const repo = forge.db.reposNamed(fullName.toLowerCase())[0];
  if (repo === undefined) throw new HttpFault(404, `There is no repository ${fullName}.`);
  return repo;
}

function putMember(forge: Forge, org: string, login: string, role: 'admin' | 'member'): void {
  const key = `${existing(forge, org).login}/${existing(forge, login).login}`.toLowerCase();
  const held = forge.db.memberships.get(key)?.role;
  forge.db.memberships.put(key, {
    org: existing(forge, org).login,
    login: existing(forge, login).login,
    role: held === 'admin' ? held : role,
  });
}

function addTeam(forge: Forge, { org, name, description }: NewTeam): Team {
  const at = forge.clock.stamp();
  const slug = name.toLowerCase().replace(/[^a-z0-9-]+/g, '-');
  const team = { id: forge.db.nextId(), org: existing(forge, org).login, slug, name, description: description ?? null };
  return forge.db.teams.put(keyOf(team), { ...team, members: {}, repos: {}, createdAt: at, updatedAt: at });
}

function grant(forge: Forge, org: string, slug: string, repository: string, permission: Permission): void {
  const team = teamNamed(forge, org, slug);
  const repos = { ...team.repos, [repoNamed(forge, repository).id]: roleNamed(permission) };
  forge.db.teams.put(keyOf(team), { ...team, repos });
}

function roleNamed(permission: Permission): Role {
  if (permission === 'pull') return 'read';
  return permission === 'push' ? 'write' : permission;
}

function joinTeam(forge: Forge, org: string, slug: string, login: string, role: 'member' | 'maintainer'): void {
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

/** Puts a variable or secret on the repository or on one of its environments. */
function change(
  forge: Forge,
  { repository, environment }: Place,
  changed: (held: Pick<Environment, 'variables' | 'secrets'>) => Partial<Pick<Environment, 'variables' | 'secrets'>>,
): void {
  const repo = repoNamed(forge, repository);
  if (environment === undefined) {
    forge.db.repos.patch(repo.id, changed(repo));
    return;
  }
  const row = putEnvironment(forge, repo, environment, {});
  putEnvironment(forge, repo, environment, changed(row));
}

function makeKeys(): { publicKey: string; privateKey: string } {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    privateKey: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
  };
}
