import type { Lane, PackageFormat } from '#core/distribution/distribution.ts';

/** Where a repository stands on the way to the sites (domain.md section 6). */
export type Area = 'untested' | 'testing' | 'candidate' | 'production';

/** base = the first release of the major, updates = all later ones; untested and testing have no parts. */
export type Part = '' | 'base' | 'updates';

export interface Place {
  readonly area: Area;
  readonly part: Part;
  readonly lane: Lane;
  readonly os: string;
  readonly arch: string;
  readonly format: PackageFormat;
  /** deb: the platform's suite, `bookworm`. */
  readonly suite?: string | undefined;
}

/** What sites must ask for by name: off by default, and apt takes upgrades from it only for what came from it. */
export function isOptional(area: Area): boolean {
  return area === 'untested' || area === 'testing';
}

/**
 * Path of a repository's root below the public URL, without slashes at its ends (domain.md section 6, "Repositories").
 * The Debian family shares one root for all its suites and architectures in candidate and production.
 */
export function repositoryPath({ area, part, lane, os, arch, format }: Place): string {
  const { distribution, major } = lane;
  if (isOptional(area)) return `sw/${area}/${distribution}/${major}/${os}/${arch}`;
  const top = `sw/production/${distribution}/${area === 'candidate' ? 'candidate/' : ''}${major}`;
  return format === 'deb' ? `${top}/debian` : `${top}/${os}/${arch}/${part}`;
}

/** The name below `dists/`: X = base, X-updates = updates. */
export function suiteOf({ part, suite }: Place): string | undefined {
  return part === 'updates' && suite !== undefined ? `${suite}-updates` : suite;
}

/** `umd-5/production/debian-12/amd64/base`: names a repository in states, reports and logs. */
export function repositoryId({ area, part, lane, os, arch }: Place): string {
  const id = `${lane.distribution}-${lane.major}/${area}/${os}/${arch}`;
  return part === '' ? id : `${id}/${part}`;
}

/** `UMD-5-base`, `UMD-5-candidate-base`, `UMD-5-untested`: how client files, labels and people call it. */
export function repositoryTitle({ area, part, lane }: Pick<Place, 'area' | 'part' | 'lane'>): string {
  const name = `${lane.distribution.toUpperCase()}-${lane.major}`;
  const words = area === 'production' ? [name, part] : [name, area, part];
  return words.filter((word) => word !== '').join('-');
}
