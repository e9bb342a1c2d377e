import type { Role } from '#core/distribution/distribution.ts';
import type { PpaFacts, World } from './facts.ts';
import { moved } from './moves.ts';
import { hasRole, mayMove, teamsOf } from './people.ts';
import type { Request } from './requests.ts';
import { moversOf, nextState, type RolloutEvent } from './rollout.ts';
import type { Standing } from './standing.ts';
import { stateTitle } from './state.ts';

/** What becomes of a request: the next standing when it was granted, and the sentence for the person. */
export type Grant =
  | { readonly granted: true; readonly standing: Standing; readonly sentence: string }
  | { readonly granted: false; readonly sentence: string };

/** Everything a request is judged by. */
export interface Hearing {
  readonly standing: Standing;
  readonly facts: PpaFacts;
  readonly world: World;
  readonly request: Request;
}

export function refuse(sentence: string): Grant {
  return { granted: false, sentence };
}

export function grant(standing: Standing, sentence: string): Grant {
  return { granted: true, standing, sentence };
}

/** A refusal for whoever has none of the roles. */
export function only({ request, world, facts }: Hearing, roles: readonly Role[]): Grant | undefined {
  if (roles.some((role) => hasRole(world, facts.lane, request.by, role))) return undefined;
  return refuse(`Only ${teamsOf(world, facts.lane, roles)} may do this.`);
}

/** A move of the machine that a person asks for: first whether it leads anywhere, then who may. */
export function move({ standing, facts, world, request }: Hearing, event: RolloutEvent, why: string): Grant {
  const to = nextState(standing.state, event);
  if (to === undefined) return refuse(`This does not lead anywhere from ${stateTitle(standing.state)}.`);
  const movers = moversOf(standing.state, event);
  if (!mayMove(world, facts.lane, request.by, movers))
    return refuse(`Only ${teamsOf(world, facts.lane, movers)} may do this.`);
  const by = request.by.login;
  return grant(moved(standing, { event, by, why, at: world.now }), `Moved to ${stateTitle(to)}.`);
}
