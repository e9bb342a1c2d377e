import type { PlannedRelease } from '#core/calendar/calendar.ts';
import { dayOf, plusDays, startOfDay } from '#core/calendar/day.ts';
import { nextVersions, versionsOf } from '#core/calendar/tag.ts';
import type { Lane } from '#core/distribution/distribution.ts';
import { quoted } from '#core/intake/markdown.ts';
import type { Lock } from '#core/ppa/lock.ts';
import { textsPath } from '#core/texts/texts.ts';
import { NOBODY, type Reason } from '#core/why/why.ts';
import { reason } from './case.ts';
import { DUTIES, textsDue } from './checklist.ts';
import type { World } from './facts.ts';
import { ofLane, type Released } from './fresh.ts';
import { teamsOf } from './people.ts';
import { comesNext, contentFaults } from './tag-judgement.ts';
import { type TextsFacts, textsFaults } from './texts-plan.ts';

/** What a lane's next release still lacks, besides the whole test of its candidate. */

/** A release as far as it is prepared. */
export interface Prepared {
  readonly lane: Lane;
  readonly release: PlannedRelease;
  readonly candidate: readonly Lock[];
  readonly production: readonly Released[];
  /** Is every former release in the candidate's history? */
  readonly holdsFormer: boolean;
  /** Absent: nothing in the candidate is new. */
  readonly texts?: Pick<TextsFacts, 'fresh' | 'candidate' | 'pull' | 'unrecorded'>;
  /** Number of its issue, and the duties that are signed there. */
  readonly issue?: number;
  readonly signed: ReadonlySet<string>;
}

type Judging = Pick<World, 'now' | 'org' | 'released' | 'distributions'>;

/** Why its tag would be refused, in the words of the tag's own judgement. */
export function refusalsOf(given: Prepared, world: Judging): Reason[] {
  const { lane, release, texts } = given;
  const managers = teamsOf(world, lane, ['release-manager']);
  const locks = ofLane(given.candidate, lane);
  const former = ofLane(given.production.findLast(({ locks: all }) => ofLane(all, lane).length > 0)?.locks ?? [], lane);
  const content = contentFaults({
    ...{ world, locks, former, atCandidate: true, holdsFormer: given.holdsFormer, unrecorded: texts?.unrecorded ?? [] },
  });
  const number = comesNext(release.version, nextVersions(lane, versionsOf(lane, world.released)));
  const blocked = [
    ...number.map(({ sentence }) => reason('blocked by item', `The calendar: ${sentence}`, managers)),
    ...content.map(({ sentence }) => reason('blocked by item', sentence, managers)),
  ];
  return [...blocked, ...ofTexts(given, world)];
}

/** domain.md section 7: the seven texts, finished by a person, about what is released. */
function ofTexts({ lane, release, texts }: Prepared, world: Judging): Reason[] {
  const writers = teamsOf(world, lane, ['release-team', 'release-manager']);
  if (texts === undefined) return [reason('waiting for item', 'Nothing new has come into the candidate yet.', NOBODY)];
  const faults = textsFaults(textsPath({ lane, version: release.version }), texts.candidate, texts.fresh);
  if (faults.length === 0) return [];
  const where = texts.pull === undefined ? '' : ` They are written in #${texts.pull}.`;
  const sentence = `${faults.map(quoted).join(' ')}${where} They are due on ${textsDue(release)}.`;
  return [reason('waiting for item', sentence, writers)];
}

/** Sign-offs that are missing, by who gives them; the tag is not refused for them. */
export function unsignedOf({ lane, release, issue, signed }: Prepared, world: Judging, out = false): Reason[] {
  const open = Object.entries(DUTIES).filter(
    ([key, { seen, after }]) => seen === undefined && !signed.has(key) && (out || after !== true),
  );
  const roles = [...new Set(open.map(([, { role }]) => role))];
  const where = issue === undefined ? 'its issue' : `#${issue}`;
  return roles.map((role) => {
    const own = open.filter(([, duty]) => duty.role === role);
    const named = own.map(([key, { days }]) => `\`${key}\` (by ${dayOf(plusDays(startOfDay(release.date), -days))})`);
    const sentence = `Not signed in ${where}: ${named.join(', ')}.`;
    return reason('waiting for item', sentence, `${teamsOf(world, lane, [role])} (\`/done <duty>\`)`);
  });
}
