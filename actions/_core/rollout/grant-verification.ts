import { parseVerification } from '#core/verification/verification.ts';
import type { Command } from './commands.ts';
import { type Grant, grant, type Hearing, move, only, refuse } from './grant.ts';
import type { Standing } from './standing.ts';
import { stateTitle } from './state.ts';

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
export function wait(hearing: Hearing, command: Extract<Command, { kind: 'waiting' }>): Grant {
  if ('ticket' in command) return waitFor(hearing, command);
  const { kind: _, ...wish } = command;
  const { id, by } = hearing.request;
  const asked = move(hearing, 'problem-reported', `${command.criticality}: ${command.subject}`);
  if (!asked.granted) return asked;
  return grant(
    { ...asked.standing, opening: { ...wish, request: id, by: by.login } },
    `${asked.sentence} A ticket is opened.`,
  );
}

function waitFor(hearing: Hearing, { ticket }: { readonly ticket: number }): Grant {
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

/** A critical ticket that is open blocks: it is solved by closing it. */
export function resume(hearing: Hearing): Grant {
  const { standing, world } = hearing;
  const ticket = world.issues[standing.tickets.at(-1) ?? 0];
  if (standing.state === 'waiting-for-response' && (standing.opening !== undefined || ticket?.open === true))
    return refuse(`${ticket === undefined ? 'The ticket' : `#${ticket.number}`} is still open; closing it resumes.`);
  return move(hearing, 'problem-solved', 'The problem is solved.');
}

/** What had begun when it was asked for: runs are numbered in their order, and the clock has whole seconds only. */
function rerunFrom({ request, facts }: Hearing): Pick<Standing, 'rerunSince' | 'rerunPast'> {
  const begun = facts.runs.filter(({ createdAt }) => createdAt <= request.at).map(({ id }) => id);
  const found = facts.evidence.filter(({ createdAt }) => createdAt <= request.at).map(({ run }) => run);
  return { rerunSince: request.at, rerunPast: Math.max(0, ...begun, ...found) };
}

/** One criterion, or all; of two that are asked for before either was tried, all. */
export function rerun(hearing: Hearing, criterion?: string): Grant {
  const { standing, facts } = hearing;
  const denied = only(hearing, ['verifier', 'release-team']);
  if (denied !== undefined) return denied;
  if (standing.state !== 'in-verification')
    return refuse(`It is in ${stateTitle(standing.state)}, not in verification.`);
  const file = facts.verification;
  const rows = file === undefined ? [] : (parseVerification(file.text, { file: file.path }).value?.rows ?? []);
  const machine = rows.filter(({ by }) => by === 'machine').map((row) => row.criterion);
  if (criterion !== undefined && !machine.includes(criterion))
    return refuse(`${criterion} is no automated criterion of this PPA. There are: ${machine.join(', ')}.`);
  const { evidence, rerunCriterion: asked, ...rest } = standing;
  const waits = evidence === undefined && asked !== criterion;
  const one = criterion === undefined || waits ? undefined : criterion;
  return grant(
    { ...rest, ...rerunFrom(hearing), ...(one === undefined ? {} : { rerunCriterion: one }) },
    one === undefined ? 'It will be verified again.' : `${one} will be tried again; its other results stay.`,
  );
}
