/**
 * One ordinary gzip member out of pieces that were deflated apart (RFC 1951, RFC 1952). Each piece is raw deflate that ends
 * on a byte boundary without a final block (Z_SYNC_FLUSH), so pieces can stand one after the other; the checksum of the
 * whole comes from those of the pieces, and nothing is compressed again.
 */

/** What must be known of a piece to splice it; lengths in bytes. */
export interface Piece {
  /** Deflated. */
  readonly length: number;
  /** Of the open text, and its crc32. */
  readonly open: number;
  readonly crc: number;
}

export const EMPTY: Piece = { length: 0, open: 0, crc: 0 };

/** Magic, deflate, no name, no time, made on Unix: the same on every machine. */
export const GZIP_HEAD = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3);
/** Bytes around the pieces: head, empty final block, crc32 and length. */
export const GZIP_AROUND = GZIP_HEAD.length + 10;

/** What stands after the last piece: an empty final block, crc32 and length modulo 2^32, little-endian. */
export function gzipTail({ crc, open }: Piece): Uint8Array {
  const tail = new Uint8Array(10);
  const view = new DataView(tail.buffer);
  tail[0] = 3;
  view.setUint32(2, crc, true);
  view.setUint32(6, open % 2 ** 32, true);
  return tail;
}

/** Two pieces as one. */
export function joined(left: Piece, right: Piece): Piece {
  return {
    length: left.length + right.length,
    open: left.open + right.open,
    crc: (times(power(right.open), left.crc) ^ right.crc) >>> 0,
  };
}

/** CRC-32's polynomial, bits reversed. */
const POLYNOMIAL = 0xedb88320;

/** Product of two polynomials modulo POLYNOMIAL over GF(2), bits reversed (as zlib's multmodp). */
function times(left: number, right: number): number {
  let [product, factor] = [0, right];
  for (let bit = 0x80000000; bit !== 0; bit >>>= 1) {
    if ((left & bit) !== 0) product ^= factor;
    factor = (factor & 1) === 0 ? factor >>> 1 : (factor >>> 1) ^ POLYNOMIAL;
  }
  return product >>> 0;
}

/** x^8, x^16, x^32, … modulo POLYNOMIAL, as far as they were asked for. */
const SQUARES = [0x00800000];

/** x^(8·bytes) modulo POLYNOMIAL: by squaring, eight bits to a byte. */
function power(bytes: number): number {
  let result = 0x80000000;
  for (let [rest, bit] = [bytes, 0]; rest > 0; rest = Math.floor(rest / 2), bit += 1) {
    if (bit === SQUARES.length) SQUARES.push(times(SQUARES[bit - 1] ?? 0, SQUARES[bit - 1] ?? 0));
    if (rest % 2 === 1) result = times(SQUARES[bit] ?? 0, result);
  }
  return result;
}
