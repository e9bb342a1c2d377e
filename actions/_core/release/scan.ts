import { fault } from '#core/fault-codes.ts';
import type { Fault } from '#core/faults.ts';
import { positionIn } from '#core/text.ts';

/** What one file may hold; the largest release known (166 products) stays well under it. */
const LIMITS = { characters: 1_048_576, elements: 20_000, depth: 12, tag: 16_384 };

export interface Scanned {
  /** The text without what must not reach the XML parser (DTD, repeated attributes), blanked so that places stay. */
  readonly text: string;
  /** Start of a tag → attribute → its offset. */
  readonly attributes: ReadonlyMap<number, ReadonlyMap<string, number>>;
  readonly faults: readonly Fault[];
  /** False when nothing more should be read. */
  readonly readable: boolean;
}

interface Scan {
  readonly text: string;
  readonly place: (offset: number) => Fault['where'];
  readonly faults: Fault[];
  readonly blanks: [from: number, to: number][];
  readonly attributes: Map<number, Map<string, number>>;
  elements: number;
  depth: number;
}

/**
 * A pass over the raw text before any parser sees it: size, count and depth (no billion laughs), DTD, encoding, and the
 * attributes written twice, which parsers stop at or swallow. Linear in the length of the text.
 */
export function scan(raw: string, file: string): Scanned {
  const text = raw.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  const position = positionIn(text);
  const place = (offset: number) => ({ file, ...position(offset) });
  const state: Scan = { text, place, faults: [], blanks: [], attributes: new Map(), elements: 0, depth: 0 };
  if (text.length > LIMITS.characters) {
    const sentence = `The file has ${text.length} characters; at most ${LIMITS.characters} are read.`;
    return {
      text: '',
      attributes: new Map(),
      faults: [fault('RELEASE_TOO_LARGE', sentence, { file })],
      readable: false,
    };
  }
  checkEncoding(state);
  const readable = walk(state);
  const { faults, attributes } = state;
  return { text: blanked(text, state.blanks), attributes, faults, readable };
}

/** XML 1.0 section 2.2, Char: most control characters cannot stand in a document at all. */
const NO_CHARACTER = /[^\t\n\r -\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

function checkEncoding({ text, place, faults }: Scan): void {
  const declared = /^<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([^"'>]*)["']/.exec(text)?.[1];
  if (declared !== undefined && !/^(utf-8|us-ascii)$/i.test(declared))
    faults.push(fault('RELEASE_ENCODING', `The file declares the encoding ${declared}.`, place(0)));
  const odd = NO_CHARACTER.exec(text);
  if (odd !== null)
    faults.push(fault('RELEASE_ENCODING', 'The file holds a character that XML does not allow.', place(odd.index)));
}

/** Ends of what is not a tag, by its beginning. */
const OTHERS: readonly (readonly [begin: string, end: string])[] = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
  ['</', '>'],
];

/** False when a limit is passed or a tag has no end: what this pass has not seen, no parser may see. */
function walk(state: Scan): boolean {
  const { text, faults, place } = state;
  for (let at = text.indexOf('<'); at !== -1; ) {
    const end = endOf(state, at);
    if (end === 'limit') return false;
    if (end === -1) {
      const shown = text.slice(at, at + 40).split('\n', 1)[0];
      faults.push(fault('RELEASE_MALFORMED', `The tag at "${shown}" cannot be read: ${TAG_RULE}`, place(at)));
      return false;
    }
    at = text.indexOf('<', end);
  }
  return true;
}

const TAG_RULE = 'it needs its end, every attribute a value in quotes, and no < inside.';

function endOf(state: Scan, at: number): number | 'limit' {
  const { text, faults, place, blanks } = state;
  if (/^<!doctype/i.test(text.slice(at, at + 9))) {
    faults.push(fault('RELEASE_DTD', 'The file has a document type declaration.', place(at)));
    const end = endOfDoctype(text, at);
    if (end !== -1) blanks.push([at, end]);
    return end;
  }
  for (const [begin, end] of OTHERS) {
    if (!text.startsWith(begin, at)) continue;
    if (begin === '</') state.depth--;
    const found = text.indexOf(end, at + begin.length);
    return found === -1 ? -1 : found + end.length;
  }
  return startTag(state, at);
}

/** The internal subset stands in brackets; quoted texts inside may hold anything. */
function endOfDoctype(text: string, from: number): number {
  let brackets = 0;
  for (let at = from; at < text.length; at++) {
    const char = text[at];
    if (char === '"' || char === "'") {
      at = text.indexOf(char, at + 1);
      if (at === -1) return -1;
    } else if (char === '[') brackets++;
    else if (char === ']') brackets--;
    else if (char === '>' && brackets <= 0) return at + 1;
  }
  return -1;
}

const TAG_NAME = /<[^\s/>"'=<!?]+/y;
const ATTRIBUTE = /\s+([^\s=/>"'<]+)\s*=\s*("[^"<]*"|'[^'<]*')/y;
const TAG_END = /\s*(\/?)>/y;

function startTag(state: Scan, at: number): number | 'limit' {
  const { text, faults, place, attributes, blanks } = state;
  const seen = new Map<string, number>();
  let next = after(TAG_NAME, text, at)?.index ?? -1;
  for (let found = after(ATTRIBUTE, text, next); found !== undefined; found = after(ATTRIBUTE, text, next)) {
    const [whole = '', name = ''] = found.match;
    const start = next + whole.indexOf(name);
    if (seen.has(name)) {
      faults.push(fault('RELEASE_ATTRIBUTE_REPEATED', `The attribute ${name} stands twice.`, place(start)));
      blanks.push([start, found.index]);
    } else seen.set(name, start);
    next = found.index;
  }
  attributes.set(at, seen);
  const end = after(TAG_END, text, next);
  if (end === undefined) return -1;
  if (end.match[1] === '') state.depth++;
  state.elements++;
  const limit = limitPassed(state, end.index - at);
  if (limit === undefined) return end.index;
  faults.push(fault('RELEASE_TOO_LARGE', limit, place(at)));
  return 'limit';
}

function limitPassed({ depth, elements }: Scan, length: number): string | undefined {
  if (depth > LIMITS.depth) return `Elements are nested deeper than ${LIMITS.depth}.`;
  if (elements > LIMITS.elements) return `The file has more than ${LIMITS.elements} elements.`;
  return length > LIMITS.tag ? `A tag is longer than ${LIMITS.tag} characters.` : undefined;
}

function after(pattern: RegExp, text: string, at: number): { match: RegExpExecArray; index: number } | undefined {
  if (at < 0) return undefined;
  pattern.lastIndex = at;
  const match = pattern.exec(text);
  return match === null ? undefined : { match, index: pattern.lastIndex };
}

function blanked(text: string, blanks: readonly (readonly [from: number, to: number])[]): string {
  let [result, done] = ['', 0];
  for (const [from, to] of blanks) {
    result += text.slice(done, from) + text.slice(from, to).replace(/[^\n]/g, ' ');
    done = to;
  }
  return result + text.slice(done);
}
