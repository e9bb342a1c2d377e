/** Product-Platform-Architecture unit (domain.md section 2): identity, names, branches, paths. */

/** Release version of a product, from release.xml's majorVersion, minorVersion and revisionVersion. */
export interface ProductVersion {
  readonly major: number;
  readonly minor: number;
  readonly revision: number;
}

export interface PpaId {
  /** Technology provider's short name, upper case: `INFN`. */
  readonly provider: string;
  /** Product's short name, lower case: `storm`. */
  readonly product: string;
  /** Platform's operating system: `al9`, `debian-12`. */
  readonly os: string;
  readonly arch: string;
  readonly version: ProductVersion;
}

const NAME =
  /^(?<provider>[A-Z0-9][A-Z0-9_-]*)\.(?<product>[a-z0-9][a-z0-9_+-]*)\.(?<os>[a-z0-9][a-z0-9-]*)\.(?<arch>[a-z0-9_]+)-(?<major>\d{1,4})\.(?<minor>\d{1,4})\.(?<revision>\d{1,4})$/;

export function versionText({ major, minor, revision }: ProductVersion): string {
  return `${major}.${minor}.${revision}`;
}

/** Undefined when the text is not exactly `1.11.15`. */
export function parseVersion(text: string): ProductVersion | undefined {
  if (!/^\d{1,4}\.\d{1,4}\.\d{1,4}$/.test(text)) return undefined;
  const [major = 0, minor = 0, revision = 0] = text.split('.').map(Number);
  return { major, minor, revision };
}

/** Negative, 0 or positive, as a is older, the same or newer. */
export function compareVersions(a: ProductVersion, b: ProductVersion): number {
  return a.major - b.major || a.minor - b.minor || a.revision - b.revision;
}

/** `INFN.storm.al9.x86_64`: what stays the same from one version to the next. */
export function ppaKey({ provider, product, os, arch }: Omit<PpaId, 'version'>): string {
  return `${provider}.${product}.${os}.${arch}`;
}

/** `INFN.storm.al9.x86_64-1.11.15`: unique, also the file and ticket name. */
export function ppaName(id: PpaId): string {
  return `${ppaKey(id)}-${versionText(id.version)}`;
}

/** Undefined when the text is not exactly a PPA name; every name from outside passes here before it touches a path, ref or URL. */
export function parsePpaName(text: string): PpaId | undefined {
  const found = NAME.exec(text)?.groups;
  if (found === undefined) return undefined;
  const { provider, product, os, arch } = found as Record<'provider' | 'product' | 'os' | 'arch', string>;
  const version = { major: Number(found.major), minor: Number(found.minor), revision: Number(found.revision) };
  return { provider, product, os, arch, version };
}

/** Branch of the PPA's pull request in the release repo. */
export function ppaBranch(id: PpaId): string {
  return `ppa/${ppaName(id)}`;
}

/** `repos/umd/5/al9/x86_64/storm.yml` (design.md section 2). */
export function lockPath(
  lane: { distribution: string; major: number },
  id: Omit<PpaId, 'version' | 'provider'>,
): string {
  return `repos/${lane.distribution}/${lane.major}/${id.os}/${id.arch}/${id.product}.yml`;
}
