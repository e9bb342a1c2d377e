import { dayOf, plusDays } from '#core/calendar/day.ts';
import { type Command, oneLine } from './commands.ts';
import { differences, triedAny } from './ea-words.ts';
import { type Grant, grant, type Hearing, move, only, refuse } from './grant.ts';
import { stamp } from './moves.ts';
import { lockOf } from './peers.ts';
import { eaTeamsOf, selectedTeams } from './people.ts';
import { policyOf } from './quorum.ts';
import { blockersOf } from './reasons.ts';
import { isSilence } from './rolled-out.ts';
import { type Report, since } from './standing.ts';
import { stateTitle } from './state.ts';

type ReportCommand = Extract<Command, { kind: 'report' }>;

/** A report counts for the lock's versions alone; a warning needs none, but none may differ either. */
function notTried({ facts }: Hearing, { outcome, tried }: ReportCommand): string | undefined {
  const lock = lockOf(facts);
  if (lock === undefined) return 'The lock cannot be read.';
  const other = differences(tried, lock);
  if (other.length > 0)
    return `It was tried with other versions: ${oneLine(other.join('; '), 600)}. Update and report again.`;
  if (outcome === 'reject' || triedAny(tried, lock)) return undefined;
  const wanted = lock.packages.slice(0, 3).map(({ name, version }) => `\`package: ${name} ${version}\``);
  return `It does not say which versions were tried, so it does not count; \`ea-report\` writes them (${wanted.join(', ')}).`;
}

/** Issue 3: after so many days in testing a staged-rollout manager may do without the missing reports, never against a rejecting one. */
export function acceptWithout(hearing: Hearing, why: string): Grant {
  const { standing, facts, world } = hearing;
  const accepted = move(hearing, 'rollout-passed', why);
  if (!accepted.granted) return accepted;
  const given = { standing, facts, world };
  const days = policyOf(world.distributions, facts.lane).fallbackDays;
  const from = plusDays(new Date(since(standing)), days);
  if (world.now.getTime() < from.getTime())
    return refuse(`Without every report it may pass after ${days} days in testing: from ${dayOf(from)} on.`);
  const against = blockersOf(given).filter(({ sentence }) => !isSilence(sentence));
  return against.length === 0 ? accepted : refuse(against.map(({ sentence }) => sentence).join(' '));
}

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
  const { outcome, text, tried } = command;
  const untried = notTried(hearing, command);
  if (untried !== undefined) return refuse(untried);
  const { issues, os: system } = tried;
  const said = {
    ...{ by: request.by.login, at: stamp(world.now), outcome, text, lock: standing.lock },
    ...(issues === undefined ? {} : { issues }),
    ...(system === undefined ? {} : { os: system }),
  };
  const reports: Report[] = teams.map((team) => ({
    team,
    ...said,
    snapshot: command.names.snapshot ?? standing.pinned ?? served,
  }));
  return grant(
    { ...standing, reports: [...standing.reports, ...reports] },
    `Report of ${teams.join(', ')}: ${outcome}.`,
  );
}
