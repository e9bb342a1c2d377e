import { laneName } from '#core/distribution/distribution.ts';
import { lockDigest, parseLock } from '#core/ppa/lock.ts';
import type { PpaFacts, World } from './facts.ts';
import { hear } from './hear.ts';
import { isSetback, moved, stamp, voided } from './moves.ts';
import { acquainted, lockOf, peerOf, supersededBy } from './peers.ts';
import { blockersOf } from './reasons.ts';
import { pendingRequests } from './requests.ts';
import { isFinal, type RolloutEvent } from './rollout.ts';
import { isUrgent, type Standing } from './standing.ts';
import { stateOfLabel, stateTitle } from './state.ts';
import { ticketOf } from './ticket.ts';
import { isAskedFor } from './verify.ts';

/**
 * The ideal standing of a PPA, from everything that is known of it: what was remembered, then whether the lock is still
 * the one it was about, then each unanswered request in order, and between them whatever moves by itself.
 */
export function settle(facts: PpaFacts, world: World): Standing {
  const known = facts.standing ?? opened(facts, world);
  if (isFinal(known.state)) return known;
  const digest = facts.lock === undefined ? '' : lockDigest(facts.lock.text);
  const changed = !facts.merged && known.lock !== digest;
  const why =
    known.lock === '' ? 'The record was lost: nothing is known to be about this lock.' : 'A push changed the lock.';
  const bound = acquainted(changed ? begunAnew(known, digest, why, facts, world) : known, facts, world.others);
  const requests = pendingRequests(facts, bound);
  const heard = facts.timeline.reduce((standing, { id, kind }, index) => {
    const asked = requests.filter((request) => request.id === id);
    if (asked.length === 0 && kind !== 'reviewed') return standing;
    const before = advance(standing, asOf(facts, index), world);
    const after = asked.reduce((next, request) => hear(next, request, { facts, world, voided: changed }), before);
    const setBack = after.moves.slice(before.moves.length).some(isSetback);
    return setBack ? { ...after, reviewsPast: approvalsIn(facts.timeline.slice(0, index)) } : after;
  }, bound);
  return advance(heard, facts, world);
}

/**
 * What is about another lock is told from the rest by number, and not by time: the clock has whole seconds, in which much
 * can happen.
 */
function begunAnew(known: Standing, lock: string, why: string, facts: PpaFacts, world: World): Standing {
  const runsPast = Math.max(0, ...facts.runs.map(({ id }) => id));
  return { ...voided(known, lock, why, world.now), reviewsPast: approvalsIn(facts.timeline), runsPast };
}

function approvalsIn(timeline: PpaFacts['timeline']): string[] {
  return timeline.flatMap((each) => (each.kind === 'reviewed' && each.verdict === 'approved' ? [each.id] : []));
}

/**
 * What was known before an entry of the timeline: what came later moves nothing earlier, however late we look. Who spoke
 * in the very second of a result was not shown it yet.
 */
function asOf(facts: PpaFacts, index: number): PpaFacts {
  const at = facts.timeline[index]?.at ?? '';
  return {
    ...facts,
    timeline: facts.timeline.slice(0, index),
    evidence: facts.evidence.filter(({ createdAt }) => createdAt < at),
  };
}

/** A pull request seen for the first time; or one whose record is gone, of which only our own last label is left. */
function opened(facts: PpaFacts, world: World): Standing {
  const labels = facts.timeline.flatMap((each) => (each.kind === 'labeled' && each.by.ours ? [each.label] : []));
  const state = labels.map(stateOfLabel).findLast((found) => found !== undefined) ?? 'unverified';
  const lock = facts.lock === undefined ? undefined : parseLock(facts.lock.text, { file: facts.lock.path }).value;
  const fresh = state === 'unverified' && facts.lock !== undefined;
  const first = { event: 'opened', to: state, at: facts.createdAt, by: 'reconciler' } as const;
  const why = fresh
    ? `Release ${lock?.release ?? ''} accepted, packages fetched.`
    : 'The record was lost; this is what the last label said.';
  return {
    ppa: facts.ppa,
    pull: facts.pull,
    state,
    lock: fresh ? lockDigest(facts.lock.text) : '',
    lockSince: stamp(world.now),
    type: lock?.type ?? 'major',
    emergency: labels.includes('Emergency'),
    holds: [],
    tickets: [],
    reports: [],
    moves: [{ ...first, why }],
    answers: [],
    heard: [],
  };
}

/** Moves that need no person any more, one after the other until none is left. */
function advance(standing: Standing, facts: PpaFacts, world: World): Standing {
  const adopted = ticketed(pin(adopt(standing, facts), facts, world), facts, world);
  const step = stepOf(adopted, facts, world);
  if (step === undefined) return adopted;
  const next = moved(adopted, { ...step, by: 'reconciler', at: world.now });
  return next === adopted ? adopted : advance(next, facts, world);
}

/** The newest verification of this lock that came to a result, of several one that fails; an environment's failure is none. */
function adopt(standing: Standing, facts: PpaFacts): Standing {
  const results = facts.evidence.filter(
    ({ value, createdAt, run }) =>
      value.conclusion !== 'error' && value.lock === standing.lock && isAskedFor(standing, { createdAt, id: run }),
  );
  const found = results.find(({ value }) => value.conclusion === 'fail') ?? results[0];
  if (found === undefined || standing.evidence !== undefined) return standing;
  const rows = found.value.rows.map(({ evidence, ...row }) =>
    evidence === undefined ? row : { ...row, evidence: { ...evidence, excerpt: '' } },
  );
  const { artifact, run, createdAt } = found;
  const { rerunCriterion: _, ...rest } = standing;
  return { ...rest, evidence: { artifact, run, createdAt, value: { ...found.value, rows } } };
}

/** The ticket that was wished for has its number. */
function ticketed(standing: Standing, facts: PpaFacts, world: World): Standing {
  const { opening, ...rest } = standing;
  const number = opening === undefined ? undefined : ticketOf(opening, facts, world);
  return number === undefined ? standing : { ...rest, tickets: [...standing.tickets, number] };
}

/** The first snapshot of testing that holds it all; a later one would be another system to try. */
function pin(standing: Standing, facts: PpaFacts, world: World): Standing {
  const { lane, id } = facts;
  const served = world.served[`${laneName(lane)}/${id.os}/${id.arch}`];
  const packages = lockOf(facts)?.packages ?? [];
  if (standing.state !== 'staged-rollout' || standing.pinned !== undefined || served === undefined) return standing;
  const there = served.testing !== '' && packages.every(({ sha256 }) => served.inTesting.has(sha256));
  return there ? { ...standing, pinned: served.testing } : standing;
}

function stepOf(
  standing: Standing,
  facts: PpaFacts,
  world: World,
): { readonly event: RolloutEvent; readonly why: string } | undefined {
  const { state } = standing;
  const { releasedBy } = facts;
  if (facts.open && releasedBy !== undefined && !(state === 'umd-store' && isUrgent(standing)))
    return { event: 'found-released', why: `Released with ${releasedBy}, whose tag had been judged before.` };
  const newer = supersededBy(peerOf(facts, standing, true), world.others?.peers ?? []);
  if (newer !== undefined) return { event: 'superseded', why: `Superseded by #${newer.pull} (${newer.ppa}).` };
  if (state === 'waiting-for-response') {
    const ticket = world.issues[standing.tickets.at(-1) ?? 0];
    if (standing.opening !== undefined || ticket === undefined || ticket.open) return undefined;
    return { event: 'problem-solved', why: `Problem ticket #${ticket.number} was closed.` };
  }
  if (state === 'umd-store') {
    const leaves = facts.releasedBy === undefined ? world.leaving.get(facts.ppa) : undefined;
    if (facts.merged && leaves !== undefined) return { event: 'ejected', why: leaves };
    const replaced = facts.releasedBy === undefined ? world.replaced?.get(facts.ppa) : undefined;
    if (facts.merged && replaced !== undefined) return { event: 'superseded', why: replaced };
    const alone = facts.open && isUrgent(standing);
    if ((!facts.merged && !alone) || facts.releasedBy === undefined) return undefined;
    return { event: 'released', why: `Released with ${facts.releasedBy}.` };
  }
  if (!facts.open || (state !== 'in-verification' && state !== 'staged-rollout')) return undefined;
  if (blockersOf({ standing, facts, world }).some(({ verdict }) => verdict !== 'pass')) return undefined;
  return state === 'in-verification'
    ? { event: 'verification-passed', why: 'Verification complete and approved.' }
    : { event: 'rollout-passed', why: 'Early adopters accept it.' };
}

/** A PPA that was merged by somebody else than the reconciler, from a state that does not allow it. */
export function isAstray({ state, moves }: Standing, { merged }: PpaFacts): string | undefined {
  const last = moves.at(-1);
  const left = last?.from === 'umd-store' && (last.event === 'ejected' || last.event === 'superseded');
  if (!merged || state === 'umd-store' || state === 'production' || left) return undefined;
  return `It was merged by hand while in ${stateTitle(state)}, without its evidence. It must be taken out of the candidate again.`;
}
