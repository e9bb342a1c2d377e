import { dayOf, plusDays, plusMonth } from '#core/calendar/day.ts';
import { type Freeze, freezeOf } from '#core/calendar/freeze.ts';
import { laneName } from '#core/distribution/distribution.ts';
import { quoted } from '#core/intake/markdown.ts';
import { lockDigest } from '#core/ppa/lock.ts';
import { complete } from '#core/verification/complete.ts';
import { fillRows } from '#core/verification/fill.ts';
import { criticalFailures, parseVerification } from '#core/verification/verification.ts';
import { NOBODY, type Reason } from '#core/why/why.ts';
import { approvalOf } from './approval.ts';
import type { PpaFacts, World } from './facts.ts';
import { countedReports } from './moves.ts';
import { selectedTeams, teamsOf } from './people.ts';
import type { Standing } from './standing.ts';
import { since } from './standing.ts';
import { attemptsLeft, isServed } from './verify.ts';

/** Why a PPA does not move: every reason that stands, never only the first. None: it may move. */

export interface Case {
  readonly standing: Standing;
  readonly facts: PpaFacts;
  readonly world: World;
}

/** Everything there is to say: what stands in the way, and what is late. */
export function reasonsOf(given: Case): Reason[] {
  return [...late(given), ...blockersOf(given)];
}

/** What stands between the present state and the next; lateness alone keeps nothing back. */
export function blockersOf(given: Case): Reason[] {
  const { standing, facts, world } = given;
  const teams = (...movers: Parameters<typeof teamsOf>[2]) => teamsOf(world, facts.lane, movers);
  switch (standing.state) {
    case 'unverified':
      return [reason('waiting for item', 'Nobody has taken it for verification yet (`/verify`).', teams('verifier'))];
    case 'in-verification':
      return [...held(given), ...verified(given)];
    case 'waiting-for-response': {
      const ticket = standing.tickets.at(-1);
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
        : [...held(given), ...verified(given), ...rolledOut(given), ...frozen(given)];
    case 'production':
      return [
        reason('pass', `Released${facts.releasedBy === undefined ? '' : ` with ${facts.releasedBy}`}.`, 'nobody'),
      ];
    case 'rejected':
      return [
        reason(
          'permanently',
          `Rejected: ${quoted(standing.moves.at(-1)?.why ?? '')}`,
          'nobody: the provider may submit a new version',
        ),
      ];
  }
}

export function reason(verdict: Reason['verdict'], sentence: string, who: string, until?: string): Reason {
  return { verdict, sentence, who, ...(until === undefined ? {} : { until }) };
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

/** Evidence, report and approval, each about the present content (design.md section 3). Missing evidence is never a pass. */
function verified(given: Case): Reason[] {
  const { facts, standing } = given;
  if (facts.lock === undefined || lockDigest(facts.lock.text) !== standing.lock)
    return [reason('cannot tell', 'The lock cannot be read.', 'the release team')];
  return [...alone(given), ...tested(given), ...reported(given), ...approved(given)];
}

/** A merge takes the whole branch in, so the branch holds nothing but the PPA's own three files. */
function alone({ facts }: Case): Reason[] {
  if (facts.foreign.length === 0) return [];
  const some = facts.foreign.slice(0, 5).map((path) => `\`${path.replaceAll('`', "'")}\``);
  return [reason('blocked by item', `The branch changes other files: ${some.join(', ')}.`, 'whoever pushed them')];
}

function tested(given: Case): Reason[] {
  const { standing, facts, world } = given;
  if (standing.evidence !== undefined) return [];
  if (!attemptsLeft(given))
    return [
      reason(
        'cannot tell',
        'The automated verification failed three times without a result.',
        `${teamsOf(world, facts.lane, ['verifier'])} (\`/rerun\`)`,
      ),
    ];
  const what = isServed(given)
    ? 'The automated verification is not done yet.'
    : 'Its packages are not in untested yet.';
  return [reason('temporarily', what, NOBODY)];
}

function reported({ standing, facts, world }: Case): Reason[] {
  const who = standing.verifier === undefined ? teamsOf(world, facts.lane, ['verifier']) : `@${standing.verifier}`;
  const file = facts.verification;
  if (file === undefined) return [reason('cannot tell', 'There is no verification.yml.', who)];
  const { value, faults } = parseVerification(file.text, { file: file.path });
  if (value === undefined)
    return [
      reason(
        'cannot tell',
        `verification.yml cannot be read: ${quoted(faults.map(({ sentence }) => sentence).join(' '))}`,
        who,
      ),
    ];
  const lacks = complete(value);
  const failing = criticalFailures(value).map(({ criterion }) => criterion);
  return [
    ...(standing.evidence !== undefined && fillRows(file.text, standing.evidence.value) !== file.text
      ? [reason('temporarily', 'The automated results are being written into verification.yml.', NOBODY)]
      : []),
    ...(value.ppa === facts.ppa ? [] : [reason('cannot tell', `verification.yml is about ${value.ppa}.`, who)]),
    ...(lacks.length === 0
      ? []
      : [reason('waiting for item', `verification.yml is not complete: ${lacks.join(' ')}`, who)]),
    ...(failing.length === 0
      ? []
      : [
          reason(
            'blocked by item',
            `Critical criteria fail: ${failing.join(', ')}. It can only wait (\`/waiting #<issue>\`) or be rejected (\`/reject <reason>\`).`,
            who,
          ),
        ]),
    ...(value.outcome === 'rejected' && failing.length === 0
      ? [reason('blocked by item', 'The verifier’s outcome is: rejected (`/reject <reason>`).', who)]
      : []),
  ];
}

function approved(given: Case): Reason[] {
  const approval = approvalOf(given);
  const who = teamsOf(given.world, given.facts.lane, ['verifier']);
  if (approval.kind === 'approved') return [];
  if (approval.kind === 'objected')
    return [reason('blocked by item', `@${approval.by} asked for changes.`, `@${approval.by}`)];
  return [reason('needs approval', approval.sentence, who)];
}

/** domain.md section 3: StagedRollout → UMDStore when all early adopters' reports are in and none rejects. */
function rolledOut(given: Case): Reason[] {
  const { standing, facts, world } = given;
  const managers = teamsOf(world, facts.lane, ['staged-rollout-manager']);
  const teams = selectedTeams(standing, facts, world);
  if (teams.length === 0)
    return [reason('waiting for item', 'No early adopter team is selected (`/ea-teams <team>,<team>`).', managers)];
  const reports = countedReports(standing);
  return teams.flatMap((team) => {
    const report = reports.get(team);
    if (report === undefined)
      return [
        reason(
          'waiting for item',
          `Early adopter ${team} has not reported (\`/report accept|reject …\`).`,
          `@${world.org}/ea-${team}`,
        ),
      ];
    if (report.outcome === 'accept') return [];
    return [
      reason(
        'blocked by item',
        `Early adopter ${team} rejects it: ${quoted(report.text)}`,
        `${managers} (\`/waiting #<issue>\` or \`/reject <reason>\`)`,
      ),
    ];
  });
}

export function freezeFor({ facts, world }: Pick<Case, 'facts' | 'world'>): Freeze {
  return freezeOf(world.calendar, facts.lane, world.released, world.now);
}

function frozen(given: Case): Reason[] {
  const { frozen: is, release } = freezeFor(given);
  if (!is || release === undefined) return [];
  const lane = laneName(given.facts.lane);
  const tag = `${given.facts.lane.distribution}-${release.version}`;
  return [
    reason(
      'temporarily',
      `${lane} is frozen for ${tag}; it enters the candidate after that release.`,
      NOBODY,
      release.date,
    ),
  ];
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
