import type { Forge } from '#scripts/forge/forge.ts';
import type { PushRule } from '#scripts/forge/git/hook.ts';
import type { Protection, Repo } from '#scripts/forge/state/work.ts';
import type { Principal } from './principal.ts';
import { roleOf } from './roles.ts';

export const NOT_AUTHORIZED =
  "You're not authorized to push to this branch. Visit https://docs.github.com/articles/about-protected-branches/ for more information.";

export function protectionOf(forge: Forge, repo: Repo, branch: string): Protection | undefined {
  return forge.db.protections.get(`${repo.id}/${branch}`);
}

/** Whether the protection binds the one who asks: administrators pass unless it is enforced for them. */
export function binds(forge: Forge, principal: Principal, repo: Repo, protection: Protection): boolean {
  if (protection.enforceAdmins || principal.kind !== 'user') return true;
  return roleOf(forge, repo, principal.actor.login) !== 'admin';
}

/** Why these people, teams and apps only may push; undefined when this one may. */
export function restrictionOn(
  forge: Forge,
  principal: Principal,
  repo: Repo,
  protection: Protection,
): string | undefined {
  const { restrictions } = protection;
  if (restrictions === null) return undefined;
  if (principal.kind === 'bot') {
    const app = forge.db.apps.get(principal.actor.appId ?? 0);
    return app !== undefined && restrictions.apps.includes(app.slug) ? undefined : NOT_AUTHORIZED;
  }
  if (principal.kind !== 'user') return NOT_AUTHORIZED;
  const login = principal.actor.login.toLowerCase();
  const inTeam = forge.db
    .teamsOf(repo.owner.toLowerCase())
    .some(
      (team) =>
        restrictions.teams.includes(team.slug) &&
        Object.keys(team.members).some((member) => member.toLowerCase() === login),
    );
  return inTeam || restrictions.users.some((user) => user.toLowerCase() === login) ? undefined : NOT_AUTHORIZED;
}

/** Why a commit may not be put on the branch directly; undefined when it may. */
export function refusalOfPush(forge: Forge, principal: Principal, repo: Repo, branch: string): string | undefined {
  const protection = protectionOf(forge, repo, branch);
  if (protection === undefined || !binds(forge, principal, repo, protection)) return undefined;
  if (protection.reviews !== null) return 'Changes must be made through a pull request.';
  const [first, ...more] = protection.checks?.contexts ?? [];
  if (first !== undefined) {
    return more.length === 0
      ? `Required status check "${first}" is expected.`
      : `${more.length + 1} of ${more.length + 1} required status checks are expected.`;
  }
  return restrictionOn(forge, principal, repo, protection);
}

/** The rules for one push, all protected branches together, as the hook reads them. */
export function pushRules(forge: Forge, principal: Principal, repo: Repo): PushRule[] {
  return forge.db.protectionsOf(repo.id).flatMap((protection): PushRule[] => {
    if (!binds(forge, principal, repo, protection)) return [];
    const ref = `refs/heads/${protection.branch}`;
    const refusal = refusalOfPush(forge, principal, repo, protection.branch);
    return [
      ...(refusal === undefined ? [] : [{ ref, rule: 'deny' as const, message: refusal }]),
      ...(protection.allowDelete ? [] : [{ ref, rule: 'no-delete' as const, message: 'Cannot delete this branch' }]),
      ...(protection.allowForce
        ? []
        : [{ ref, rule: 'no-force' as const, message: 'Cannot force-push to this branch' }]),
    ];
  });
}
