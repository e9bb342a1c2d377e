import { constants, inflateRawSync } from 'node:zlib';
import { type Segment, STREAMS } from '#core/repository/stock.ts';
import { rawZstdFrame } from '#core/repository/zstd-frame.ts';
import type { Member, Source } from './gzip-member.ts';
import { sha256Of } from './stock.ts';
import { zstd } from './zstd.ts';

/** Part of the kept file's name: another level is another file. */
const KEPT = 'zst3';

/**
 * An index as zstd: a frame for each segment, one after the other (RFC 8878 section 3: content of several frames is read as
 * one), so that only the segment that changed is compressed anew. apt 3, dnf, zypper and zstd itself read that (publish-zstd.test.ts);
 * aptly and createrepo_c 0.17 do not, and no platform that has only those says `compression: zst`.
 */
export async function zstdFrames(source: Source, stream: string, { head = '', tail = '' } = {}): Promise<Member> {
  const parts: Uint8Array[] = [];
  let openSize = 0;
  const around = (text: string) => {
    const open = Buffer.from(text);
    openSize += open.length;
    if (open.length > 0) parts.push(rawZstdFrame(open));
  };
  around(head);
  for (const segment of source.segments) {
    openSize += segment.totals[stream]?.open ?? 0;
    parts.push(await frameOf(segment, stream, source));
  }
  around(tail);
  if (parts.length === 0) parts.push(rawZstdFrame(new Uint8Array())); // a file without any frame is no zstd
  const bytes = Buffer.concat(parts);
  return { bytes, sha256: sha256Of(bytes), openSize };
}

async function frameOf(segment: Segment, stream: string, { cache, format }: Source): Promise<Uint8Array> {
  const name = `${stream}.${KEPT}`;
  const kept = cache.kept(segment, name);
  if (kept !== undefined) return kept;
  const bytes = cache.read(segment, format, stream);
  const isPacked = (STREAMS[format].deflated as readonly string[]).includes(stream);
  const made = await zstd(isPacked ? inflateRawSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }) : bytes);
  cache.keep(segment, name, made);
  return made;
}
