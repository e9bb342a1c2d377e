import { type Listing, ROW } from './listing.ts';

/**
 * A listing cut into chunks of 32 names on average, and the chunks into segments, about a hundred of them: one that changes
 * is written anew whole, and each costs every publisher its opening. Where a cut falls is chosen by the name alone, so that
 * a package that comes or goes moves one cut at most and all other chunks stay what they were.
 */
export interface Chunk {
  /** Says what it holds. */
  readonly key: string;
  /** Offsets in the listing. */
  readonly from: number;
  readonly to: number;
}

export interface SegmentPlan {
  readonly key: string;
  readonly chunks: readonly Chunk[];
}

/** sha256 of a text, lower-case hexadecimal. */
export type Digest = (text: string) => string;

const CHUNK_NAMES = 32;
/** Names of a segment, at least and at most. */
const [FEWEST, MOST] = [128, 1024];
const SEGMENTS = 128;
/** About what a row takes, in characters. */
const ROW_LENGTH = 180;

/**
 * How many names a segment has on average, a power of two: the longer the listing, the longer the segments. Chunks do not
 * depend on it, so that a listing that grows over a step has other segments of the same chunks.
 */
export function namesOf(listing: Listing): number {
  let names = FEWEST;
  while (names < MOST && names * SEGMENTS < listing.length / ROW_LENGTH) names *= 2;
  return names;
}

/**
 * @param kind what is made of the rows: part of every segment's key, so that nothing made otherwise is ever taken for it
 * @param names of the whole, when the listing is a part of it
 */
export function segmentsOf(
  listing: Listing,
  kind: string,
  digest: Digest,
  names = namesOf(listing),
): readonly SegmentPlan[] {
  const segments: SegmentPlan[] = [];
  let chunks: Chunk[] = [];
  const cut = (from: number, to: number) =>
    chunks.push({ key: digest(listing.slice(from, to)).slice(0, 32), from, to });
  const close = () => {
    if (chunks.length > 0) segments.push({ key: digest([kind, ...chunks.map(({ key }) => key)].join('\n')), chunks });
    chunks = [];
  };
  let start = 0;
  let before = -1;
  for (let at = 0; at < listing.length; at = listing.indexOf('\n', at) + 1) {
    const mixed = mix(listing, at + ROW.length);
    const again = mixed === before;
    before = mixed;
    if (at === 0 || mixed % CHUNK_NAMES !== 0) continue;
    if (again && nameAt(listing, at) === nameAt(listing, listing.lastIndexOf('\n', at - 2) + 1)) continue;
    cut(start, at);
    start = at;
    if (mixed % names === 0) close();
  }
  if (listing !== '') cut(start, listing.length);
  close();
  return segments;
}

/** The name of the package in the row at an offset. */
export function nameAt(listing: Listing, at: number): string {
  return listing.slice(at + ROW.length, listing.indexOf('"', at + ROW.length));
}

/** FNV-1a of the name that begins there, with a finish that spreads every bit over the low ones. */
function mix(listing: Listing, from: number): number {
  let hash = 0x811c9dc5;
  for (let at = from, code = listing.charCodeAt(at); code !== QUOTE; at += 1, code = listing.charCodeAt(at)) {
    hash = Math.imul(hash ^ code, 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

const QUOTE = 34;
