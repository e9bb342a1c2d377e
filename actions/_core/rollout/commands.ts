import type { ReleaseType } from '#core/ppa/lock.ts';
import { type Tried, triedIn, wordsIn } from './ea-words.ts';
import { nearestOf } from './nearest.ts';

/** What a person may ask for in a comment (design.md section 3). */
export type Command =
  | { readonly kind: 'verify' | 'resume' | 'unhold' | 'confirm' | 'why' | 'help' }
  | { readonly kind: 'emergency'; readonly reports: number; readonly reason: string }
  | { readonly kind: 'waiting'; readonly ticket: number }
  | {
      readonly kind: 'waiting';
      readonly criticality: 'critical' | 'showstopper';
      readonly subject: string;
      readonly text: string;
      readonly workaround?: string;
    }
  | { readonly kind: 'ea-teams'; readonly teams: readonly string[] }
  | {
      readonly kind: 'report';
      readonly outcome: 'accept' | 'reject';
      readonly text: string;
      readonly names: Named;
      readonly tried: Tried;
    }
  | { readonly kind: 'hold' | 'reject' | 'accept' | 'no-emergency'; readonly reason: string }
  | { readonly kind: 'release-type'; readonly type: ReleaseType }
  | { readonly kind: 'rerun'; readonly criterion?: string };

/** What a report says it is about: beginnings (8 or more hexadecimal digits) of the lock's digest and of the snapshot. */
export interface Named {
  readonly lock?: string;
  readonly snapshot?: string;
}

/** One line that begins with a slash: a command, or what is wrong with it. */
export interface Asked {
  /** The line as written, at most 120 characters, one line, no backtick. */
  readonly text: string;
  readonly command?: Command;
  readonly fault?: string;
}

/** How each command is written: the one list, for `/help`, for faults and for the nearest of a typo. */
export const USAGE: Readonly<Record<Command['kind'], string>> = {
  verify: '/verify',
  waiting: '/waiting #<issue>, or /waiting critical|showstopper <what is wrong>',
  resume: '/resume',
  'ea-teams': '/ea-teams <team>,<team>',
  report: '/report accept|reject <words>',
  accept: '/accept <reason>',
  hold: '/hold <reason>',
  unhold: '/unhold',
  reject: '/reject <reason>',
  'release-type': '/release-type major|minor|revision',
  emergency: '/emergency [reports=<number>] <reason>',
  confirm: '/confirm',
  'no-emergency': '/no-emergency <reason>',
  rerun: '/rerun <criterion>',
  why: '/why',
  help: '/help',
};

type Read = (rest: string) => Command | undefined;
const bare =
  (kind: 'verify' | 'resume' | 'unhold' | 'confirm' | 'why' | 'help'): Read =>
  (rest) =>
    rest === '' ? { kind } : undefined;
const withReason =
  (kind: 'hold' | 'reject' | 'accept' | 'no-emergency'): Read =>
  (rest) =>
    rest === '' ? undefined : { kind, reason: oneLine(rest, 300) };

/** `/waiting critical the daemon dies`, more words and `workaround: …` on the lines after it. */
function newTicket(rest: string): Command | undefined {
  const [first = '', ...more] = rest.split('\n');
  const [, criticality, subject] = /^(critical|showstopper)[:\s]\s*(\S.*)$/.exec(first.trim()) ?? [];
  if (criticality === undefined || subject === undefined) return undefined;
  const workaround = more
    .map((line) => /^workaround:\s*(\S.*)$/i.exec(line.trim())?.[1])
    .find((each) => each !== undefined);
  const text = oneLine(more.filter((line) => !/^\s*workaround:/i.test(line)).join(' '), 2000);
  const said = { criticality: criticality as 'critical' | 'showstopper', subject: oneLine(subject, 200), text };
  return { kind: 'waiting', ...said, ...(workaround === undefined ? {} : { workaround: oneLine(workaround, 500) }) };
}

const READERS: Readonly<Record<Command['kind'], Read>> = {
  verify: bare('verify'),
  resume: bare('resume'),
  unhold: bare('unhold'),
  confirm: bare('confirm'),
  emergency: (rest) => {
    const [, reports = '1', reason = ''] = /^(?:reports=(\d)(?=\s|$))?\s*(.*)$/.exec(rest) ?? [];
    return { kind: 'emergency', reports: Number(reports), reason: oneLine(reason, 300) };
  },
  why: bare('why'),
  help: bare('help'),
  hold: withReason('hold'),
  reject: withReason('reject'),
  accept: withReason('accept'),
  'no-emergency': withReason('no-emergency'),
  waiting: (rest) => {
    const ticket = /^#([1-9]\d{0,8})$/.exec(rest.split('\n')[0]?.trim() ?? '')?.[1];
    return ticket === undefined ? newTicket(rest) : { kind: 'waiting', ticket: Number(ticket) };
  },
  'ea-teams': (rest) => {
    const teams = rest.split(/[\s,]+/).map((team) => team.toLowerCase().replace(/^@?(?:[\w-]+\/)?(?:ea-)?/, ''));
    const sound = teams.every((team) => /^[a-z0-9][a-z0-9-]{0,60}$/.test(team));
    return sound ? { kind: 'ea-teams', teams: [...new Set(teams)] } : undefined;
  },
  report: (rest) => {
    const [, outcome, text = ''] = /^(accept|reject)(?:\s+([\s\S]*))?$/.exec(rest) ?? [];
    if (outcome === undefined || (outcome === 'reject' && text.trim() === '')) return undefined;
    const said = { text: oneLine(wordsIn(text), 2000), names: namesIn(text), tried: triedIn(text) };
    return { kind: 'report', outcome: outcome as 'accept' | 'reject', ...said };
  },
  'release-type': (rest) =>
    rest === 'major' || rest === 'minor' || rest === 'revision' ? { kind: 'release-type', type: rest } : undefined,
  rerun: (rest) => {
    if (rest === '') return { kind: 'rerun' };
    return /^[A-Za-z][A-Za-z0-9_-]{0,60}$/.test(rest) ? { kind: 'rerun', criterion: rest } : undefined;
  },
};

function namesIn(text: string): Named {
  const lock = /\block:\s*([0-9a-f]{8,64})\b/i.exec(text)?.[1]?.toLowerCase();
  const snapshot = /\bsnapshot:\s*([0-9a-f]{8,64})\b/i.exec(text)?.[1]?.toLowerCase();
  return { ...(lock === undefined ? {} : { lock }), ...(snapshot === undefined ? {} : { snapshot }) };
}

/** Control characters and line ends become blanks; longer texts end in an ellipsis. */
export function oneLine(text: string, length: number): string {
  const flat = text.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim();
  return flat.length <= length ? flat : `${flat.slice(0, length - 1)}…`;
}

/**
 * Every command of a comment, in order. Lines in fenced blocks and quotations are not commands, nor is a path such as
 * `/etc/passwd`. `/report` takes the lines after it, up to the next command.
 */
export function parseCommands(body: string): Asked[] {
  const asked: { word: string; rest: string[] }[] = [];
  let fence = '';
  for (const line of body.split(/\r?\n/)) {
    const mark = /^\s*(```|~~~)/.exec(line)?.[1] ?? '';
    if (mark !== '') fence = fence === '' ? mark : fence === mark ? '' : fence;
    const [, word, rest = ''] =
      (fence === '' && mark === '' && /^\/([A-Za-z][\w-]*)(?![\w/.-])[ \t]*(.*)$/.exec(line)) || [];
    if (word !== undefined) asked.push({ word, rest: [rest] });
    else asked.at(-1)?.rest.push(line);
  }
  return asked.map(({ word, rest }) => read(word, rest));
}

function read(word: string, [first = '', ...more]: readonly string[]): Asked {
  const text = oneLine(`/${word} ${first}`, 120).replaceAll('`', "'");
  const kind = word as Command['kind'];
  if (!Object.hasOwn(READERS, word)) return { text, fault: nearestOf(word, USAGE) };
  const rest = kind === 'report' || kind === 'waiting' ? [first, ...more].join('\n') : first;
  const command = READERS[kind](rest.trim());
  return command === undefined ? { text, fault: `Write it so: \`${USAGE[kind]}\`.` } : { text, command };
}
