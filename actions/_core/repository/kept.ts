import { byText } from '#core/text.ts';
import type { RepositoryPackage } from './wanted.ts';

/** What an index that was published says of its packages; of the PPA it knows nothing. */
export type KeptPackage = Omit<RepositoryPackage, 'ppa'>;

/** Packages of an open `Packages`. */
export function packagesOfDeb(index: string): readonly KeptPackage[] {
  return index
    .split('\n\n')
    .filter((stanza) => stanza.trim() !== '')
    .map((stanza) => {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(stanza)?.[1] ?? '';
      return {
        ...{ name: field('Package'), version: field('Version'), arch: field('Architecture') },
        sha256: field('SHA256'),
      };
    });
}

/** Packages of an open `primary.xml`. */
export function packagesOfRpm(primary: string): readonly KeptPackage[] {
  return (primary.match(/<package [\s\S]*?<\/package>/g) ?? []).map((element) => {
    const found = (pattern: RegExp) => pattern.exec(element)?.[1] ?? '';
    const epoch = found(/<version epoch="([^"]*)"/);
    const version = `${found(/<version [^>]*ver="([^"]*)"/)}-${found(/<version [^>]*rel="([^"]*)"/)}`;
    return {
      ...{ name: found(/<name>([^<]*)</), arch: found(/<arch>([^<]*)</) },
      version: epoch === '0' || epoch === '' ? version : `${epoch}:${version}`,
      sha256: found(/pkgid="YES">([0-9a-f]{64})</),
    };
  });
}

export interface SnapshotDiff {
  /** `name arch version`, sorted. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** `name arch old → new`; of a package of which one version left and another came. */
  readonly changed: readonly string[];
  /** `name arch version`: the same by name, other bytes. */
  readonly rebuilt: readonly string[];
}

/** By package and version, as people ask. */
export function diffPackages(before: readonly KeptPackage[], after: readonly KeptPackage[]): SnapshotDiff {
  const [old, fresh] = [byPackage(before), byPackage(after)];
  const diff = { added: [] as string[], removed: [] as string[], changed: [] as string[], rebuilt: [] as string[] };
  for (const who of [...new Set([...old.keys(), ...fresh.keys()])].sort(byText)) {
    const [left, right] = [old.get(who) ?? new Map(), fresh.get(who) ?? new Map<string, string>()];
    const gone = [...left.keys()].filter((version) => !right.has(version));
    const come = [...right.keys()].filter((version) => !left.has(version));
    const same = [...right].filter(([version, sha256]) => left.has(version) && left.get(version) !== sha256);
    diff.rebuilt.push(...same.map(([version]) => `${who} ${version}`));
    if (gone.length > 0 && come.length > 0) diff.changed.push(`${who} ${gone.join(', ')} → ${come.join(', ')}`);
    else {
      diff.removed.push(...gone.map((version) => `${who} ${version}`));
      diff.added.push(...come.map((version) => `${who} ${version}`));
    }
  }
  return diff;
}

/** `name arch` → version → sha256. */
function byPackage(packages: readonly KeptPackage[]): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const map = new Map<string, Map<string, string>>();
  for (const { name, arch, version, sha256 } of packages) {
    const versions = map.get(`${name} ${arch}`) ?? new Map<string, string>();
    map.set(`${name} ${arch}`, versions.set(version, sha256));
  }
  return map;
}
