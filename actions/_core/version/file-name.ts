/** What a package's file name says; the epoch never stands in an rpm's and is left out of a deb's. */
export interface NamedFile {
  readonly format: 'rpm' | 'deb';
  readonly name: string;
  /** Without release or Debian revision. */
  readonly version: string;
  /** rpm release or Debian revision; absent in native deb packages. */
  readonly release?: string;
  readonly arch: string;
}

const RPM = /^([A-Za-z0-9_][A-Za-z0-9._+-]*)-([A-Za-z0-9._+~^]+)-([A-Za-z0-9._+~^]+)\.([a-z0-9_]+)\.rpm$/;
/** Debian policy 5.6.1 and 5.6.12; an archive may keep the epoch as `%3a`. */
const DEB = /^([a-z0-9][a-z0-9+.-]+)_(?:\d+%3[aA])?([A-Za-z0-9.+~-]+)_([a-z0-9-]+)\.deb$/;

/** Undefined when the name is neither `name-version-release.arch.rpm` nor `name_version_arch.deb`. */
export function parsePackageFileName(file: string): NamedFile | undefined {
  return rpmFile(file) ?? debFile(file);
}

function rpmFile(file: string): NamedFile | undefined {
  const [, name, version, release, arch] = RPM.exec(file) ?? [];
  if (name === undefined || version === undefined || release === undefined || arch === undefined) return undefined;
  return { format: 'rpm', name, version, release, arch };
}

function debFile(file: string): NamedFile | undefined {
  const [, name, full, arch] = DEB.exec(file) ?? [];
  if (name === undefined || full === undefined || arch === undefined) return undefined;
  const cut = full.lastIndexOf('-');
  const parts = cut === -1 ? { version: full } : { version: full.slice(0, cut), release: full.slice(cut + 1) };
  return { format: 'deb', name, ...parts, arch };
}

/** `[epoch:]version[-release]` without the epoch. */
export function withoutEpoch(version: string): string {
  return version.replace(/^\d+:/, '');
}
