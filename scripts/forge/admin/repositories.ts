import { putEnvironment } from '#scripts/forge/acts/environments.ts';
import { addRepo, type NewRepo } from '#scripts/forge/acts/repos.ts';
import type { Forge } from '#scripts/forge/forge.ts';
import type { Environment } from '#scripts/forge/state/automation.ts';
import type { Protection } from '#scripts/forge/state/work.ts';
import { existing, repoNamed } from './accounts.ts';

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

export function reposOf(forge: Forge) {
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
