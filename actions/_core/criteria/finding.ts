import type { Result } from '#core/verification/evidence.ts';
import type { Criteria } from './criterion.ts';
import type { Facts, Step } from './facts.ts';

/** What a check says; `evidence` is the text it is drawn from. */
export interface Finding {
  readonly result: Result;
  readonly comment: string;
  readonly evidence: string;
}

/** A check is pure: facts in, finding out. `needs` names what the environment must give for the check to say anything. */
export interface Check {
  readonly needs?: 'services' | 'networkCut';
  /** What it is drawn from; a fresh installation and the packages' checker unless it says otherwise. */
  readonly from?: readonly Part[];
  /** JSON schema of the facts it reads: `reading` of reads.ts. Others it never sees. */
  readonly reads: Readonly<Record<string, unknown>>;
  readonly judge: (facts: Facts, known: Known) => Finding;
}

/** A part of the verification, which costs its own time: what nobody asks for is left out. */
export type Part = 'fresh' | 'packages' | 'tests' | 'pages' | 'upgrade' | 'closure';

/** Data of the criteria that checks judge by. */
export type Known = Pick<Criteria, 'findings' | 'licences'>;

/** At most so many names in a comment; the rest is counted and stands in the evidence. */
const SHOWN = 8;

export function listed(names: readonly string[]): string {
  const more = names.length - SHOWN;
  return more > 0 ? `${names.slice(0, SHOWN).join(', ')} and ${more} more` : names.join(', ');
}

/** `1 file`, `3 files`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

export function failedStep(steps: readonly Step[]): Step | undefined {
  return steps.find(({ code }) => code !== 0);
}

/** The line of a package manager's or service's output that says most: its last error, else its last words. */
export function tellingLine(output: string): string {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const errors = lines.filter((line) => /^(E:|Error|dpkg: error|error:)|failed|Depends:|nothing provides/i.test(line));
  return (errors[0] ?? lines.at(-1) ?? 'it said nothing').slice(0, 300);
}

export function logOf(steps: readonly Step[]): string {
  return steps.map(({ name, code, output }) => `== ${name}: ${code}\n${output}`).join('\n');
}

/** Facts are missing because the installation failed: says so, and no more. */
export const NOT_INSTALLED: Finding = {
  result: 'Not tested',
  comment: 'The installation failed, so there was nothing to look at.',
  evidence: '',
};
