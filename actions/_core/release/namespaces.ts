/** The four namespaces of release.xml 0.2 by their canonical prefixes (domain.md section 2). */
export const NAMESPACES = {
  release: 'http://repo.egi.eu/0.2/release',
  UMDmeta: 'http://repo.egi.eu/0.2/UMDmeta',
  repofile: 'http://repo.egi.eu/0.2/repofile',
  repository: 'http://repo.egi.eu/0.2/repository',
} as const;

export type Prefix = keyof typeof NAMESPACES;

export const CANONICAL_PREFIXES = Object.keys(NAMESPACES) as readonly Prefix[];
