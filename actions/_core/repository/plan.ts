import { grouped } from './group.ts';
import type { Head, Listing } from './listing.ts';
import { isDue } from './release-dates.ts';
import type { PublishedHead, StateText } from './state-text.ts';
import type { Segment } from './stock.ts';

/** A repository as it will be served. */
export interface Shelf {
  readonly head: PublishedHead;
  readonly listing: Listing;
  /** Undefined while nobody had to look: it holds what is published. */
  readonly segments: readonly Segment[] | undefined;
}

/** A shelf that was looked at. */
export interface StockedShelf extends Shelf {
  readonly segments: readonly Segment[];
}

/** What is signed and swapped together: one rpm repository, or one apt suite with all its architectures. */
export interface Publication {
  readonly path: string;
  readonly suite: string | undefined;
  readonly shelves: readonly [Shelf, ...Shelf[]];
  /** Ids whose packages are other than published. */
  readonly changed: readonly string[];
  /** Must be written, because something changed or its signature is due. */
  readonly stale: boolean;
  /** deb: Valid-Until of what is published. */
  readonly validUntil: string | undefined;
  /** deb: a later date that clients may have. */
  readonly overtakes: string | undefined;
}

export interface Circumstances {
  readonly published: StateText | undefined;
  readonly now: Date;
  /** Address or key is another one than the last time: everything is written. */
  readonly moved: boolean;
}

/** Groups the shelves and tells which groups must be written; the others are skipped without a look into the store. */
export function planPublications(
  shelves: readonly Shelf[],
  { published, now, moved }: Circumstances,
): readonly Publication[] {
  const heads = (published?.shown ?? []).map(({ head }) => head);
  const known = new Map(heads.map((head) => [head.id, head]));
  const groups = grouped(shelves, ({ head }) => groupOf(head));
  const members = grouped(heads, groupOf);
  return [...groups.entries()].map(([group, held]) => {
    const first = held[0].head;
    const changed = held.map(({ head }) => head).filter(({ id, snapshot }) => known.get(id)?.snapshot !== snapshot);
    const before = members.get(group) ?? [];
    const validUntil = before.map((head) => head.validUntil).find((date) => date !== undefined);
    const overtakes = before.map((head) => head.overtakes).find((date) => date !== undefined);
    const due = isDue(validUntil, now, overtakes);
    const stale = moved || changed.length > 0 || before.length !== held.length || due;
    return {
      path: first.path,
      suite: first.suite,
      shelves: held,
      changed: changed.map(({ id }) => id),
      stale,
      validUntil,
      overtakes,
    };
  });
}

function groupOf({ path, suite = '' }: Head): string {
  return `${path} ${suite}`;
}
