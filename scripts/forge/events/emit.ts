import type { Actor } from '#scripts/forge/access/principal.ts';
import type { Forge } from '#scripts/forge/forge.ts';
import type { Repo } from '#scripts/forge/state/work.ts';
import { fullName } from '#scripts/forge/views/basics.ts';
import { accountOf, showOrgBriefly, showUser } from '#scripts/forge/views/people.ts';
import { showRepo } from '#scripts/forge/views/repo.ts';

/** Tells the runner that something happened, in the shape of GitHub's webhooks: what, where, by whom. */
export function emit(
  forge: Forge,
  actor: Actor,
  repo: Repo,
  event: string,
  payload: Readonly<Record<string, unknown>>,
): void {
  const fresh = forge.db.repos.get(repo.id) ?? repo;
  const owner = accountOf(forge, repo.owner);
  forge.events.emit({
    event,
    repository: fullName(repo),
    payload: {
      ...payload,
      repository: showRepo(forge, fresh),
      ...(owner.type === 'Organization' ? { organization: showOrgBriefly(forge, owner) } : {}),
      sender: showUser(forge, actor.login),
    },
    actor: { login: actor.login, type: accountOf(forge, actor.login).type },
    via: actor.via,
    at: forge.clock.stamp(),
  });
}
