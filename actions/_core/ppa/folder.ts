import type { Lane } from '#core/distribution/distribution.ts';
import { type PpaId, type ProductVersion, parsePpaName, versionText } from './ppa.ts';

/** Where a release and the records of its PPAs stand in the release repo (design.md section 2). */
export interface ReleaseFolder {
  readonly lane: Lane;
  /** Technology provider's short name, `INFN`. */
  readonly provider: string;
  /** The product's short name, or a free name when the release holds several products. */
  readonly bundle: string;
  readonly version: ProductVersion;
}

export type ReleaseFile =
  | { readonly kind: 'release'; readonly folder: ReleaseFolder }
  | { readonly kind: 'verification' | 'rollout'; readonly folder: ReleaseFolder; readonly ppa: PpaId };

const LANE = '(?<distribution>[a-z][a-z0-9-]{0,30})/(?<major>[1-9]\\d{0,3})';
const NUMBER = '(?:0|[1-9]\\d{0,3})';
const FOLDER = `releases/${LANE}/(?<provider>[A-Z0-9][A-Z0-9_-]*)/(?<bundle>[a-z0-9][a-z0-9_+-]*)-(?<version>${NUMBER}\\.${NUMBER}\\.${NUMBER})`;
const FOLDER_ONLY = new RegExp(`^${FOLDER}$`);
const FILE = new RegExp(`^${FOLDER}/(?:release\\.xml|(?<ppa>[^/]+)/(?<record>verification|rollout)\\.yml)$`);
const LOCK = new RegExp(
  `^repos/${LANE}/(?<os>[a-z0-9][a-z0-9-]*)/(?<arch>[a-z0-9_]+)/(?<product>[a-z0-9][a-z0-9_+-]*)\\.yml$`,
);

/** `releases/umd/5/INFN/storm-1.11.15` */
export function releaseFolder(lane: Lane, provider: string, bundle: string, version: ProductVersion): string {
  return `releases/${lane.distribution}/${lane.major}/${provider}/${bundle}-${versionText(version)}`;
}

/** `<folder>/<ppa>/verification.yml` */
export function verificationPath(folder: string, ppa: string): string {
  return `${folder}/${ppa}/verification.yml`;
}

/** `<folder>/<ppa>/rollout.yml` */
export function rolloutPath(folder: string, ppa: string): string {
  return `${folder}/${ppa}/rollout.yml`;
}

/** Undefined when the text is not exactly the folder of a release. */
export function parseReleaseFolder(path: string): ReleaseFolder | undefined {
  const found = FOLDER_ONLY.exec(path)?.groups;
  return found === undefined ? undefined : folderOf(found);
}

/** Undefined when the path is not exactly a release.xml or a PPA's record; `..` and its like never match. */
export function parseReleasePath(path: string): ReleaseFile | undefined {
  const found = FILE.exec(path)?.groups;
  if (found === undefined) return undefined;
  const folder = folderOf(found);
  if (found.record === undefined) return { kind: 'release', folder };
  const ppa = parsePpaName(found.ppa ?? '');
  return ppa === undefined ? undefined : { kind: found.record as 'verification' | 'rollout', folder, ppa };
}

/** Of `repos/umd/5/al9/x86_64/storm.yml`; undefined when the path is not exactly that of a lock. */
export function parseLockPath(
  path: string,
): { readonly lane: Lane; readonly os: string; readonly arch: string; readonly product: string } | undefined {
  const found = LOCK.exec(path)?.groups as
    | Record<'distribution' | 'major' | 'os' | 'arch' | 'product', string>
    | undefined;
  if (found === undefined) return undefined;
  const { os, arch, product } = found;
  return { lane: { distribution: found.distribution, major: Number(found.major) }, os, arch, product };
}

function folderOf(found: Readonly<Record<string, string | undefined>>): ReleaseFolder {
  const [major = 0, minor = 0, revision = 0] = (found.version ?? '').split('.').map(Number);
  return {
    lane: { distribution: found.distribution ?? '', major: Number(found.major) },
    provider: found.provider ?? '',
    bundle: found.bundle ?? '',
    version: { major, minor, revision },
  };
}
