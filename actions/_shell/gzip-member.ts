import { createHash } from 'node:crypto';
import type { PackageFormat } from '#core/distribution/distribution.ts';
import { EMPTY, GZIP_AROUND, GZIP_HEAD, gzipTail, joined, type Piece } from '#core/repository/gzip-splice.ts';
import { type Segment, total } from '#core/repository/stock.ts';
import type { SegmentCache } from './segment-cache.ts';
import { piece, sha256Of } from './stock.ts';

export interface Member {
  readonly bytes: Buffer;
  readonly sha256: string;
  /** Bytes of the open text. */
  readonly openSize: number;
}

interface Source {
  readonly cache: SegmentCache;
  readonly format: PackageFormat;
  readonly segments: readonly Segment[];
}

/** One gzip member of a stream's pieces, with a text before and after them. */
export async function spliced(
  { cache, format, segments }: Source,
  stream: string,
  { head = '', tail = '' } = {},
): Promise<Member> {
  const [before, after] = await Promise.all([framing(head), framing(tail)]);
  const totals = segments.map(({ chunks }) => total(chunks, stream));
  const whole = [before.piece, ...totals, after.piece].reduce(joined, EMPTY);
  const bytes = Buffer.allocUnsafe(whole.length + GZIP_AROUND);
  let at = put(GZIP_HEAD, bytes, 0);
  at = put(before.bytes, bytes, at);
  for (const segment of segments) at += cache.read(segment, format, stream, bytes.subarray(at)).length;
  at = put(after.bytes, bytes, at);
  put(gzipTail(whole), bytes, at);
  return { bytes, sha256: sha256Of(bytes), openSize: whole.open };
}

/** Digest and size of an open stream; read piece by piece into one buffer, never held whole. */
export function digested({ cache, format, segments }: Source, stream: string) {
  const hash = createHash('sha256');
  const lengths = segments.map(({ chunks }) => total(chunks, stream).length);
  const buffer = Buffer.allocUnsafe(Math.max(1, ...lengths));
  for (const segment of segments) hash.update(cache.read(segment, format, stream, buffer));
  return { sha256: hash.digest('hex'), size: lengths.reduce((sum, length) => sum + length, 0) };
}

async function framing(text: string): Promise<{ readonly bytes: Uint8Array; readonly piece: Piece }> {
  if (text === '') return { bytes: Buffer.alloc(0), piece: EMPTY };
  const [bytes, facts] = await piece(text);
  return { bytes, piece: facts };
}

function put(bytes: Uint8Array, into: Buffer, at: number): number {
  into.set(bytes, at);
  return at + bytes.length;
}
