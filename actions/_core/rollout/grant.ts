import type { Role } from '#core/distribution/distribution.ts';
import { type Command, USAGE } from './commands.ts';
import type { PpaFacts, World } from './facts.ts';
import { moved, stamp } from './moves.ts';
import { eaTeamsOf, hasRole, mayMove, selectedTeams, teamsOf } from './people.ts';
import type { Request } from './requests.ts';
import { moversOf, nextState, type RolloutEvent } from './rollout.ts';
import type { Report, Standing } from './standing.ts';
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

function grant(standing: Standing, sentence: string): Grant {
  return { granted: true, standing, sentence };
}

type Deciders = {
  readonly [K in Command['kind']]: (hearing: Hearing, command: Extract<Command, { kind: K }>) => Grant;
};

const DECIDERS = {
  verify: (hearing) => take(hearing),
  waiting: wait,
  resume: (hearing) => resume(hearing),
  'ea-teams': selectTeams,
  report,
  hold: (hearing, { reason }) => hold(hearing, reason),
  unhold: (hearing) => unhold(hearing),
  reject: (hearing, { reason }) => move(hearing, 'turned-down', reason),
  'release-type': (hearing, { type }) =>
    only(hearing, ['verifier', 'release-team']) ?? grant({ ...hearing.standing, type }, `The release type is ${type}.`),
  emergency: (hearing) => emergency(hearing),
  rerun: (hearing) => rerun(hearing),
  why: ({ standing }) => grant(standing, 'What this PPA waits for is said above.'),
  help: ({ standing }) =>
    grant(
      standing,
      Object.values(USAGE)
        .map((usage) => `\`${usage}\``)
        .join(', '),
    ),
} as const satisfies Deciders;

/** One command of a person. Strict: what is not allowed here and now is refused with who may, or when. */
export function decide(hearing: Hearing, command: Command): Grant {
  const decider = DECIDERS[command.kind] as (hearing: Hearing, command: Command) => Grant;
  return decider(hearing, command);
}

function only({ request, world, facts }: Hearing, roles: readonly Role[]): Grant | undefined {
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

/** domain.md section 3: Unverified → In Verification by a verifier, who becomes the owner; the owner must be empty. */
export function take(hearing: Hearing): Grant {
  const { facts, request } = hearing;
  const owner = facts.assignees.find((login) => login.toLowerCase() !== request.by.login.toLowerCase());
  const taken = move(hearing, 'verifier-assigned', 'Taken for verification.');
  if (!taken.granted) return taken;
  if (owner !== undefined) return refuse(`@${owner} owns it already; unassign first.`);
  if (facts.lock === undefined) return refuse('It has no lock file: nothing can be verified.');
  return grant({ ...taken.standing, verifier: request.by.login }, `${taken.sentence} You are its owner.`);
}

/** domain.md section 3, "Verification problem tickets": the subject says that it is one. */
function wait(hearing: Hearing, { ticket }: { readonly ticket: number }): Grant {
  const { world, facts } = hearing;
  const subject = `${facts.lane.distribution.toUpperCase()} Verification:`;
  const issue = world.issues[ticket];
  const asked = move(hearing, 'problem-reported', `Problem ticket #${ticket}.`);
  if (!asked.granted) return asked;
  if (issue === undefined || issue.pull) return refuse(`There is no issue #${ticket}.`);
  if (!issue.title.startsWith(subject)) return refuse(`The title of #${ticket} must begin with "${subject}".`);
  if (!issue.open) return refuse(`#${ticket} is closed: nothing to wait for.`);
  const tickets = [...asked.standing.tickets.filter((known) => known !== ticket), ticket];
  return grant({ ...asked.standing, tickets }, asked.sentence);
}

export function resume(hearing: Hearing): Grant {
  return move(hearing, 'problem-solved', 'The problem is solved.');
}

function selectTeams(hearing: Hearing, { teams }: { readonly teams: readonly string[] }): Grant {
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
function report(hearing: Hearing, command: Extract<Command, { kind: 'report' }>): Grant {
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

const HOLDERS: readonly Role[] = ['verifier', 'staged-rollout-manager', 'release-manager', 'release-team'];

export function hold(hearing: Hearing, reason: string): Grant {
  const { standing, request } = hearing;
  const holds = [...standing.holds.filter((held) => held.reason !== reason), { reason, by: request.by.login }];
  return only(hearing, HOLDERS) ?? grant({ ...standing, holds }, 'Held: it moves no further until `/unhold`.');
}

/** @param reason absent: every hold */
export function unhold(hearing: Hearing, matches: (reason: string) => boolean = () => true): Grant {
  const { standing } = hearing;
  const holds = standing.holds.filter(({ reason }) => !matches(reason));
  return only(hearing, HOLDERS) ?? grant({ ...standing, holds }, 'Held no longer.');
}

/** The label only; the lane of its own comes with the emergency path. */
export function emergency(hearing: Hearing): Grant {
  const denied = only(hearing, ['release-team', 'vulnerability-group']);
  return denied ?? grant({ ...hearing.standing, emergency: true }, 'Marked as an emergency.');
}

function rerun(hearing: Hearing): Grant {
  const { standing, request } = hearing;
  const denied = only(hearing, ['verifier', 'release-team']);
  if (denied !== undefined) return denied;
  if (standing.state !== 'in-verification')
    return refuse(`It is in ${stateTitle(standing.state)}, not in verification.`);
  const { evidence: _, ...rest } = standing;
  return grant({ ...rest, rerunSince: request.at }, 'It will be verified again.');
}
