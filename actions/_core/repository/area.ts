import type { Lane, PackageFormat } from '#core/distribution/distribution.ts';
import { refusal } from '#core/fault-codes.ts';
import { parsePpaName, ppaKey } from '#core/ppa/ppa.ts';

/**
 * Where a repository stands on the way to the sites (domain.md section 6). `product`: one PPA alone, wherever it stands, for
 * who wants to try or to install nothing else. `release`: the release package alone, which no lock names.
 */
export type Area = 'untested' | 'testing' | 'candidate' | 'production' | 'product' | 'release';

/** base = the first release of the major, updates = all later ones; the others have no parts, nor has a tree of the newest release. */
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
  /** product: its name. */
  readonly ppa?: string | undefined;
}

/** What sites must ask for by name: off by default, and apt takes upgrades from it only for what came from it. */
export function isOptional(area: Area): boolean {
  return area === 'untested' || area === 'testing';
}

/**
 * Path of a repository's root below the public URL, without slashes at its ends (domain.md section 6, "Repositories").
 * The Debian family shares one root for all its suites and architectures in candidate and production. Where production has no
 * parts its tree is called `current`: `sw/production/cas/1/current/…`.
 */
export function repositoryPath(place: Place): string {
  const { area, part, lane, os, arch, format } = place;
  const { distribution, major } = lane;
  if (area === 'product') return productPath(place);
  if (isOptional(area)) return `sw/${area}/${distribution}/${major}/${os}/${arch}`;
  const top = [`sw/production/${distribution}`, ...(area === 'candidate' ? [area] : []), major];
  const tree = area === 'production' && part === '' ? ['current'] : [];
  const last = area === 'release' ? [area] : part === '' ? [] : [part];
  return [...top, ...tree, ...(format === 'deb' ? ['debian'] : [os, arch, ...last])].join('/');
}

/** `umd-5.infn.storm.al9.x86_64/1/11/15` */
function productPath({ lane: { distribution, major }, ppa = '' }: Place): string {
  const id = parsePpaName(ppa);
  if (id === undefined) throw refusal('LOCK_INCONSISTENT', `"${ppa}" is no name of a PPA.`);
  const { version } = id;
  return `${distribution}-${major}.${ppaKey(id).toLowerCase()}/${version.major}/${version.minor}/${version.revision}`;
}

/** The name below `dists/`: X = base, X-updates = updates, X-release = the release package. */
export function suiteOf({ area, part, suite }: Place): string | undefined {
  if (area === 'release' && suite !== undefined) return `${suite}-release`;
  return part === 'updates' && suite !== undefined ? `${suite}-updates` : suite;
}

/** `umd-5/production/debian-12/amd64/base`, `umd-5/product/INFN.storm.al9.x86_64-1.11.15`: names a repository in states, reports and logs. */
export function repositoryId({ area, part, lane, os, arch, ppa }: Place): string {
  if (area === 'product') return `${lane.distribution}-${lane.major}/product/${ppa}`;
  const id = `${lane.distribution}-${lane.major}/${area}/${os}/${arch}`;
  return part === '' ? id : `${id}/${part}`;
}

/** `UMD-5-base`, `UMD-5-candidate-base`, `UMD-5-untested`, `UMD-5.INFN.storm.al9.x86_64-1.11.15`: how client files, labels and people call it. */
export function repositoryTitle({ area, part, lane, ppa }: Pick<Place, 'area' | 'part' | 'lane' | 'ppa'>): string {
  const name = `${lane.distribution.toUpperCase()}-${lane.major}`;
  if (area === 'product') return `${name}.${ppa}`;
  const words = area === 'production' ? [name, part] : [name, area, part];
  return words.filter((word) => word !== '').join('-');
}
