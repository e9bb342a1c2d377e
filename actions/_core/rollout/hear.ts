import { oneLine } from './commands.ts';
import { decide } from './decide.ts';
import type { PpaFacts, World } from './facts.ts';
import { type Grant, type Hearing, move, refuse } from './grant.ts';
import { emergency, noEmergency } from './grant-emergency.ts';
import { hold, unhold } from './grant-holds.ts';
import { resume, take } from './grant-verification.ts';
import { holdLabel } from './labels.ts';
import { answered } from './moves.ts';
import type { Request } from './requests.ts';
import { eventBetween, moversOf } from './rollout.ts';
import type { Answer, Standing } from './standing.ts';
import { claimsState, stateLabel, stateOfLabel, stateTitle } from './state.ts';

/** Hears one request: the standing after it, with its answer remembered. `voided`: this very reading found another lock. */
export function hear(
  standing: Standing,
  request: Request,
  { facts, world, voided }: { readonly facts: PpaFacts; readonly world: World; readonly voided: boolean },
): Standing {
  const heard = { ...standing, heard: [...new Set([...standing.heard, request.id])] };
  const outcome = judge({ standing: heard, facts, world, request }, voided);
  if (outcome === undefined) return heard;
  const { granted, sentence } = outcome;
  const answer: Answer = { at: request.at, by: request.by.login, asked: wording(request), granted, sentence };
  return answered(outcome.granted ? outcome.standing : heard, answer);
}

function wording({ asks }: Request): string {
  if (asks.kind === 'command') return asks.asked.text;
  if (asks.kind === 'close') return 'closed the pull request';
  if (asks.kind === 'assign') return 'assigned to oneself';
  const label = oneLine(asks.label, 80).replaceAll('`', "'");
  return asks.kind === 'label-on' ? `put on: ${label}` : `took off: ${label}`;
}

/** Undefined: nothing to answer, such as a label that says what is so anyway. */
function judge(hearing: Hearing, voided: boolean): Grant | undefined {
  const { asks } = hearing.request;
  if (voided && movesOn(hearing.request))
    return refuse('The lock changed while this was asked, so it was about something else. Ask again.');
  if (asks.kind === 'close') return move(hearing, 'pull-closed', 'The pull request was closed.');
  if (asks.kind === 'assign') return hearing.standing.state === 'unverified' ? take(hearing) : undefined;
  if (asks.kind === 'label-on') return labelOn(hearing, asks.label);
  if (asks.kind !== 'command') return labelOff(hearing, asks.label);
  if (asks.edited) return refuse('The comment was edited, so nobody can tell who wrote this. Write a new one.');
  const { command, fault = '' } = asks.asked;
  return command === undefined ? refuse(fault) : decide(hearing, command);
}

const ABOUT_THE_LOCK: readonly string[] = [
  ...['verify', 'waiting', 'resume', 'report', 'reject', 'accept', 'rerun', 'emergency', 'confirm'],
];

function movesOn({ asks }: Request): boolean {
  if (asks.kind === 'label-on') return claimsState(asks.label);
  if (asks.kind === 'assign') return true;
  const kind = asks.kind === 'command' ? asks.asked.command?.kind : undefined;
  return kind !== undefined && ABOUT_THE_LOCK.includes(kind);
}

function labelOn(hearing: Hearing, label: string): Grant | undefined {
  const { facts, standing } = hearing;
  if (!facts.labels.includes(label)) return undefined; // taken off again meanwhile: withdrawn
  if (claimsState(label)) return stateOn(hearing, label);
  const held = /^hold: (.+)$/s.exec(label)?.[1];
  if (held !== undefined) return hold(hearing, held);
  if (label === 'Emergency') return emergency(hearing, { reports: 1, reason: '' });
  const type = /^ReleaseType: (Major|Minor|Revision)$/.exec(label)?.[1]?.toLowerCase();
  if (type === standing.type) return undefined;
  if (type !== undefined)
    return decide(hearing, { kind: 'release-type', type: type as 'major' | 'minor' | 'revision' });
  return refuse('This label is set by the reconciler alone.');
}

/** design.md section 3: a label is a request, checked against the role of who set it, put back with the reason when refused. */
function stateOn(hearing: Hearing, label: string): Grant | undefined {
  const { standing } = hearing;
  const to = stateOfLabel(label);
  if (to === standing.state) return undefined;
  const event = to === undefined ? undefined : eventBetween(standing.state, to);
  if (to === undefined || event === undefined)
    return refuse(
      `Nothing leads from ${stateTitle(standing.state)} to ${oneLine(label, 80).replaceAll('`', "'")} at once.`,
    );
  if (event === 'verifier-assigned') return take(hearing);
  if (event === 'problem-solved') return resume(hearing);
  const allowed = move(hearing, event, '');
  if (!allowed.granted && !moversOf(standing.state, event).includes('reconciler')) return allowed;
  if (event === 'problem-reported') return refuse('Say which problem: `/waiting #<issue>`.');
  if (event === 'turned-down') return refuse('Say why: `/reject <reason>`.');
  if (event === 'rollout-passed' && allowed.granted) return refuse('Say why: `/accept <reason>`.');
  return refuse(`${stateTitle(to)} is reached by itself as soon as nothing is missing; what is missing stands above.`);
}

function labelOff(hearing: Hearing, label: string): Grant | undefined {
  const { facts, standing, request } = hearing;
  if (facts.labels.includes(label)) return undefined; // put on again meanwhile
  if (label === 'Emergency') return noEmergency(hearing, 'Its label was taken off.');
  if (label.startsWith('hold: ')) return unhold(hearing, (reason) => holdLabel(reason) === label);
  if (claimsState(label) && label !== stateLabel(standing.state)) return undefined;
  const after = facts.timeline.slice(facts.timeline.findIndex(({ id }) => id === request.id) + 1);
  const replaced = after.some(
    (later) => later.kind === 'labeled' && later.by.login === request.by.login && claimsState(later.label),
  );
  if (claimsState(label) && replaced) return undefined; // the new label is the request
  return refuse('This label is kept by the reconciler; it was put back.');
}
