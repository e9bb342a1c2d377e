import { parseListing } from '#core/repository/listing.ts';
import type { Shelf } from '#core/repository/plan.ts';

/** Folders of the pool that shelves show; asked by stores that have no links. */
export function poolParts(shelves: readonly Shelf[]): () => readonly string[] {
  return () =>
    shelves.flatMap(({ listing }) => parseListing(listing)).map(({ sha256 }) => `${sha256.slice(0, 2)}/${sha256}`);
}
