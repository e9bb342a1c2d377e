import { marker, quoted, readMarker } from '#core/intake/markdown.ts';
import { parseVerification, renderVerification } from '#core/verification/verification.ts';
import type { Effect } from './effects.ts';
import type { PpaFacts, World } from './facts.ts';
import type { Standing, TicketWish } from './standing.ts';

/** domain.md section 3, "Verification problem tickets": subject, criticality, workaround, routing and links, by the rules. */

export const TRIAGE = 'DMSU: triage';
const KIND = 'ticket';

/** default priority unless critical or showstopper, and only these keep a PPA waiting */
const PRIORITY = { critical: 'Priority: urgent', showstopper: 'Priority: top' } as const;

/** Opened unless it is there: told by the marker in its body, so that a crash opens none twice. */
export function openTicket({ opening, ppa }: Standing, facts: PpaFacts, world: World): Effect[] {
  if (opening === undefined || ticketOf(opening, facts, world) !== undefined) return [];
  const subject = `${facts.lane.distribution.toUpperCase()} Verification: ${opening.subject}`;
  const labels = [TRIAGE, PRIORITY[opening.criticality]];
  return [{ kind: 'open-issue', title: subject.slice(0, 240), body: bodyOf(opening, ppa, facts, world), labels }];
}

function bodyOf(
  { criticality, workaround, text, by, request }: TicketWish,
  ppa: string,
  facts: PpaFacts,
  world: World,
) {
  const { id, pull } = facts;
  const people = (world.providers[id.provider]?.people ?? []).map((login) => `@${login}`).join(' ');
  const unit = world.cards[id.product]?.supportUnit;
  return [
    `Found in the verification of #${pull} (${ppa}) by @${by}.`,
    `Criticality: ${criticality}. Workaround: ${quoted(workaround ?? 'none known')}.`,
    ...(text === '' ? [] : [`> ${quoted(text)}`]),
    `For the support unit ${quoted(unit ?? id.provider)} of ${id.provider}, by way of DMSU. ${people}`.trim(),
    `The PPA waits until this issue is closed.`,
    marker(KIND, { ppa, pull: String(pull), request }),
  ].join('\n\n');
}

/** Number of the issue that was opened for a wish. */
export function ticketOf(
  { request }: TicketWish,
  { pull }: Pick<PpaFacts, 'pull'>,
  { tickets }: World,
): number | undefined {
  return tickets.find(({ body }) => {
    const of = readMarker(KIND, body);
    return of?.request === request && of.pull === String(pull);
  })?.number;
}

/** Every problem ticket stands in the report. */
export function listTickets(
  { state, tickets, ppa }: Standing,
  { verification: file, pull, branch }: PpaFacts,
): Effect[] {
  if (state !== 'waiting-for-response' || file === undefined) return [];
  const report = parseVerification(file.text, { file: file.path }).value;
  const missing = tickets.map((ticket) => `#${ticket}`).filter((ticket) => report?.tickets.includes(ticket) === false);
  if (report === undefined || missing.length === 0) return [];
  const text = renderVerification({ ...report, tickets: [...report.tickets, ...missing] });
  const message = `Problem tickets of ${ppa}: ${missing.join(', ')}`;
  return [{ kind: 'commit', pull, branch, path: file.path, previous: file.text, text, message }];
}
