import type { Fragment } from './fragment.ts';
import { grouped } from './group.ts';
import type { PublishedRepository, PublishedState } from './published.ts';
import { isDue } from './release-dates.ts';
import type { WantedRepository } from './wanted.ts';

/** A wanted repository with what it holds, ready to be written. */
export interface Shelf {
  readonly repository: PublishedRepository;
  readonly fragments: readonly Fragment[];
}

/** What is signed and swapped together: one rpm repository, or one apt suite with all its architectures. */
export interface Publication {
  readonly path: string;
  readonly suite: string | undefined;
  readonly shelves: readonly Shelf[];
  /** Ids whose packages are other than published. */
  readonly changed: readonly string[];
  /** Must be written, because something changed or its signature is due. */
  readonly stale: boolean;
  /** deb: Valid-Until of what is published. */
  readonly validUntil: string | undefined;
}

export interface Circumstances {
  readonly published: PublishedState | undefined;
  readonly now: Date;
  /** Address or key is another one than the last time: everything is written. */
  readonly moved: boolean;
}

/** Groups the shelves and tells which groups must be written; the others are skipped without a look into the store. */
export function planPublications(
  shelves: readonly Shelf[],
  { published, now, moved }: Circumstances,
): readonly Publication[] {
  const known = new Map((published?.repositories ?? []).map((repository) => [repository.id, repository]));
  const groups = grouped(shelves, ({ repository }) => groupOf(repository));
  const members = grouped(known.values(), groupOf);
  return [...groups.entries()].map(([group, held]) => {
    const first = held[0].repository;
    const changed = held
      .map(({ repository }) => repository)
      .filter(({ id, snapshot }) => known.get(id)?.snapshot !== snapshot);
    const before = members.get(group) ?? [];
    const validUntil = before.map((repository) => repository.validUntil).find((date) => date !== undefined);
    const stale = moved || changed.length > 0 || before.length !== held.length || isDue(validUntil, now);
    return {
      path: first.path,
      suite: first.suite,
      shelves: held,
      changed: changed.map(({ id }) => id),
      stale,
      validUntil,
    };
  });
}

function groupOf({ path, suite = '' }: WantedRepository): string {
  return `${path} ${suite}`;
}
