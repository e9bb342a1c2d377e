import type { ReleaseType } from '#core/ppa/lock.ts';
import { checkOf } from '#core/schema.ts';
import type { VerificationEvidence } from '#core/verification/evidence.ts';
import type { Trusted } from './evidence.ts';
import type { RolloutEvent } from './rollout.ts';
import { STATES, type State } from './state.ts';

/**
 * Where a PPA stands: everything that was decided about it and cannot be read again from the forge as it was then. Kept
 * by the reconciler in the text of its own check-run on the pull request's head, which no person can edit (a comment
 * anyone with write access can), and written before anything it leads to. The labels follow it.
 */
export interface Standing {
  readonly ppa: string;
  readonly pull: number;
  readonly state: State;
  /** sha256 of the lock that all of this is about, and since when (ISO). */
  readonly lock: string;
  readonly lockSince: string;
  readonly type: ReleaseType;
  readonly emergency: boolean;
  /** What was agreed on for an emergency; the short way is open once it is confirmed. */
  readonly urgent?: Urgency;
  /** Emergencies that were taken back. */
  readonly retracted?: readonly Retracted[];
  /** Owner: login of the verifier who took it. */
  readonly verifier?: string;
  /** Team names without `ea-`, as selected by the manager; absent: the product card's. */
  readonly eaTeams?: readonly string[];
  readonly holds: readonly { readonly reason: string; readonly by: string }[];
  /** Numbers of all problem tickets so far; the last is what a waiting PPA waits for. */
  readonly tickets: readonly number[];
  /** Problem ticket that is to be opened and was not seen yet. */
  readonly opening?: TicketWish;
  readonly reports: readonly Report[];
  /** How many of them were given before the present staged rollout began: these do not count. */
  readonly reportsPast?: number;
  /** Reviews that were given before the last setback (ids of the timeline): these approve nothing any more. */
  readonly reviewsPast?: readonly string[];
  /** Number of the newest run begun when the lock was seen first: none of them was an attempt at it. */
  readonly runsPast?: number;
  /** Snapshot of testing that early adopters are asked to try: the first that held this lock. */
  readonly pinned?: string;
  /** Newest verification of this lock that came to a result. */
  readonly evidence?: Trusted<VerificationEvidence>;
  /** Since when another verification was asked for (ISO). */
  readonly rerunSince?: string;
  /** Number of the newest run begun by then, for an instant has a whole second; what it found is not asked for any more. */
  readonly rerunPast?: number;
  /** The one criterion that it was asked for; absent: all. */
  readonly rerunCriterion?: string;
  /** Pull requests of older PPAs that this one took the place of. */
  readonly supersedes?: readonly number[];
  /** PPAs of its group that were ever seen. */
  readonly mates?: readonly string[];
  readonly moves: readonly Move[];
  /** The last requests and their answers, newest last. */
  readonly answers: readonly Answer[];
  /** Every request that was answered, by kind and id: `c17` a comment, `l18` a label's event. */
  readonly heard: readonly string[];
}

/** Asked for by the release team, confirmed by the vulnerability group, about one lock. */
export interface Urgency {
  readonly reason: string;
  /** Accepting reports of early adopters that are wanted. */
  readonly reports: number;
  readonly askedBy: string;
  readonly askedAt: string;
  readonly confirmedBy?: string;
  readonly confirmedAt?: string;
}

export interface Retracted extends Urgency {
  readonly endedBy: string;
  readonly endedAt: string;
  readonly endedFor: string;
}

export function isUrgent({ urgent }: Pick<Standing, 'urgent'>): boolean {
  return urgent?.confirmedBy !== undefined;
}

export interface TicketWish {
  /** Id of the request: names the ticket for good. */
  readonly request: string;
  readonly by: string;
  readonly criticality: 'critical' | 'showstopper';
  readonly subject: string;
  readonly text: string;
  readonly workaround?: string;
}

export interface Move {
  readonly event: RolloutEvent | 'opened';
  readonly from?: State;
  readonly to: State;
  /** ISO, forge's clock. */
  readonly at: string;
  /** Login, or `reconciler`. */
  readonly by: string;
  readonly why: string;
}

/** An early adopter's report (design.md section 3: bound to lock and snapshot). */
export interface Report {
  readonly team: string;
  readonly by: string;
  readonly at: string;
  readonly outcome: 'accept' | 'reject';
  readonly text: string;
  /** Does not stop it, but other sites should know. */
  readonly issues?: string;
  readonly os?: string;
  readonly lock: string;
  /** The testing snapshot it was tried on: as the report says, else what was published. Empty: unknown. */
  readonly snapshot: string;
}

export interface Answer {
  readonly at: string;
  readonly by: string;
  readonly asked: string;
  readonly granted: boolean;
  readonly sentence: string;
}

const TEXT = { type: 'string' };
const LIST = { type: 'array' };
const isStanding = checkOf<Standing>({
  type: 'object',
  required: ['ppa', 'pull', 'state', 'lock', 'lockSince', 'type', 'emergency', 'holds', 'tickets', 'reports'].concat([
    'moves',
    'answers',
    'heard',
  ]),
  properties: {
    ppa: TEXT,
    pull: { type: 'integer' },
    state: { enum: STATES },
    lock: TEXT,
    lockSince: TEXT,
    type: { enum: ['major', 'minor', 'revision'] },
    emergency: { type: 'boolean' },
    urgent: {
      type: 'object',
      required: ['reason', 'reports', 'askedBy', 'askedAt'],
      properties: { reason: TEXT, reports: { type: 'integer' }, askedBy: TEXT, askedAt: TEXT, confirmedBy: TEXT },
    },
    retracted: LIST,
    verifier: TEXT,
    eaTeams: { type: 'array', items: TEXT },
    holds: LIST,
    tickets: { type: 'array', items: { type: 'integer' } },
    reports: LIST,
    reportsPast: { type: 'integer' },
    reviewsPast: { type: 'array', items: TEXT },
    runsPast: { type: 'integer' },
    evidence: { type: 'object' },
    rerunSince: TEXT,
    rerunPast: { type: 'integer' },
    rerunCriterion: TEXT,
    pinned: TEXT,
    opening: { type: 'object' },
    supersedes: { type: 'array', items: { type: 'integer' } },
    mates: { type: 'array', items: TEXT },
    moves: { type: 'array', minItems: 1 },
    answers: LIST,
    heard: { type: 'array', items: TEXT },
  },
});

const FENCE = '```';

/** Characters that the forge takes in a check-run's text, with some to spare. */
const ROOM = 60_000;

/** As kept in the check-run's text: readable, and one JSON block. Evidence too long to be kept is read again each time. */
export function renderStanding(standing: Standing): string {
  const whole = blockOf(standing);
  if (whole.length <= ROOM) return whole;
  const { evidence: _, ...rest } = standing;
  return blockOf(rest);
}

function blockOf(standing: Standing): string {
  return `The reconciler's record of this PPA.\n\n${FENCE}json\n${JSON.stringify(standing)}\n${FENCE}`;
}

/** Undefined when the text holds no standing of exactly this PPA and pull request. */
export function parseStanding(
  text: string,
  about: { readonly ppa: string; readonly pull: number },
): Standing | undefined {
  const json = /```json\n(.*)\n```/.exec(text)?.[1];
  if (json === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(json);
    return isStanding(value) && value.ppa === about.ppa && value.pull === about.pull ? value : undefined;
  } catch {
    return undefined;
  }
}

/** When the present state began (ISO). */
export function since({ moves }: Standing): string {
  return moves.at(-1)?.at ?? '';
}
