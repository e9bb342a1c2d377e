import type { Via } from '#scripts/forge/state/automation.ts';
import type { App, Permissions } from '#scripts/forge/state/people.ts';
import { HttpFault } from '#scripts/forge/web/faults.ts';

/** On whose behalf something is done. */
export interface Actor {
  readonly login: string;
  readonly via: Via;
  /** The app whose token it was. */
  readonly appId: number | null;
}

/** Who asks. `app` is an app signing in as itself (JWT); `bot` is an installation of one or a workflow job. */
export type Principal =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'user'; readonly actor: Actor }
  | { readonly kind: 'app'; readonly app: App }
  | Bot;

export interface Bot {
  readonly kind: 'bot';
  readonly actor: Actor;
  readonly permissions: Permissions;
  readonly repositories: readonly number[] | 'all';
  readonly account: string | null;
}

/** The acting account. @throws HttpFault 401 for nobody, 403 for an app that has not made itself an installation token. */
export function actorOf(principal: Principal): Actor {
  if (principal.kind === 'anonymous') throw new HttpFault(401, 'Requires authentication');
  if (principal.kind === 'app') throw new HttpFault(403, 'Resource not accessible by integration');
  return principal.actor;
}
