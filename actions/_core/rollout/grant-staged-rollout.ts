import type { Command } from './commands.ts';
import { type Grant, grant, type Hearing, only, refuse } from './grant.ts';
import { stamp } from './moves.ts';
import { eaTeamsOf, selectedTeams } from './people.ts';
import type { Report } from './standing.ts';
import { stateTitle } from './state.ts';

export function selectTeams(hearing: Hearing, { teams }: { readonly teams: readonly string[] }): Grant {
  const { standing, world } = hearing;
  const denied = only(hearing, ['staged-rollout-manager']);
  if (denied !== undefined) return denied;
  if (standing.state === 'umd-store') return refuse('Staged rollout is over.');
  const unknown = teams.filter(
    (team) => world.adopters.teams[team] === undefined || world.eaMembers[team] === undefined,
  );
  if (unknown.length > 0) {
    const known = Object.keys(world.adopters.teams).sort().join(', ');
    return refuse(`No early adopter team: ${unknown.join(', ')}. There are: ${known}.`);
  }
  return grant({ ...standing, eaTeams: teams }, `Early adopters: ${teams.join(', ')}.`);
}

/** design.md section 3: a report is bound to the lock and to the snapshot it was tried on. */
export function report(hearing: Hearing, command: Extract<Command, { kind: 'report' }>): Grant {
  const { standing, facts, world, request } = hearing;
  if (standing.state !== 'staged-rollout')
    return refuse(`It is in ${stateTitle(standing.state)}, not in StagedRollout.`);
  const selected = selectedTeams(standing, facts, world);
  const teams = eaTeamsOf(request.by, selected, world);
  if (teams.length === 0)
    return refuse(`Only members of the selected teams may report: ${selected.join(', ') || 'none is selected yet'}.`);
  const { lock } = command.names;
  if (lock !== undefined && !standing.lock.startsWith(lock))
    return refuse(`The report is about lock ${lock}; the present one is ${standing.lock.slice(0, 16)}.`);
  const { os, arch } = facts.id;
  const served = world.served[`${facts.lane.distribution}-${facts.lane.major}/${os}/${arch}`]?.testing ?? '';
  const { outcome, text } = command;
  const said = { by: request.by.login, at: stamp(world.now), outcome, text, lock: standing.lock };
  const reports: Report[] = teams.map((team) => ({ team, ...said, snapshot: command.names.snapshot ?? served }));
  return grant(
    { ...standing, reports: [...standing.reports, ...reports] },
    `Report of ${teams.join(', ')}: ${outcome}.`,
  );
}
