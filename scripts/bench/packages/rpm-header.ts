/**
 * An rpm header (rpm's format-header.md): an index of tags, all but one by number, over a store of values; the one is the
 * region, whose trailer at the end of the store says where the index begins.
 */
export type Value =
  | { readonly kind: 'text' | 'i18n'; readonly value: string }
  | { readonly kind: 'texts'; readonly value: readonly string[] }
  | { readonly kind: 'int16' | 'int32'; readonly value: readonly number[] }
  | { readonly kind: 'bytes'; readonly value: Buffer };

const TYPES = { int16: 3, int32: 4, text: 6, bytes: 7, texts: 8, i18n: 9 } as const;
const MAGIC = Buffer.from('8eade80100000000', 'hex');
const ENTRY = 16;

/** @param region 62 of the signature header, 63 of the other. @param tags without the empty ones */
export function renderHeader(region: 62 | 63, tags: Readonly<Record<number, Value>>): Buffer {
  const entries: Buffer[] = [];
  const store: Buffer[] = [];
  let size = 0;
  for (const [tag, value] of Object.entries(tags)) {
    const [bytes, count] = stored(value);
    const aligned = value.kind === 'int32' ? 4 : value.kind === 'int16' ? 2 : 1;
    const gap = (aligned - (size % aligned)) % aligned;
    entries.push(entry(Number(tag), TYPES[value.kind], size + gap, count));
    store.push(Buffer.alloc(gap), bytes);
    size += gap + bytes.length;
  }
  const first = entry(region, TYPES.bytes, size, ENTRY);
  const trailer = entry(region, TYPES.bytes, -(entries.length + 1) * ENTRY, ENTRY);
  const counts = Buffer.alloc(8);
  counts.writeUInt32BE(entries.length + 1, 0);
  counts.writeUInt32BE(size + ENTRY, 4);
  return Buffer.concat([MAGIC, counts, first, ...entries, ...store, trailer]);
}

function stored(value: Value): readonly [bytes: Buffer, count: number] {
  switch (value.kind) {
    case 'text':
    case 'i18n':
      return [Buffer.from(`${value.value}\0`), 1];
    case 'texts':
      return [Buffer.from(value.value.map((one) => `${one}\0`).join('')), value.value.length];
    case 'bytes':
      return [value.value, value.value.length];
    default:
      return [numbers(value.value, value.kind === 'int16' ? 2 : 4), value.value.length];
  }
}

function numbers(values: readonly number[], width: 2 | 4): Buffer {
  const bytes = Buffer.alloc(values.length * width);
  for (const [at, value] of values.entries()) bytes.writeUIntBE(value, at * width, width);
  return bytes;
}

function entry(...values: readonly [tag: number, type: number, offset: number, count: number]): Buffer {
  const bytes = Buffer.alloc(ENTRY);
  for (const [at, value] of values.entries()) bytes.writeInt32BE(value, at * 4);
  return bytes;
}
