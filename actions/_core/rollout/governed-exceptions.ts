import { dayOf } from '#core/calendar/day.ts';
import { type FreezeException, parseExceptions } from '#core/calendar/exceptions.ts';
import { parsePpaName } from '#core/ppa/ppa.ts';
import type { Given } from './governed-rules.ts';
import { isPartial } from './people.ts';

/**
 * Each new or changed exception names two people who approved exactly this commit of this pull request, neither of them
 * its author or of the provider (issue 3: "a reviewed file, bound to the PPA's lock digest, two approvers, with expiry").
 */
export function judgeExceptions(given: Given): string[] {
  const { file, world } = given;
  const { value, faults } = parseExceptions(file.after ?? '', file.path);
  if (value === undefined) return faults.map(({ sentence }) => sentence);
  const former = new Set((parseExceptions(file.before ?? '').value ?? []).map((each) => JSON.stringify(each)));
  return value
    .filter((each) => !former.has(JSON.stringify(each)))
    .flatMap((each) => [
      ...(each.until < dayOf(world.now) ? [`The exception of ${each.ppa} ended on ${each.until}.`] : []),
      ...byWhom(each, given),
    ]);
}

function byWhom({ ppa, approvers: named }: FreezeException, { approvers, world }: Given): string[] {
  const id = parsePpaName(ppa);
  if (id === undefined) return [`"${ppa.slice(0, 200)}" is no PPA.`];
  const people = [...new Set(named.map((login) => login.toLowerCase()))];
  const partial = people.filter((login) => isPartial(world, { id }, { login, ours: false, bot: false }));
  const silent = people.filter((login) => !approvers.includes(login));
  return [
    ...(people.length < 2 ? [`The exception of ${ppa} names ${people.length} of two approvers.`] : []),
    ...partial.map((login) => `@${login} belongs to ${id.provider} and may not approve an exception of ${ppa}.`),
    ...silent.map((login) => `@${login} is named as approver of ${ppa} and has not approved exactly this commit.`),
  ];
}
