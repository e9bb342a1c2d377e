import { type Command, USAGE } from './commands.ts';
import { type Grant, grant, type Hearing, move, only } from './grant.ts';
import { confirm, emergency, noEmergency } from './grant-emergency.ts';
import { hold, unhold } from './grant-holds.ts';
import { acceptWithout, report, selectTeams } from './grant-staged-rollout.ts';
import { rerun, resume, take, wait } from './grant-verification.ts';

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
  accept: (hearing, { reason }) => acceptWithout(hearing, reason),
  reject: (hearing, { reason }) => move(hearing, 'turned-down', reason),
  'release-type': (hearing, { type }) =>
    only(hearing, ['verifier', 'release-team']) ?? grant({ ...hearing.standing, type }, `The release type is ${type}.`),
  emergency,
  confirm: (hearing) => confirm(hearing),
  'no-emergency': (hearing, { reason }) => noEmergency(hearing, reason),
  rerun: (hearing, { criterion }) => rerun(hearing, criterion),
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
