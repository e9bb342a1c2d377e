/**
 * A zstd frame that holds a text as it is (RFC 8878, sections 3.1.1 and 3.1.1.2: Raw_Block): for the few words before and after
 * the packages of an index, for which no program need be started.
 */

/** Magic number, little-endian; descriptor of a single segment with a content size of four bytes and no checksum. */
const HEAD = [0x28, 0xb5, 0x2f, 0xfd, 0xa0] as const;
/** Bytes; a Raw_Block holds no more (Block_Maximum_Size). */
const BLOCK = 131_072;
const [RAW, LAST] = [0, 1];

/** @throws RangeError for more than one block */
export function rawZstdFrame(content: Uint8Array): Uint8Array {
  if (content.length > BLOCK) throw new RangeError(`${content.length} bytes do not fit into one raw block.`);
  const frame = new Uint8Array(HEAD.length + 4 + 3 + content.length);
  const view = new DataView(frame.buffer);
  frame.set(HEAD);
  view.setUint32(HEAD.length, content.length, true);
  const block = (content.length << 3) | (RAW << 1) | LAST;
  frame.set([block & 0xff, (block >> 8) & 0xff, block >> 16], HEAD.length + 4);
  frame.set(content, HEAD.length + 7);
  return frame;
}
