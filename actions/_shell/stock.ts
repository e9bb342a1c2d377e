import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { constants, crc32, deflateRaw } from 'node:zlib';
import type { PackageFormat } from '#core/distribution/distribution.ts';
import type { Fault } from '#core/faults.ts';
import { type Listed, type Listing, parseListing, ROW } from '#core/repository/listing.ts';
import { type Chunk, nameAt, namesOf, type SegmentPlan, segmentsOf } from '#core/repository/segments.ts';
import { RENDERING } from '#core/repository/snapshot.ts';
import { contentOf, type Segment, STREAMS, streamTexts } from '#core/repository/stock.ts';
import type { Pool } from './pool.ts';
import { fragmentsOf } from './pool-fragments.ts';
import { changedSince } from './pool-proof.ts';
import type { MadeChunk, SegmentCache } from './segment-cache.ts';

const deflate = promisify(deflateRaw);

export interface Stocking {
  readonly pool: Pool;
  readonly cache: SegmentCache;
}

export interface Stocked {
  readonly segments: readonly Segment[];
  readonly faults: readonly Fault[];
}

export function sha256Of(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export function plansOf(listing: Listing, format: PackageFormat, names?: number): readonly SegmentPlan[] {
  return segmentsOf(listing, `${RENDERING} ${format}`, sha256Of, names);
}

/**
 * Has every segment of a listing in the cache. Fragments are read and compressed for chunks that are new; the others of
 * their segment are taken over from the segment they were in before.
 * @param before what the repository held the last time
 */
export async function stock({ head, listing }: Listed, before: Listing, hands: Stocking): Promise<Stocked> {
  const segments: Segment[] = [];
  const faults: Fault[] = [];
  for (const plan of plansOf(listing, head.format)) {
    const found = hands.cache.find(plan.key, head.format);
    if (found !== undefined) {
      segments.push(found);
      continue;
    }
    const made = await make(plan, { head, listing }, before, hands);
    faults.push(...made.faults);
    if (faults.length > 0) continue;
    const [first, last] = [nameAt(listing, plan.chunks[0]?.from ?? 0), lastName(listing, plan)];
    segments.push(hands.cache.add(plan.key, head.format, first, last, made.chunks));
  }
  return { segments, faults };
}

async function make({ chunks }: SegmentPlan, { head, listing }: Listed, before: Listing, { cache, pool }: Stocking) {
  const [from, to] = [chunks[0]?.from ?? 0, chunks.at(-1)?.to ?? 0];
  const near = nearBy(before, nameAt(listing, from), to - from);
  const old = leftovers(before, near, head.format, cache);
  const faults: Fault[] = [];
  const made = chunks.map(async (chunk) => {
    const kept = old.get(chunk.key);
    if (kept !== undefined) return kept;
    const packages = parseListing(listing.slice(chunk.from, chunk.to));
    const { fragments, faults: found } = await fragmentsOf(packages, head, pool);
    faults.push(...found, ...(await changedSince(packages, fragments, { before: near, head, pool })));
    return compressed(chunk, fragments, packages.map(({ ppa }) => ppa), head.format); // biome-ignore format: one thought
  });
  return { chunks: await Promise.all(made), faults };
}

type Fragments = Awaited<ReturnType<typeof fragmentsOf>>['fragments'];

async function compressed(
  { key }: Chunk,
  fragments: Fragments,
  ppas: readonly string[],
  format: PackageFormat,
): Promise<MadeChunk> {
  const texts = streamTexts(fragments, ppas);
  const { deflated, open } = STREAMS[format];
  const entries = await Promise.all([
    ...deflated.map(async (stream) => [stream, ...(await piece(texts[stream] ?? ''))] as const),
    ...open.map((stream) => {
      const bytes = Buffer.from(texts[stream] ?? '');
      return [stream, bytes, { length: bytes.length, open: bytes.length, crc: 0 }] as const;
    }),
  ]);
  return {
    key,
    count: fragments.length,
    content: contentOf(fragments, sha256Of),
    pieces: Object.fromEntries(entries.map(([stream, , facts]) => [stream, facts])),
    bytes: Object.fromEntries(entries.map(([stream, bytes]) => [stream, bytes])),
  };
}

/** Ends on a byte boundary and without a final block, so that more can follow. */
async function piece(text: string) {
  const bytes = Buffer.from(text);
  const packed = await deflate(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
  return [packed, { length: packed.length, open: bytes.length, crc: crc32(bytes) }] as const;
}

/** Rows that stood where a segment stands now; none when it begins with another name. */
function nearBy(before: Listing, name: string, length: number): Listing {
  const at = before.indexOf(`${ROW}${name}"`);
  return at < 0 ? '' : before.slice(at, before.indexOf('\n', at + 2 * length) + 1 || undefined);
}

/** Chunks by key of the segments that stood where one stands now: beginning with the same name, or else all. */
function leftovers(before: Listing, near: Listing, format: PackageFormat, cache: SegmentCache) {
  const names = namesOf(before);
  const held = (listing: Listing) =>
    plansOf(listing, format, names).flatMap(({ key }) => cache.find(key, format) ?? []);
  const [first] = near === '' ? [] : held(near);
  const segments = first === undefined ? held(before) : [first];
  return new Map(segments.flatMap((segment) => cache.chunks(segment, format).map((chunk) => [chunk.key, chunk])));
}

function lastName(listing: Listing, { chunks }: SegmentPlan): string {
  const end = chunks.at(-1)?.to ?? 0;
  return nameAt(listing, Math.max(0, listing.lastIndexOf('\n', end - 2) + 1));
}
