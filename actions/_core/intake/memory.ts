import type { Fault } from '#core/faults.ts';
import { marker, quoted, readMarker, table } from './markdown.ts';
import { isRetriable } from './retriable.ts';
import type { ReleaseOnCandidate } from './unsplit.ts';

/** A split that was refused before, as the comment on the release's pull request remembers it. */
export interface SplitMemory {
  /** Git's blob id of the release.xml that was refused. */
  readonly blob: string;
  readonly attempts: number;
  readonly retriable: boolean;
  /** When the comment was last written; the forge's clock. */
  readonly at: Date;
}

/** One thing wrong, and in what: PPA, package file. */
export interface SplitFault extends Fault {
  readonly ppa?: string;
  readonly file?: string;
}

const ATTEMPTS = 10;
const [FIRST_PAUSE, LONGEST_PAUSE] = [5 * 60_000, 12 * 3_600_000];

/** When a refused release is worth its network traffic again: undefined is not before release.xml changes or somebody asks. */
export function nextAttempt(memory: SplitMemory | undefined, blob: string, retry: boolean): Date | undefined {
  if (retry || memory === undefined || memory.blob !== blob) return new Date(0);
  if (!memory.retriable || memory.attempts >= ATTEMPTS) return undefined;
  return new Date(memory.at.getTime() + Math.min(FIRST_PAUSE * 2 ** (memory.attempts - 1), LONGEST_PAUSE));
}

export function isSplitComment(body: string, release: string): boolean {
  return readMarker('split', body)?.release === release;
}

/** Undefined when the comment tells of no refusal. @param at when it was last written */
export function readMemory(body: string, at: Date): SplitMemory | undefined {
  const { xml, attempts, retriable } = readMarker('split', body) ?? {};
  if (xml === undefined || !/^[1-9]\d{0,3}$/.test(attempts ?? '')) return undefined;
  return { blob: xml, attempts: Number(attempts), retriable: retriable === 'yes', at };
}

type Release = Pick<ReleaseOnCandidate, 'folder' | 'blob'>;

/** The one comment while a release cannot be split: every fault, and when it is tried again. */
export function refusalComment({ folder, blob }: Release, faults: readonly SplitFault[], memory?: SplitMemory): string {
  const attempts = memory?.blob === blob ? memory.attempts + 1 : 1;
  const retriable = faults.every(isRetriable);
  const rows = faults.map(({ ppa = '', file = '', code, sentence, hint }) => [
    quoted(ppa),
    quoted(file),
    `\`${code}\` ${quoted(sentence)}`,
    quoted(hint),
  ]);
  const again = retriable
    ? 'This may pass: it is tried again by itself, ever less often.'
    : 'It is tried again when `release.xml` changes, or when a release manager starts `split-release` with `retry`.';
  return [
    `**This release cannot be split.** Nothing of it was opened: a release is taken whole or not at all.`,
    table(['PPA', 'package', 'what is wrong', 'what to do'], rows),
    again,
    marker('split', { release: folder, xml: blob, attempts: String(attempts), retriable: retriable ? 'yes' : 'no' }),
  ].join('\n\n');
}

/** The same comment once it went well: no refusal is remembered any more. */
export function splitComment(
  { folder, blob }: Release,
  opened: readonly { readonly ppa: string; readonly pull?: number }[],
): string {
  const rows = opened.map(({ ppa, pull }) => [quoted(ppa), pull === undefined ? 'is being opened' : `#${pull}`]);
  return [
    'Every package was fetched, checked against its signature and pinned. One pull request per PPA:',
    table(['PPA', 'pull request'], rows),
    marker('split', { release: folder, xml: blob, attempts: '0', retriable: 'no' }),
  ].join('\n\n');
}
