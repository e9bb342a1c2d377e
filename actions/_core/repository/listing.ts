import { byText } from '#core/text.ts';
import type { RepositoryPackage, WantedRepository } from './wanted.ts';

/**
 * What a repository holds, as text: a row `,{"name":…,"version":…,"arch":…,"sha256":…,"ppa":…}` for each package, in the
 * order of every index. The very rows stand in state.json, so that two listings are compared as texts and tens of
 * thousands of packages are never made into objects to see that one of them changed.
 */
export type Listing = string;

/** How every row begins; then comes the name. */
export const ROW = ',{"name":"';

/** A repository without what it holds. */
export type Head = Omit<WantedRepository, 'packages'>;

/** A wanted repository, ready to be published. */
export interface Listed {
  readonly head: Head;
  readonly listing: Listing;
}

export function listed({ packages, ...head }: WantedRepository): Listed {
  return { head, listing: renderListing(packages) };
}

/** The same repository with these groups and modules, or none. */
export function withMetadata(head: Head, metadata: Head['metadata']): Head {
  const { metadata: _, ...others } = head;
  return metadata === undefined ? others : { ...others, metadata };
}

/** By name, version, arch in plain text order, the same on every machine. */
export function renderListing(packages: readonly RepositoryPackage[]): Listing {
  return packages
    .map((one) => [`${one.name} ${one.version} ${one.arch} ${one.sha256}`, one] as const)
    .sort(([left], [right]) => byText(left, right))
    .map(([, { name, version, arch, sha256, ppa }]) => `,${JSON.stringify({ name, version, arch, sha256, ppa })}\n`)
    .join('');
}

export function parseListing(listing: Listing): readonly RepositoryPackage[] {
  return JSON.parse(`[${listing.slice(1)}]`) as RepositoryPackage[];
}
