/** Who is there: accounts, organisations, teams, apps, tokens. Dates are ISO texts from the forge's clock. */
export interface Account {
  readonly id: number;
  readonly login: string;
  readonly type: 'User' | 'Organization' | 'Bot';
  readonly name: string | null;
  readonly email: string | null;
  readonly description: string | null;
  readonly createdAt: string;
}

/** In ascending order of rights. `none` sees nothing of a private repository. */
export const ROLES = ['none', 'read', 'triage', 'write', 'maintain', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export interface Membership {
  readonly org: string;
  readonly login: string;
  readonly role: 'admin' | 'member';
}

export interface Team {
  readonly id: number;
  readonly org: string;
  readonly slug: string;
  readonly name: string;
  readonly description: string | null;
  readonly members: Readonly<Record<string, 'member' | 'maintainer'>>;
  /** Repository id to role. */
  readonly repos: Readonly<Record<string, Role>>;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export type Level = 'none' | 'read' | 'write';
/** Scope (`pull_requests`, `contents`, …, always with underscores) to level; an absent scope is `none`. */
export type Permissions = Readonly<Record<string, Level>>;

export interface App {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly owner: string;
  readonly clientId: string;
  /** PEM; empty for the forge's own app, which signs nothing. */
  readonly publicKey: string;
  readonly permissions: Permissions;
  readonly events: readonly string[];
  readonly createdAt: string;
}

export interface Installation {
  readonly id: number;
  readonly appId: number;
  readonly account: string;
  /** Repository ids, or all of the account's. */
  readonly repositories: readonly number[] | 'all';
  readonly createdAt: string;
}

/** A password of git and bearer of REST. `repositories` and `permissions` narrow apps and workflows, never people. */
export interface Token {
  readonly token: string;
  readonly kind: 'user' | 'app' | 'workflow';
  readonly login: string;
  readonly appId: number | null;
  readonly permissions: Permissions;
  readonly repositories: readonly number[] | 'all';
  /** Account whose repositories `all` means. */
  readonly account: string | null;
  readonly expiresAt: string | null;
}
