import type { Forge } from '#scripts/forge/forge.ts';
import type { Environment } from '#scripts/forge/state/automation.ts';
import type { Repo } from '#scripts/forge/state/work.ts';

export function environmentNamed(forge: Forge, repo: Repo, name: string): Environment | undefined {
  return forge.db.environments.get(`${repo.id}/${name.toLowerCase()}`);
}

/** GitHub makes an environment, without any protection, when a job first names it. */
export function environmentFor(forge: Forge, repo: Repo, name: string): Environment {
  return environmentNamed(forge, repo, name) ?? putEnvironment(forge, repo, name, {});
}

export function putEnvironment(forge: Forge, repo: Repo, name: string, change: Partial<Environment>): Environment {
  const at = forge.clock.stamp();
  const present = environmentNamed(forge, repo, name);
  const base = present ?? {
    ...{ id: forge.db.nextId(), repoId: repo.id, name, branches: null, reviewers: [], preventSelfReview: false },
    ...{ variables: {}, secrets: {}, createdAt: at },
  };
  return forge.db.environments.put(`${repo.id}/${name.toLowerCase()}`, { ...base, ...change, updatedAt: at });
}

/** Why a full ref may not use an environment; undefined when it may. A pull request's merge ref is no branch. */
export function refusalOf({ name, branches }: Environment, ref: string): string | undefined {
  if (branches === null) return undefined;
  const named = /^refs\/(?:heads|tags)\/(.+)$/.exec(ref)?.[1];
  if (named !== undefined && branches.some((pattern) => matches(pattern, named))) return undefined;
  return `Branch "${named ?? ref}" is not allowed to deploy to ${name} due to environment protection rules.`;
}

/** Name patterns as Ruby's fnmatch: `*` within a part, `**` across. */
export function matches(pattern: string, name: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replace(/\*\*|\*|\?/g, (sign) => (sign === '**' ? '.*' : sign === '*' ? '[^/]*' : '[^/]'));
  return new RegExp(`^${source}$`).test(name);
}
