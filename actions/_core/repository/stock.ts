import type { PackageFormat } from '#core/distribution/distribution.ts';
import { renderPackages } from './apt-metadata.ts';
import { type Fragment, poolPath } from './fragment.ts';
import { EMPTY, joined, type Piece } from './gzip-splice.ts';
import { packageRow } from './index-page.ts';
import { RPM_INDEXES, renderRpmBody } from './rpm-metadata.ts';
import type { Digest } from './segments.ts';

/**
 * What is made of a chunk's packages once and kept. `deflated`: pieces of the compressed indexes. `open`: as they are; the
 * open Packages because Release must name its digest, the rows of the page for people.
 */
export const STREAMS = {
  deb: { deflated: ['packages'], open: ['Packages', 'page'] },
  rpm: { deflated: RPM_INDEXES, open: ['page'] },
} as const satisfies Record<PackageFormat, { deflated: readonly string[]; open: readonly string[] }>;

export interface StockedChunk {
  readonly key: string;
  /** Packages in it. */
  readonly count: number;
  /** sha256 of the fragments' digests and paths: what a snapshot's name is made of. */
  readonly content: string;
  /** By stream; of an open one only the length counts. */
  readonly pieces: Readonly<Record<string, Piece>>;
}

/** A segment that the cache holds. */
export interface Segment {
  readonly key: string;
  readonly first: string;
  readonly last: string;
  readonly chunks: readonly StockedChunk[];
  /** Packages in it, and its streams spliced: sums over the chunks. */
  readonly count: number;
  readonly totals: Readonly<Record<string, Piece>>;
  /** Where its first stream begins in its file. */
  readonly start: number;
}

/** Where a stream of a segment lies in its file: stream after stream, chunk after chunk. */
export function rangeOf(
  { totals, start }: Segment,
  stream: string,
  order: readonly string[],
): readonly [number, number] {
  const length = (name: string) => totals[name]?.length ?? 0;
  const before = order.slice(0, order.indexOf(stream));
  return [start + before.reduce((sum, name) => sum + length(name), 0), length(stream)];
}

export function orderOf(format: PackageFormat): readonly string[] {
  return [...STREAMS[format].deflated, ...STREAMS[format].open];
}

export function contentOf(fragments: readonly Fragment[], digest: Digest): string {
  return digest(fragments.map(({ digest: own, sha256, file }) => `${own} ${poolPath(sha256, file)}\n`).join(''));
}

/** Stream → text. The fragments in the order of the listing, with the PPA of each. */
export function streamTexts(fragments: readonly Fragment[], ppas: readonly string[]): Readonly<Record<string, string>> {
  const page = fragments.map((fragment, index) => packageRow(fragment, ppas[index] ?? '')).join('');
  const debs = fragments.filter((one) => one.format === 'deb');
  if (debs.length > 0) {
    const packages = renderPackages(debs);
    return { packages, Packages: packages, page };
  }
  const rpms = fragments.filter((one) => one.format === 'rpm');
  return { ...Object.fromEntries(RPM_INDEXES.map((index) => [index, renderRpmBody(index, rpms)])), page };
}

/** What a segment of these chunks sums up to. */
export function summed(chunks: readonly StockedChunk[], order: readonly string[]): Pick<Segment, 'count' | 'totals'> {
  const total = (stream: string) => chunks.reduce((sum, { pieces }) => joined(sum, pieces[stream] ?? EMPTY), EMPTY);
  return {
    count: chunks.reduce((sum, { count }) => sum + count, 0),
    totals: Object.fromEntries(order.map((stream) => [stream, total(stream)])),
  };
}

export function countOf(segments: readonly Segment[]): number {
  return segments.reduce((sum, { count }) => sum + count, 0);
}
