import { execFileSync } from 'node:child_process';
import { constants, crc32, deflateRawSync, gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EMPTY, GZIP_HEAD, gzipTail, joined } from './gzip-splice.ts';

/** What zlib makes of each text apart, put together by us. */
function splice(texts: readonly Buffer[]): Buffer {
  const packed = texts.map((text) => deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH }));
  const pieces = texts.map((text, index) => ({
    length: packed[index]?.length ?? 0,
    open: text.length,
    crc: crc32(text),
  }));
  return Buffer.concat([GZIP_HEAD, ...packed, gzipTail(pieces.reduce(joined, EMPTY))]);
}

const texts = fc.array(fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.constant(Buffer.alloc(70_000, 'deb '))), {
  maxLength: 12,
});

test('spliced pieces are one gzip member that zlib opens to their concatenation', () => {
  fc.assert(
    fc.property(texts, (given) => {
      const buffers = given.map((bytes) => Buffer.from(bytes));
      expect(gunzipSync(splice(buffers)).equals(Buffer.concat(buffers))).toBe(true);
    }),
  );
});

test('gzip itself takes it for whole, and would notice a wrong sum', () => {
  const spliced = splice(['storm\n', '', 'voms\n'.repeat(5000)].map((text) => Buffer.from(text)));
  const gzip = (input: Buffer) => execFileSync('gzip', ['-dc'], { input, stdio: ['pipe', 'pipe', 'pipe'] });
  expect(gzip(spliced).toString()).toBe(`storm\n${'voms\n'.repeat(5000)}`);
  spliced[spliced.length - 6] = (spliced.at(-6) ?? 0) ^ 1;
  expect(() => gzip(spliced)).toThrow(/crc error/);
});

test('a sum of more than four GiB is written modulo 2^32 (RFC 1952, 2.3.1)', () => {
  expect([...gzipTail({ length: 0, open: 2 ** 32 + 5, crc: 0xdeadbeef })]).toEqual([
    ...[3, 0, 0xef, 0xbe, 0xad, 0xde],
    ...[5, 0, 0, 0],
  ]);
});
