import { type Lane, laneName } from '#core/distribution/distribution.ts';

/** Release tags `umd-5.1.0` and the order of versions (domain.md section 7: x.0.0 base, x.y.0 minor, x.y.z revision). */
export interface ReleaseTag {
  readonly lane: Lane;
  /** `5.1.0` */
  readonly version: string;
}

export interface ReleaseVersion {
  readonly major: number;
  readonly minor: number;
  readonly revision: number;
}

const NUMBER = '(?:0|[1-9]\\d{0,3})';
const VERSION = new RegExp(`^(${NUMBER})\\.(${NUMBER})\\.(${NUMBER})$`);
const TAG = new RegExp(`^([a-z][a-z0-9-]{0,30})-(${NUMBER}\\.${NUMBER}\\.${NUMBER})$`);

/** Undefined when the text is not exactly a release tag; every tag from outside passes here before it touches a ref. */
export function parseTag(text: string): ReleaseTag | undefined {
  const [, distribution, version] = TAG.exec(text) ?? [];
  const major = parseVersion(version ?? '')?.major;
  if (distribution === undefined || version === undefined || major === undefined || major === 0) return undefined;
  return { lane: { distribution, major }, version };
}

export function parseVersion(text: string): ReleaseVersion | undefined {
  const found = VERSION.exec(text);
  if (found === null) return undefined;
  return { major: Number(found[1]), minor: Number(found[2]), revision: Number(found[3]) };
}

/** Below, at or above zero. Texts that are no version come first. */
export function compareVersions(a: string, b: string): number {
  const [one, other] = [a, b].map((text) => parseVersion(text) ?? { major: -1, minor: -1, revision: -1 });
  if (one === undefined || other === undefined) return 0;
  return one.major - other.major || one.minor - other.minor || one.revision - other.revision;
}

/** Versions that the lane's tags released, oldest first. Tags of other lanes and other texts are left out. */
export function versionsOf(lane: Lane, tags: readonly string[]): string[] {
  return tags
    .map(parseTag)
    .filter((tag) => tag !== undefined && laneName(tag.lane) === laneName(lane))
    .map((tag) => tag?.version ?? '')
    .sort(compareVersions);
}

/** What may come next: the base first, then one step of the minor or the revision number. */
export function nextVersions({ major }: Lane, released: readonly string[]): string[] {
  const last = parseVersion([...released].sort(compareVersions).at(-1) ?? '');
  if (last === undefined) return [`${major}.0.0`];
  return [`${major}.${last.minor}.${last.revision + 1}`, `${major}.${last.minor + 1}.0`];
}
