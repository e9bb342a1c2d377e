import { fault } from '#core/fault-codes.ts';
import type { Fault } from '#core/faults.ts';

/** Deb822 fields of one stanza; names lower-cased, continuation lines kept with their newlines. */
type Stanza = ReadonlyMap<string, string>;

function stanzasOf(text: string): Stanza[] {
  return text
    .split(/\n[ \t]*\n+/)
    .filter((block) => block.trim() !== '')
    .map((block) => {
      const fields = block.matchAll(/^([^\s:#]+):[ \t]*(.*(?:\n[ \t].*)*)/gm);
      return new Map([...fields].map(([, name = '', value = '']) => [name.toLowerCase(), value.trimEnd()]));
    });
}

/** A file that a signed Release vouches for. */
export interface ListedFile {
  /** Relative to the Release file. */
  readonly path: string;
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

export interface ReleaseFile {
  readonly byHash: boolean;
  readonly validUntil: Date | undefined;
  /** From its `SHA256` section only. */
  readonly files: readonly ListedFile[];
}

/** The text of a Release file, its signature taken off (Debian wiki, DebianRepository/Format). */
export function parseReleaseFile(text: string): ReleaseFile {
  const [stanza = new Map<string, string>()] = stanzasOf(text);
  const until = new Date(stanza.get('valid-until') ?? '');
  const lines = (stanza.get('sha256') ?? '').split('\n').map((line) => line.trim().split(/\s+/));
  return {
    byHash: stanza.get('acquire-by-hash') === 'yes',
    validUntil: Number.isNaN(until.getTime()) ? undefined : until,
    files: lines
      .filter(
        ([sha256 = '', size = '', path = '']) => /^[0-9a-f]{64}$/.test(sha256) && /^\d+$/.test(size) && isPlain(path),
      )
      .map(([sha256 = '', size = '', path = '']) => ({ path, sha256, size: Number(size) })),
  };
}

/** Below the Release file, never beside or above it. */
function isPlain(path: string): boolean {
  return /^[A-Za-z0-9._+~/-]+$/.test(path) && path.split('/').every((part) => !['', '.', '..'].includes(part));
}

/** For each `Packages` of the architecture (or the only one of a flat repository) its smallest form that we can open. */
export function indexesFor(release: ReleaseFile, arch: string): ListedFile[] {
  return smallestOf(release, (stem) => stem === 'Packages' || stem.endsWith(`/binary-${arch}/Packages`));
}

/** The same of `Sources`. */
export function sourceIndexesOf(release: ReleaseFile): ListedFile[] {
  return smallestOf(release, (stem) => stem === 'Sources' || stem.endsWith('/source/Sources'));
}

function smallestOf({ files }: ReleaseFile, fits: (stem: string) => boolean): ListedFile[] {
  const chosen = new Map<string, ListedFile>();
  for (const suffix of ['', '.gz', '.xz'])
    for (const file of files) {
      const stem = file.path.slice(0, file.path.length - suffix.length);
      if (fits(stem) && file.path === `${stem}${suffix}` && !stem.includes('debian-installer')) chosen.set(stem, file);
    }
  return [...chosen.values()];
}

/** sha256 of the .dsc of one source in a `Sources` index; undefined when it does not list it. */
export function listedDsc(
  index: string,
  { source, version }: { readonly source: string; readonly version: string },
): string | undefined {
  // Debian's own has 50 MB: only the stanzas of that name are read.
  const blocks = index.split(/\n[ \t]*\n+/).filter((block) => block.split('\n').includes(`Package: ${source}`));
  for (const stanza of blocks.flatMap(stanzasOf)) {
    if (stanza.get('version') !== version) continue;
    const lines = (stanza.get('checksums-sha256') ?? '').split('\n').map((line) => line.trim().split(/\s+/));
    const [sha256 = ''] = lines.find(([, , name = '']) => name.endsWith('.dsc')) ?? [];
    if (/^[0-9a-f]{64}$/.test(sha256)) return sha256;
  }
  return undefined;
}

/** A package as a provider's signed index lists it. */
export interface IndexedPackage {
  readonly name: string;
  readonly version: string;
  readonly arch: string;
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  /** Relative to the repository's root. */
  readonly filename: string;
}

export function parsePackagesIndex(text: string): IndexedPackage[] {
  return stanzasOf(text).map((stanza) => {
    const field = (name: string) => stanza.get(name) ?? '';
    return {
      name: field('package'),
      version: field('version'),
      arch: field('architecture'),
      sha256: field('sha256').toLowerCase(),
      size: Number(field('size')),
      filename: field('filename'),
    };
  });
}

/** Does the signed index vouch for these very bytes? Undefined when it does. */
export function indexFault(
  index: readonly IndexedPackage[],
  { sha256, name, version, arch }: { sha256: string; name: string; version: string; arch: string },
): Fault | undefined {
  if (index.some((listed) => listed.sha256 === sha256)) return undefined;
  const other = index.find((listed) => listed.name === name && listed.version === version && listed.arch === arch);
  return other === undefined
    ? fault('PACKAGE_SIGNATURE_MISSING', "The provider's signed index does not list the package.")
    : fault(
        'PACKAGE_SIGNATURE_BAD',
        `The provider's signed index lists ${name} ${version} with sha256 ${other.sha256}.`,
      );
}
