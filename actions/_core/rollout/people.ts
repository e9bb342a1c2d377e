import type { Lane, Role } from '#core/distribution/distribution.ts';
import type { Actor, PpaFacts, World } from './facts.ts';
import type { Mover } from './rollout.ts';
import type { Standing } from './standing.ts';

/** Who a person is, by the forge's teams. */

/** In the lane's own distribution: another one's verifier is none here. */
export function hasRole({ roles }: Pick<World, 'roles'>, lane: Lane, { login }: Actor, role: Role): boolean {
  return roles[lane.distribution]?.[role]?.includes(login.toLowerCase()) ?? false;
}

export function mayMove(world: World, lane: Lane, actor: Actor, movers: readonly Mover[]): boolean {
  return movers.some((mover) => mover !== 'reconciler' && hasRole(world, lane, actor, mover));
}

/** `@umd/verifiers or @umd/release-team` */
export function teamsOf(
  { org, distributions }: Pick<World, 'org' | 'distributions'>,
  lane: Lane,
  movers: readonly Mover[],
): string {
  const teams = distributions.find(({ distribution }) => distribution === lane.distribution)?.teams;
  const named = movers.map((mover) =>
    mover === 'reconciler' ? 'the reconciler itself' : `@${org}/${teams?.[mover] ?? mover}`,
  );
  return named.join(' or ');
}

/** Selected early adopter teams: the manager's choice, else the product card's. */
export function selectedTeams(standing: Standing, { id }: Pick<PpaFacts, 'id'>, { cards }: World): readonly string[] {
  return standing.eaTeams ?? cards[id.product]?.eaTeams ?? [];
}

export function eaTeamsOf({ login }: Actor, teams: readonly string[], { eaMembers }: World): string[] {
  return teams.filter((team) => eaMembers[team]?.includes(login.toLowerCase()) ?? false);
}

/** A provider's own people do not judge its product. */
export function isPartial(world: World, { id }: Pick<PpaFacts, 'id'>, { login }: Actor): boolean {
  return world.providers[id.provider]?.people.some((person) => person.toLowerCase() === login.toLowerCase()) ?? false;
}
