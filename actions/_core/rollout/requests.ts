import { type Asked, parseCommands } from './commands.ts';
import type { Actor, Happening, PpaFacts } from './facts.ts';
import type { Standing } from './standing.ts';
import { claimsState } from './state.ts';

/** What persons asked for and was not answered yet: a label, a closing and a comment command are requests (design.md section 3). */
export interface Request {
  /** By kind and id, as kept in `heard`. */
  readonly id: string;
  readonly at: string;
  readonly by: Actor;
  readonly asks: Asks;
}

export type Asks =
  | { readonly kind: 'command'; readonly asked: Asked; readonly edited: boolean }
  | { readonly kind: 'label-on' | 'label-off'; readonly label: string }
  | { readonly kind: 'assign' }
  | { readonly kind: 'close' };

/** Labels that are the reconciler's: a person's change of them is a request. */
export function isManaged(label: string): boolean {
  return claimsState(label) || /^(?:Delayed|Emergency|(?:hold|ReleaseType|UMDRelease): .*)$/s.test(label);
}

/** In the order of the timeline. Machines ask nothing. */
export function pendingRequests(
  { timeline }: Pick<PpaFacts, 'timeline'>,
  { heard }: Pick<Standing, 'heard'>,
): Request[] {
  const known = new Set(heard);
  return timeline.filter(({ by, id }) => !by.bot && !by.ours && !known.has(id)).flatMap(requestsOf);
}

function requestsOf(happening: Happening): Request[] {
  const { id, at, by } = happening;
  switch (happening.kind) {
    case 'commented':
      return parseCommands(happening.body).map((asked) => ({
        id,
        at,
        by,
        asks: { kind: 'command', asked, edited: happening.edited },
      }));
    case 'labeled':
    case 'unlabeled': {
      const { label } = happening;
      const kind = happening.kind === 'labeled' ? 'label-on' : 'label-off';
      return isManaged(label) ? [{ id, at, by, asks: { kind, label } }] : [];
    }
    case 'assigned': // taking a PPA is assigning oneself; that somebody assigns another asks nothing
      return happening.login.toLowerCase() === by.login.toLowerCase() ? [{ id, at, by, asks: { kind: 'assign' } }] : [];
    case 'closed':
      return [{ id, at, by, asks: { kind: 'close' } }];
    default:
      return [];
  }
}

/** Issues that `/waiting` names and nobody answered yet, and the one that a waiting PPA waits for: the shell reads these. */
export function ticketsNamed(facts: Pick<PpaFacts, 'timeline' | 'standing'>): number[] {
  const { standing } = facts;
  const waiting = standing?.state === 'waiting-for-response' ? standing.tickets.slice(-1) : [];
  const named = pendingRequests(facts, { heard: standing?.heard ?? [] }).flatMap(({ asks }) =>
    asks.kind === 'command' && asks.asked.command?.kind === 'waiting' && 'ticket' in asks.asked.command
      ? [asks.asked.command.ticket]
      : [],
  );
  return [...new Set([...waiting, ...named])];
}

/** Is a number waited for of a ticket that we open? Then the shell reads the list of them. */
export function wantsTickets(facts: Pick<PpaFacts, 'timeline' | 'standing'>): boolean {
  if (facts.standing?.opening !== undefined) return true;
  return pendingRequests(facts, { heard: facts.standing?.heard ?? [] }).some(({ asks }) => {
    const command = asks.kind === 'command' ? asks.asked.command : undefined;
    return command?.kind === 'waiting' && !('ticket' in command);
  });
}

/** Early adopter teams whose members matter to this PPA now, or that somebody names: the shell reads these. */
export function eaTeamsNamed(facts: Pick<PpaFacts, 'timeline' | 'standing'>, cardTeams: readonly string[]): string[] {
  const { standing } = facts;
  const named = pendingRequests(facts, { heard: standing?.heard ?? [] }).flatMap(({ asks }) => {
    const command = asks.kind === 'command' ? asks.asked.command : undefined;
    return command?.kind === 'ea-teams' ? command.teams : [];
  });
  return [...new Set([...(standing?.eaTeams ?? cardTeams), ...named])];
}
