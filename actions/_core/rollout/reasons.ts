import { dayOf, plusDays, plusMonth } from '#core/calendar/day.ts';
import { type Freeze, freezeOf } from '#core/calendar/freeze.ts';
import { laneName } from '#core/distribution/distribution.ts';
import { quoted } from '#core/intake/markdown.ts';
import { NOBODY, type Reason } from '#core/why/why.ts';
import { type Case, reason } from './case.ts';
import { emergencyBranch, emergencyTag } from './emergency.ts';
import { exceptionFaults } from './excepted.ts';
import { together } from './peers.ts';
import { teamsOf } from './people.ts';
import { rolledOut } from './rolled-out.ts';
import { isUrgent, type Move, type Standing, since } from './standing.ts';
import { verified } from './verified.ts';

/** Why a PPA does not move: every reason that stands, never only the first. None: it may move. */

/** Everything there is to say: what stands in the way, and what is late. */
export function reasonsOf(given: Case): Reason[] {
  return [...late(given), ...blockersOf(given)];
}

/** What stands between the present state and the next; lateness alone keeps nothing back. */
export function blockersOf(given: Case): Reason[] {
  const grouped = ['in-verification', 'staged-rollout', 'umd-store'].includes(given.standing.state);
  return [...ownBlockersOf(given), ...(grouped && !given.facts.merged ? together(given) : [])];
}

/** The same, without what its group waits for. */
export function ownBlockersOf(given: Case): Reason[] {
  const { standing, facts, world } = given;
  const teams = (...movers: Parameters<typeof teamsOf>[2]) => teamsOf(world, facts.lane, movers);
  switch (standing.state) {
    case 'unverified':
      return [
        reason(
          'waiting for item',
          `${begunAnew(standing)}Nobody has taken it for verification yet (\`/verify\`).`,
          teams('verifier'),
        ),
      ];
    case 'in-verification':
      return [...held(given), ...verified(given)];
    case 'waiting-for-response': {
      const ticket = standing.tickets.at(-1);
      if (standing.opening !== undefined)
        return [reason('blocked by item', 'It waits for a problem ticket that is being opened.', NOBODY)];
      return [
        reason(
          'blocked by item',
          `It waits for the problem ticket #${ticket}.`,
          `the provider in #${ticket}, then ${teams('verifier')}`,
        ),
      ];
    }
    case 'staged-rollout':
      return [...held(given), ...verified(given), ...rolledOut(given)];
    case 'umd-store':
      return facts.merged
        ? [inCandidate(given)]
        : [...enteringOf(given), ...(isUrgent(standing) ? [alone(given)] : frozen(given))];
    case 'production':
      return [
        reason('pass', `Released${facts.releasedBy === undefined ? '' : ` with ${facts.releasedBy}`}.`, 'nobody'),
      ];
    case 'rejected':
      return [reason('permanently', rejection(standing.moves.at(-1)), 'nobody: the provider may submit a new version')];
  }
}

/** Said as long as nobody has begun again: what was about the former lock does not count any more. */
function begunAnew({ moves }: Pick<Standing, 'moves'>): string {
  const last = moves.at(-1);
  if (last?.event !== 'lock-changed') return '';
  return `${last.why} Approvals, verification and reports of the former one are void. `;
}

/** A newer PPA's number is ours and stays a link; a person's words are quoted. */
function rejection(move: Move | undefined): string {
  return move?.event === 'superseded' ? move.why : `Rejected: ${quoted(move?.why ?? '')}`;
}

/** domain.md section 3: verification begins within 1 month of injection and takes at most 1 week. */
export function dueDay({ state, moves }: Pick<Standing, 'state' | 'moves'>): string | undefined {
  const begun = new Date(moves.at(-1)?.at ?? '');
  if (state === 'unverified') return dayOf(plusMonth(begun));
  return state === 'in-verification' ? dayOf(plusDays(begun, 7)) : undefined;
}

export function isLate(standing: Pick<Standing, 'state' | 'moves'>, now: Date): boolean {
  const due = dueDay(standing);
  return due !== undefined && dayOf(now) > due;
}

function late({ standing, facts, world }: Case): Reason[] {
  if (!isLate(standing, world.now)) return [];
  const what = standing.state === 'unverified' ? 'Verification has not begun' : 'Verification is not done';
  return [
    reason('waiting for item', `${what} by ${dueDay(standing)}: delayed.`, teamsOf(world, facts.lane, ['verifier'])),
  ];
}

function held({ standing }: Case): Reason[] {
  return standing.holds.map(({ reason: why, by }) =>
    reason('blocked by item', `Held: ${quoted(why)}`, `@${by} (\`/unhold\`)`),
  );
}

export function freezeFor({ facts, world }: Pick<Case, 'facts' | 'world'>): Freeze {
  return freezeOf(world.calendar, facts.lane, world.released, world.now);
}

function frozen(given: Case): Reason[] {
  const { frozen: is, release } = freezeFor(given);
  if (!is || release === undefined) return [];
  const faults = exceptionFaults(given);
  if (faults === undefined) return [];
  const lane = laneName(given.facts.lane);
  const tag = `${given.facts.lane.distribution}-${release.version}`;
  if (dayOf(given.world.now) > release.date) {
    const late = `${lane} is still frozen for ${tag}, which was planned for ${release.date}: release it, or move it in the calendar.`;
    return [reason('waiting for item', late, teamsOf(given.world, given.facts.lane, ['release-manager']))];
  }
  return [
    reason(
      'temporarily',
      `${lane} is frozen for ${tag}; it enters the candidate after that release.${faults.map((said) => ` ${said}`).join('')}`,
      NOBODY,
      release.date,
    ),
  ];
}

/** What was withdrawn never comes back by itself. */
function withdrawn({ facts, world }: Case): Reason[] {
  const why = world.leaving.get(facts.ppa);
  return why === undefined ? [] : [reason('permanently', quoted(why), teamsOf(world, facts.lane, ['release-manager']))];
}

/** What keeps it back whichever way it goes on: into the candidate, or alone. */
export function enteringOf(given: Case): Reason[] {
  return [...withdrawn(given), ...held(given), ...verified(given), ...rolledOut(given)];
}

/** Confirmed as an emergency it does not wait for the candidate: a release manager tags its own branch. */
function alone({ facts, world }: Case): Reason {
  const tag = emergencyTag(facts.lane, world.released);
  return reason(
    'temporarily',
    `It is released alone: when \`${emergencyBranch(facts.ppa)}\` is tested, tag its head \`${tag}\`.`,
    teamsOf(world, facts.lane, ['release-manager']),
  );
}

function inCandidate(given: Case): Reason {
  const { release } = freezeFor(given);
  const managers = teamsOf(given.world, given.facts.lane, ['release-manager']);
  if (release === undefined) return reason('temporarily', 'It is in the candidate; no release is planned.', managers);
  const tag = `${given.facts.lane.distribution}-${release.version}`;
  return reason(
    'temporarily',
    `It is in the candidate and will be released with ${tag}.`,
    `${managers}, on the day`,
    release.date,
  );
}

/** ISO time at which it became ready for the candidate: the order of merging. */
export function readySince(standing: Standing): string {
  return since(standing);
}
