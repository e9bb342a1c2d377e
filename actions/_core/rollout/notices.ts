import { dayOf, plusMonth } from '#core/calendar/day.ts';
import { marker, readMarker } from '#core/intake/markdown.ts';
import type { Why } from '#core/why/why.ts';
import type { Effect } from './effects.ts';
import type { Happening, PpaFacts, World } from './facts.ts';
import { kit } from './kit.ts';
import { selectedTeams } from './people.ts';
import { dueDay, isLate } from './reasons.ts';
import { type Standing, since } from './standing.ts';

/**
 * Words that must ring somebody: comments of their own, each said once, for an edit of the sticky comment rings nobody.
 * What was said is told from the timeline, so that a crash neither loses nor repeats it.
 */
export interface Notice {
  readonly key: string;
  readonly body: string;
}

const KIND = 'notice';

export function sayOnce(notices: readonly Notice[], pull: number, timeline: readonly Happening[]): Effect[] {
  const said = new Set(noticesIn(timeline).map(({ key }) => key));
  return notices
    .filter(({ key }) => !said.has(key))
    .map(({ key, body }) => ({ kind: 'notice', pull, body: `${marker(KIND, { key })}\n${body}` }));
}

function noticesIn(timeline: readonly Happening[]): { key: string; at: string }[] {
  return timeline.flatMap((each) => {
    const key = each.kind === 'commented' && each.by.ours ? readMarker(KIND, each.body)?.key : undefined;
    return key === undefined ? [] : [{ key, at: each.at }];
  });
}

export function noticesOf(standing: Standing, why: Why, facts: PpaFacts, world: World): Notice[] {
  if (!facts.open || standing.state === 'rejected') return [];
  return [
    ...late(standing, facts, world),
    ...begunAnew(standing),
    ...toAdopters(standing, facts, world),
    ...silence(standing, why, facts, world),
  ];
}

/** design.md section 3: a push that changes the lock voids all evidence, and whoever gave it is told. */
function begunAnew({ moves, lock, reports }: Standing): Notice[] {
  const last = moves.at(-1);
  if (last?.event !== 'lock-changed' || last.from === 'unverified') return [];
  const verifier = moves.findLast(({ event }) => event === 'verifier-assigned')?.by;
  const people = [...new Set([...(verifier === undefined ? [] : [verifier]), ...reports.map(({ by }) => by)])];
  const times = moves.filter(({ event }) => event === 'lock-changed').length;
  const body = `${people.map((login) => `@${login}`).join(' ')} ${last.why} Approvals, verification and reports of the former one are void; it is Unverified again.`;
  return [{ key: `void-${lock.slice(0, 16)}-${last.at}-${times}`, body: body.trim() }];
}

/** domain.md section 3: "TP is told why". */
function late(standing: Standing, { id, ppa }: PpaFacts, world: World): Notice[] {
  if (!isLate(standing, world.now)) return [];
  const people = (world.providers[id.provider]?.people ?? []).map((login) => `@${login}`).join(' ');
  const what = standing.state === 'unverified' ? 'Verification has not begun' : 'Verification is not done';
  const body = `${people} ${what} by ${dueDay(standing)}, the limit of the process: ${ppa} is delayed. Nothing is wanted of you; it stays in \`untested\`.`;
  return [{ key: `delayed-${standing.state}-${since(standing)}`, body: body.trim() }];
}

function toAdopters(standing: Standing, facts: PpaFacts, world: World): Notice[] {
  const { pinned, state, lock } = standing;
  const teams = selectedTeams(standing, facts, world);
  if (state !== 'staged-rollout' || pinned === undefined || teams.length === 0) return [];
  const mentions = teams.map((team) => `@${world.org}/ea-${team}`).join(' ');
  const body = `${mentions} please try ${facts.ppa}.\n\n${kit(facts, pinned, lock, world)}`;
  return [{ key: `try-${lock.slice(0, 16)}-${[...teams].sort().join('+')}`, body }];
}

/** domain.md section 3: no silence over 2 months. Our own notices break the silence, labels and edits do not. */
function silence(standing: Standing, why: Why, { timeline, createdAt }: PpaFacts, { now }: World): Notice[] {
  const people = timeline.filter(({ by }) => !by.ours && !by.bot).map(({ at }) => at);
  const heard = [createdAt, since(standing), ...people, ...noticesIn(timeline).map(({ at }) => at)].sort().at(-1) ?? '';
  const due = plusMonth(plusMonth(new Date(heard)));
  if (now.getTime() < due.getTime()) return [];
  const body = `Nothing was heard of this for two months. ${why.sentence} Who must act: ${why.who}.`;
  return [{ key: `silence-${dayOf(due)}`, body }];
}
