import { rolloutPath } from '#core/ppa/folder.ts';
import { annotationsOf } from '#core/verification/annotations.ts';
import { fillRows, saysTheSame } from '#core/verification/fill.ts';
import { parseVerification } from '#core/verification/verification.ts';
import { combine, renderWhy, type Why } from '#core/why/why.ts';
import { reason } from './case.ts';
import type { CheckConclusion, CheckEffect, Effect } from './effects.ts';
import type { PpaFacts, ShownCheck, World } from './facts.ts';
import { labelDifference, wantedLabels } from './labels.ts';
import { noticesOf, sayOnce } from './notices.ts';
import { isLate, reasonsOf } from './reasons.ts';
import { renderRecord } from './record.ts';
import { isAstray, settle } from './settle.ts';
import { renderStanding, type Standing } from './standing.ts';
import { stateTitle } from './state.ts';
import { stickyOf } from './sticky.ts';
import { listTickets, openTicket } from './ticket.ts';
import { verification } from './verify.ts';

/** What is to be done about one PPA, and why it stands where it stands. */
export interface PpaPlan {
  readonly standing: Standing;
  readonly why: Why;
  readonly effects: readonly Effect[];
}

/** The whole decision about one PPA pull request: ideal standing, then its difference to what the forge shows. */
export function planPpa(facts: PpaFacts, world: World): PpaPlan {
  const standing = settle(facts, world);
  const why = whyOf(standing, facts, world);
  const labels = labelDifference(wantedLabels(standing, facts.lane.major, isLate(standing, world.now)), facts.labels);
  const { pull } = facts;
  const effects: Effect[] = [
    ...rolloutCheck(standing, why, facts),
    ...(labels.add.length === 0 ? [] : [{ kind: 'add-labels', pull, labels: labels.add } as const]),
    ...labels.remove.map((label) => ({ kind: 'remove-label', pull, label }) as const),
    ...owner(standing, facts),
    ...comment(stickyOf(standing, why, facts, world), facts),
    ...sayOnce(noticesOf(standing, why, facts, world), pull, facts.timeline),
    ...openTicket(standing, facts, world),
    ...verification({ standing, facts, world }),
    ...written(standing, why, facts, world),
  ];
  return { standing, why, effects };
}

export function whyOf(standing: Standing, facts: PpaFacts, world: World): Why {
  const astray = isAstray(standing, facts);
  if (astray !== undefined) return combine([reason('permanently', astray, 'a release manager')]);
  const reasons = reasonsOf({ standing, facts, world });
  return combine(
    reasons.length > 0 ? reasons : [reason('pass', 'Everything is there: it is merged into the candidate.', 'nobody')],
  );
}

export const CHECK = 'rollout';

function conclusionOf(why: Why): CheckConclusion {
  if (why.verdict === 'pass') return 'success';
  return why.verdict === 'permanently' || why.verdict === 'cannot tell' ? 'failure' : 'action_required';
}

/** Holds the standing: written first, so that nothing is done that is not remembered. */
function rolloutCheck(standing: Standing, why: Why, facts: PpaFacts): CheckEffect[] {
  const { check, head, merged } = facts;
  const wanted = {
    conclusion: merged && why.verdict === 'temporarily' ? ('success' as const) : conclusionOf(why),
    title: `${stateTitle(standing.state)}: ${why.verdict}`,
    summary: renderWhy(why),
    text: renderStanding(standing),
  };
  const same =
    check?.conclusion === wanted.conclusion &&
    check.title === wanted.title &&
    check.summary === wanted.summary &&
    check.text === wanted.text;
  if (same) return [];
  return [{ kind: 'check', pull: facts.pull, sha: head, name: CHECK, ...wanted, ...annotated(standing, facts) }];
}

/**
 * The forge adds annotations to a check-run and takes none away: they come once for each evidence, and those of another
 * one go with their check-run, which a new one of the same name takes the place of.
 */
function annotated(
  { evidence }: Standing,
  { check, lock, standing: before }: PpaFacts,
): Pick<CheckEffect, 'id' | 'annotations'> {
  if (check !== undefined && before?.evidence?.artifact === evidence?.artifact) return { id: check.id };
  const id = idToAnnotate(check);
  if (evidence === undefined || lock === undefined) return id;
  return { ...id, annotations: annotationsOf(evidence.value.rows, lock) };
}

/** Of the check-run that may be given annotations: none when it carries some already. */
export function idToAnnotate(check: ShownCheck | undefined): Pick<CheckEffect, 'id'> {
  return check === undefined || check.annotations > 0 ? {} : { id: check.id };
}

/** domain.md section 3: the verifier becomes the owner; a voided PPA has none. */
function owner({ verifier, moves, state }: Standing, { pull, assignees }: PpaFacts): Effect[] {
  const has = (login: string) => assignees.some((assigned) => assigned.toLowerCase() === login.toLowerCase());
  if (verifier !== undefined) return has(verifier) ? [] : [{ kind: 'assign', pull, login: verifier }];
  const former = moves.findLast(({ event }) => event === 'verifier-assigned')?.by;
  return state === 'unverified' && former !== undefined && has(former)
    ? [{ kind: 'unassign', pull, login: former }]
    : [];
}

export function comment(body: string, { sticky, pull }: Pick<PpaFacts, 'sticky' | 'pull'>): Effect[] {
  if (sticky?.body === body) return [];
  return [{ kind: 'comment', pull, ...(sticky === undefined ? {} : { id: sticky.id }), body }];
}

/** What goes into Git, and what cannot be taken back: at most one of them at a time, for each changes the head. */
function written(standing: Standing, why: Why, facts: PpaFacts, world: World): Effect[] {
  const { pull, open } = facts;
  if (standing.state === 'rejected') return open ? [{ kind: 'close', pull }] : [];
  if (standing.state === 'production' && !facts.merged) return open ? [{ kind: 'close', pull }] : []; // went alone
  if (facts.merged) return [];
  if (!open) return [{ kind: 'reopen', pull }];
  const rows = [...filledRows(standing, facts), ...listTickets(standing, facts)].slice(0, 1);
  if (rows.length > 0) return rows;
  if (standing.state !== 'umd-store' || why.verdict !== 'pass') return [];
  return merged(renderRecord(standing, facts, world), standing, facts);
}

/** Machine's rows of verification.yml, as the evidence has them: nobody mends a machine's FAIL by hand. */
function filledRows({ evidence, ppa }: Standing, { verification: file, pull, branch }: PpaFacts): Effect[] {
  if (file === undefined || evidence === undefined) return [];
  if (parseVerification(file.text, { file: file.path }).value === undefined) return [];
  const text = fillRows(file.text, evidence.value);
  if (saysTheSame(file.text, text, file.path)) return [];
  const message = `Automated results of ${ppa}\n\nFrom artifact ${evidence.artifact} of run ${evidence.run}.`;
  return [{ kind: 'commit', pull, branch, path: file.path, previous: file.text, text, message }];
}

/** The record goes in first; with it on the head, exactly that head is merged. */
function merged(record: string, { ppa }: Standing, facts: PpaFacts): Effect[] {
  const { rollout, pull, branch, head, verification: file } = facts;
  const path = rolloutPath((file?.path ?? '').replace(/\/[^/]+\/[^/]+$/, ''), ppa);
  if (rollout?.text === record)
    return [{ kind: 'merge', pull, sha: head, title: `${ppa} into the candidate (#${pull})`, message: '' }];
  const previous = rollout === undefined ? {} : { previous: rollout.text };
  return [{ kind: 'commit', pull, branch, path, ...previous, text: record, message: `Record of ${ppa}` }];
}
