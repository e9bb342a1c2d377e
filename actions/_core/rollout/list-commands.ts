import type { Lane } from '#core/distribution/distribution.ts';
import { laneName } from '#core/distribution/distribution.ts';
import { quoted } from '#core/intake/markdown.ts';
import { DUTIES } from './checklist.ts';
import { oneLine } from './commands.ts';
import type { Actor, Happening, World } from './facts.ts';
import { nearestOf } from './nearest.ts';
import { hasRole, teamsOf } from './people.ts';

/** Commands on a release's own issue. Nothing is kept: each look hears the whole issue again and comes to the same end. */
export interface ListHeard {
  readonly signed: ReadonlyMap<string, { readonly by: string; readonly at: string }>;
  readonly ejected: readonly Ejection[];
  readonly answers: readonly { readonly by: string; readonly asked: string; readonly sentence: string }[];
}
export interface Ejection {
  readonly ppa: string;
  readonly by: string;
  readonly reason: string;
}

const USAGE = { done: '/done <duty>', eject: '/eject <PPA> <reason>' };

type ListWorld = Pick<World, 'roles' | 'org' | 'distributions' | 'merged'>;

export function heardOn(timeline: readonly Happening[], lane: Lane, world: ListWorld): ListHeard {
  const signed = new Map<string, { by: string; at: string }>();
  const ejected: Ejection[] = [];
  const answers: { by: string; asked: string; sentence: string }[] = [];
  for (const each of timeline) {
    if (each.kind !== 'commented' || each.by.bot || each.by.ours) continue;
    for (const line of each.body.split(/\r?\n/)) {
      const [, word, rest = ''] = /^\/([a-z][\w-]*)(?![\w/.-])[ \t]*(.*)$/i.exec(line) ?? [];
      if (word === undefined) continue;
      const asked = oneLine(line, 120).replaceAll('`', "'");
      const said = each.edited
        ? 'The comment was edited; write a new one.'
        : answer(word, rest.trim(), each.by, lane, world);
      if (typeof said === 'string') answers.push({ by: each.by.login, asked, sentence: `**refused.** ${said}` });
      else if ('duty' in said) signed.set(said.duty, { by: each.by.login, at: each.at });
      else {
        ejected.push(said);
        answers.push({ by: each.by.login, asked, sentence: 'It is taken out of the candidate.' });
      }
    }
  }
  return { signed, ejected, answers: answers.slice(-8) };
}

function answer(
  word: string,
  rest: string,
  by: Actor,
  lane: Lane,
  world: ListWorld,
): string | { duty: string } | Ejection {
  if (word === 'done') {
    const duty = Object.hasOwn(DUTIES, rest) ? DUTIES[rest] : undefined;
    if (duty === undefined) return `There are: ${Object.keys(DUTIES).join(', ')}.`;
    const roles = [duty.role, 'release-manager' as const];
    return roles.some((role) => hasRole(world, lane, by, role))
      ? { duty: rest }
      : `Only ${teamsOf(world, lane, [...new Set(roles)])} may sign this.`;
  }
  if (word !== 'eject') return nearestOf(word, USAGE);
  const [, ppa, reason] = /^(\S+)\s+(\S.*)$/.exec(rest) ?? [];
  if (ppa === undefined || reason === undefined) return `Write it so: \`${USAGE.eject}\`.`;
  if (!hasRole(world, lane, by, 'release-manager'))
    return `Only ${teamsOf(world, lane, ['release-manager'])} may do this.`;
  const there = world.merged.some((each) => each.ppa === ppa && each.lane === laneName(lane));
  return there
    ? { ppa, by: by.login, reason: oneLine(reason, 300) }
    : `${quoted(ppa)} came into no candidate that is still to be released.`;
}

/** PPA → why it leaves the candidate: those named, those of their groups, and those withdrawn from production. */
export function leavingOf(
  ejected: readonly Ejection[],
  { merged, distributions }: Pick<World, 'merged' | 'distributions'>,
): ReadonlyMap<string, string> {
  const leaving = new Map<string, string>();
  for (const ppa of distributions.flatMap(({ withdrawn }) => withdrawn)) leaving.set(ppa, 'Withdrawn from production.');
  for (const { ppa, by, reason } of ejected) {
    const group = merged.find((each) => each.ppa === ppa)?.group;
    const mates = merged.filter((each) => group !== undefined && each.group === group && each.ppa !== ppa);
    for (const mate of mates)
      leaving.set(mate.ppa, `Taken out with ${ppa}, the group ${group} moves together: ${reason}`);
    leaving.set(ppa, `Taken out of the candidate by @${by}: ${reason}`);
  }
  return leaving;
}
