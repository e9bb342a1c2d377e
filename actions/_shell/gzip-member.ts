import { createHash } from 'node:crypto';
import { constants, crc32, deflateRawSync } from 'node:zlib';
import type { PackageFormat } from '#core/distribution/distribution.ts';
import { EMPTY, GZIP_AROUND, GZIP_HEAD, gzipTail, joined, type Piece } from '#core/repository/gzip-splice.ts';
import type { Segment } from '#core/repository/stock.ts';
import type { SegmentCache } from './segment-cache.ts';
import { sha256Of } from './stock.ts';

export interface Member {
  readonly bytes: Buffer;
  readonly sha256: string;
  /** Bytes of the open text. */
  readonly openSize: number;
}

export interface Source {
  readonly cache: SegmentCache;
  readonly format: PackageFormat;
  readonly segments: readonly Segment[];
}

/** One gzip member of a stream's pieces, with a text before and after them. */
export function spliced({ cache, format, segments }: Source, stream: string, { head = '', tail = '' } = {}): Member {
  const [before, after] = [framing(head), framing(tail)];
  const totals = segments.map((segment) => segment.totals[stream] ?? EMPTY);
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
  const lengths = segments.map(({ totals }) => totals[stream]?.length ?? 0);
  const buffer = Buffer.allocUnsafe(Math.max(1, ...lengths));
  for (const segment of segments) hash.update(cache.read(segment, format, stream, buffer));
  return { sha256: hash.digest('hex'), size: lengths.reduce((sum, length) => sum + length, 0) };
}

function framing(text: string): { readonly bytes: Uint8Array; readonly piece: Piece } {
  if (text === '') return { bytes: Buffer.alloc(0), piece: EMPTY };
  const open = Buffer.from(text);
  const bytes = deflateRawSync(open, { finishFlush: constants.Z_SYNC_FLUSH });
  return { bytes, piece: { length: bytes.length, open: open.length, crc: crc32(open) } };
}

function put(bytes: Uint8Array, into: Buffer, at: number): number {
  into.set(bytes, at);
  return at + bytes.length;
}
