import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { PackageFormat } from '#core/distribution/distribution.ts';
import { orderOf, rangeOf, type Segment, type StockedChunk, summed } from '#core/repository/stock.ts';
import { writeLoosely } from './durable.ts';

/** A chunk with the bytes of its streams. */
export interface MadeChunk extends StockedChunk {
  readonly bytes: Readonly<Record<string, Buffer>>;
}

/**
 * What was rendered and compressed before, by content: `<store>/cache/<first 2 hex>/<key>`. Everything in it can be made
 * again from the pool, so it may be removed at any time when nobody publishes. Read in one step each, because a
 * publisher does nothing else meanwhile and waiting in turns would cost more than the reading.
 */
export interface SegmentCache {
  find(key: string, format: PackageFormat): Segment | undefined;
  /** A stream's bytes, into a buffer of at least that length; gives the part that was filled. */
  read(segment: Segment, format: PackageFormat, stream: string, into?: Buffer): Buffer;
  /** All its chunks with the bytes of their streams. */
  chunks(segment: Segment, format: PackageFormat): readonly MadeChunk[];
  add(key: string, format: PackageFormat, first: string, last: string, made: readonly MadeChunk[]): Segment;
  /** A stream of a segment, packed otherwise, as `keep` was given it; undefined when there is none that is whole. */
  kept({ key }: Segment, name: string): Buffer | undefined;
  keep({ key }: Segment, name: string, bytes: Uint8Array): void;
}

/** Enough for most heads: forty chunks. */
const HEAD_BYTES = 24_576;
/** Bytes of the length before what is packed otherwise. */
const LENGTH = 8;

export function openCache(store: string): SegmentCache {
  const place = (key: string) => join(store, 'cache', key.slice(0, 2), key);
  /** What was added and is not written yet. */
  const fresh = new Map<string, { readonly segment: Segment; readonly bytes: Buffer }>();

  function find(key: string, format: PackageFormat): Segment | undefined {
    const added = fresh.get(key);
    if (added !== undefined) return added.segment;
    const file = opened(place(key));
    if (file === undefined) return undefined;
    try {
      const segment = readHead(file, key);
      if (segment === undefined) return undefined;
      const order = orderOf(format);
      const [from, length] = rangeOf(segment, order.at(-1) as string, order);
      // Not synced when written: after a power cut it may be short, and then it is as good as absent.
      return fstatSync(file).size === from + length ? segment : undefined;
    } finally {
      closeSync(file);
    }
  }

  function slice({ key }: Segment, from: number, length: number, into?: Buffer): Buffer {
    const added = fresh.get(key)?.bytes.subarray(from, from + length);
    if (added !== undefined) return into === undefined ? added : into.subarray(0, added.copy(into));
    return sliceOfFile(key, from, length, into);
  }

  function sliceOfFile(key: string, from: number, length: number, into: Buffer = Buffer.allocUnsafe(length)): Buffer {
    const file = openSync(place(key), 'r');
    try {
      for (let done = 0; done < length; ) {
        const read = readSync(file, into, done, length - done, from + done);
        if (read === 0) throw new Error(`The cached segment ${key} is cut short.`);
        done += read;
      }
      return into.subarray(0, length);
    } finally {
      closeSync(file);
    }
  }

  function writeFresh(key: string, bytes: Buffer): void {
    try {
      writeLoosely(place(key), bytes);
      fresh.delete(key);
    } catch {
      // Not kept for the next time, when it will be made again: on a full disk what is served fails, and says so.
    }
  }

  return {
    find,
    kept: ({ key }, name) => {
      const bytes = bytesOf(`${place(key)}.${name}`);
      // Not synced either: its length stands first.
      const length = bytes === undefined || bytes.length < LENGTH ? -1 : Number(bytes.readBigUInt64LE());
      return length === (bytes?.length ?? 0) - LENGTH ? bytes?.subarray(LENGTH) : undefined;
    },
    keep: ({ key }, name, bytes) => {
      const length = Buffer.alloc(LENGTH);
      length.writeBigUInt64LE(BigInt(bytes.length));
      try {
        writeLoosely(`${place(key)}.${name}`, Buffer.concat([length, bytes]));
      } catch {
        // As above: made again when it is wanted.
      }
    },
    read: (segment, format, stream, into) => slice(segment, ...rangeOf(segment, stream, orderOf(format)), into),
    chunks: (segment, format) => {
      const order = orderOf(format);
      const ranges = order.map((stream) => rangeOf(segment, stream, order));
      const whole = slice(
        segment,
        segment.start,
        ranges.reduce((sum, [, length]) => sum + length, 0),
      );
      const next = ranges.map(([from]) => from - segment.start);
      return segment.chunks.map((chunk) => {
        const bytes = order.map((stream, index) => {
          const from = next[index] ?? 0;
          next[index] = from + lengthIn(chunk.pieces, stream);
          return [stream, whole.subarray(from, next[index])] as const;
        });
        return { ...chunk, bytes: Object.fromEntries(bytes) };
      });
    },
    add: (key, format, first, last, made) => {
      const chunks = made.map(({ bytes: _, ...chunk }) => chunk);
      const facts = { first, last, chunks, ...summed(chunks, orderOf(format)) };
      const head = Buffer.from(`${JSON.stringify(facts)}\n`);
      const body = orderOf(format).flatMap((stream) => made.map(({ bytes }) => bytes[stream] as Buffer));
      const segment: Segment = { key, ...facts, start: head.length };
      const bytes = Buffer.concat([head, ...body]);
      fresh.set(key, { segment, bytes });
      setImmediate(writeFresh, key, bytes); // nobody waits for it: signatures are begun first
      return segment;
    },
  };
}

function lengthIn(pieces: StockedChunk['pieces'], stream: string): number {
  return pieces[stream]?.length ?? 0;
}

function bytesOf(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw cause;
  }
}

function opened(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw cause;
  }
}

function readHead(file: number, key: string): Segment | undefined {
  for (let size = HEAD_BYTES; ; size *= 4) {
    const bytes = Buffer.allocUnsafe(size);
    const read = readSync(file, bytes, 0, size, 0);
    const end = bytes.subarray(0, read).indexOf(10);
    if (end >= 0) {
      const head = JSON.parse(bytes.toString('utf8', 0, end)) as Omit<Segment, 'key' | 'start'>;
      return { key, ...head, start: end + 1 };
    }
    if (read < size) return undefined;
  }
}
