import { dayOf } from '#core/calendar/day.ts';
import type { Case } from './case.ts';
import { hasRole } from './people.ts';

/** Why the exceptions that name a PPA do not hold; undefined: one of them does; empty: none names it. */
export function exceptionFaults({ standing, facts, world }: Case): string[] | undefined {
  const named = world.exceptions.filter(({ ppa }) => ppa === facts.ppa);
  const faults = named.map(({ lock, approvers, until }) => {
    const people = new Set(approvers.map((login) => login.toLowerCase()));
    const able = [...people].filter((login) =>
      ['release-manager' as const, 'release-team' as const].some((role) =>
        hasRole(world, facts.lane, { login, ours: false, bot: false }, role),
      ),
    );
    if (lock !== standing.lock) return 'is about another lock';
    if (dayOf(world.now) > until) return `ended on ${until}`;
    return able.length < 2 ? 'lacks two approvers who may give it' : undefined;
  });
  if (faults.includes(undefined)) return undefined;
  return faults.flatMap((said) => (said === undefined ? [] : [`The exception for it ${said}.`]));
}
