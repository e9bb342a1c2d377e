import type { Forge } from '#scripts/forge/forge.ts';
import type { Account } from '#scripts/forge/state/people.ts';
import type { Repo } from '#scripts/forge/state/work.ts';
import { HttpFault } from '#scripts/forge/web/faults.ts';

export interface NewAccount {
  readonly login: string;
  readonly name?: string;
  readonly email?: string;
}

const LOGIN = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})(?:\[bot\])?$/;

export function addAccount(forge: Forge, { login, name, email }: NewAccount, type: Account['type']): Account {
  if (!LOGIN.test(login)) throw new HttpFault(422, `${login} is no login.`);
  if (forge.db.accounts.get(login.toLowerCase()) !== undefined) throw new HttpFault(422, `${login} is taken.`);
  const id = forge.db.nextId();
  const about = { name: name ?? null, email: email ?? null, description: null, createdAt: forge.clock.stamp() };
  return forge.db.accounts.put(login.toLowerCase(), { id, login, type, ...about });
}

export function existing(forge: Forge, login: string): Account {
  const account = forge.db.accounts.get(login.toLowerCase());
  if (account === undefined) throw new HttpFault(404, `There is no account ${login}.`);
  return account;
}

export function repoNamed(forge: Forge, fullName: string): Repo {
  const repo = forge.db.reposNamed(fullName.toLowerCase())[0];
  if (repo === undefined) throw new HttpFault(404, `There is no repository ${fullName}.`);
  return repo;
}
