import { nextState, type RolloutEvent } from './rollout.ts';
import type { Answer, Move, Report, Standing, Urgency } from './standing.ts';

/** The steps of a standing: each gives the next one, none looks at the forge. */

/** ISO text in whole seconds, as the forge writes its own. */
export function stamp(instant: Date): string {
  return `${instant.toISOString().slice(0, 19)}Z`;
}

export interface Step {
  readonly event: RolloutEvent;
  /** Login, or `reconciler`. */
  readonly by: string;
  readonly why: string;
  readonly at: Date;
}

/** The standing after an event; the same when the machine refuses it. */
export function moved(standing: Standing, { event, by, why, at }: Step): Standing {
  const to = nextState(standing.state, event);
  if (to === undefined) return standing;
  const move = { event, from: standing.state, to, at: stamp(at), by, why };
  const begun = to === 'staged-rollout' && !isResumed(standing.moves) ? { reportsPast: standing.reports.length } : {};
  return { ...standing, ...begun, state: to, moves: [...standing.moves, move] };
}

/**
 * A push changed the lock: everything that was about the old one is void (design.md section 3). Tickets, holds and
 * reports stay in the record; reports name the lock they are about and do not count for another.
 */
export function voided(standing: Standing, lock: string, why: string, at: Date): Standing {
  const { evidence: _, rerunSince: _1, rerunCriterion: _2, verifier: _3, pinned: _4, opening: _5, ...rest } = standing;
  const { rerunPast: _8, ...kept } = rest;
  const { confirmedBy: _6, confirmedAt: _7, ...asked } = kept.urgent ?? {};
  const agreed = kept.urgent === undefined ? kept : { ...kept, urgent: asked as Urgency };
  const step = { event: 'lock-changed', by: 'reconciler', why, at } as const;
  return { ...moved(agreed, step), lock, lockSince: stamp(at) };
}

/** After these nobody's approval counts that was given before. */
export function isSetback({ event }: Pick<Move, 'event'>): boolean {
  return event === 'problem-reported' || event === 'lock-changed';
}

const ANSWERS = 8;

export function answered(standing: Standing, answer: Answer): Standing {
  return { ...standing, answers: [...standing.answers, answer].slice(-ANSWERS) };
}

/** When the present staged rollout began (ISO); the end of an emergency ends none, for its reports are as good as before. */
export function rolloutBegan({ moves }: Pick<Standing, 'moves'>): string {
  const at = moves.findLastIndex(({ to }) => to === 'staged-rollout');
  const before = moves.slice(0, at);
  return isResumed(before) ? rolloutBegan({ moves: before.slice(0, -1) }) : (moves[at]?.at ?? '');
}

/** Does a staged rollout that begins after these go on with the one before? */
function isResumed(moves: Standing['moves']): boolean {
  return moves.at(-1)?.event === 'emergency-ended';
}

/** Reports that count: about this lock, given in the present staged rollout, the last one of each team. */
export function countedReports(standing: Standing): ReadonlyMap<string, Report> {
  const { reports, lock, reportsPast = 0 } = standing;
  const counted = reports.slice(reportsPast).filter((report) => report.lock === lock);
  return new Map(counted.map((report) => [report.team, report]));
}
