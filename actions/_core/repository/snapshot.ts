import type { Head } from './listing.ts';
import type { Digest } from './segments.ts';
import type { Segment } from './stock.ts';

/** Goes up when what is rendered from the same fragments changes, so that no snapshot is ever changed under its name. */
export const RENDERING = 3;

/**
 * A snapshot's name: sha256 over what it holds (its packages' metadata and paths, groups and modules) and where it stands. Compressed bytes
 * are left out, because zlib builds differ in them: the same locks give the same name on another machine.
 */
export function snapshotId(head: Head, segments: readonly Segment[], digest: Digest): string {
  return snapshotOf(
    head,
    segments.flatMap(({ chunks }) => chunks.map(({ content }) => content)),
    digest,
  );
}

/** @param contents of the chunks, in their order */
export function snapshotOf(
  { format, path, suite = '', arch, metadata = [] }: Head,
  contents: readonly string[],
  digest: Digest,
): string {
  const besides = metadata.map(({ kind, sha256 }) => `${kind} ${sha256}`);
  return digest([`snapshot ${RENDERING}`, format, path, suite, arch, ...contents, ...besides, ''].join('\n'));
}
