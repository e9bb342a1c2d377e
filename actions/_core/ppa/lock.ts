import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { dump } from 'js-yaml';
import { fault } from '#core/fault-codes.ts';
import type { Fault } from '#core/faults.ts';
import { kept } from '#core/kept.ts';
import { byText } from '#core/text.ts';
import { type Parsed, parseYaml } from '#core/yaml.ts';
import { parsePpaName, versionText } from './ppa.ts';

/** The lock: this product, on this platform, consists of these packages (design.md section 2). */

export type ReleaseType = 'major' | 'minor' | 'revision';

export interface LockedPackage {
  readonly name: string;
  /** rpm `[epoch:]version-release`, deb `[epoch:]upstream[-revision]`. */
  readonly version: string;
  /** rpm or deb architecture, `noarch` and `all` included. */
  readonly arch: string;
  /** Lower-case hexadecimal sha256 of the package file, the key of the pool. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  readonly file: string;
  /** Fingerprint of the provider's key that vouched for the package (rpm header, or the signed apt index). */
  readonly signer: string;
  /** Where it was fetched from, once. */
  readonly url: string;
}

/** What the provider's repository says of the packages beside them: modulemd documents, or comps groups. */
export interface LockedMetadata {
  readonly kind: MetadataKind;
  /** Of the text that is kept in the pool and served, which is about packages of this PPA alone. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  /** Where it was fetched from, once. */
  readonly url: string;
  /** Fingerprint of the provider's key that signed the repository; without it the repository came by https. */
  readonly signer?: string;
}

/** As repomd.xml calls them. */
export type MetadataKind = 'modules' | 'group';

export interface Lock {
  readonly product: string;
  readonly provider: string;
  /** The PPA's, `1.11.15`; a downgrade or the same again needs `reason`. */
  readonly version: string;
  readonly ppa: string;
  /** Folder of the release: `releases/umd/5/INFN/storm-1.11.15`. */
  readonly release: string;
  readonly type: ReleaseType;
  readonly reason?: string;
  /** PPAs of one group move together or not at all. */
  readonly group?: string;
  readonly packages: readonly LockedPackage[];
  /** At most one of each kind. */
  readonly metadata?: readonly LockedMetadata[];
}

const FILE_NAME = '^[A-Za-z0-9][A-Za-z0-9._+~^%-]*\\.(rpm|deb)$';
const PACKAGE = {
  type: 'object',
  additionalProperties: false,
  required: ['name', 'version', 'arch', 'sha256', 'size', 'file', 'signer', 'url'],
  properties: {
    name: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._+-]*$' },
    version: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._+~^:-]*$' },
    arch: { type: 'string', pattern: '^[a-z0-9_]+$' },
    sha256: { type: 'string', pattern: '^[0-9a-f]{64}$' },
    size: { type: 'integer', minimum: 1 },
    file: { type: 'string', pattern: FILE_NAME },
    signer: { type: 'string', pattern: '^(0x)?[0-9A-Fa-f]{16,64}$' },
    url: { type: 'string', pattern: '^https?://[^\\s]+$' },
  },
};
const METADATA = {
  type: 'object',
  additionalProperties: false,
  required: ['kind', 'sha256', 'size', 'url'],
  properties: {
    kind: { enum: ['modules', 'group'] },
    ...{ sha256: PACKAGE.properties.sha256, size: PACKAGE.properties.size, url: PACKAGE.properties.url },
    signer: PACKAGE.properties.signer,
  },
};
const SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['product', 'provider', 'version', 'ppa', 'release', 'type', 'packages'],
  properties: {
    product: { type: 'string', pattern: '^[a-z0-9][a-z0-9_+-]*$' },
    provider: { type: 'string', pattern: '^[A-Z0-9][A-Z0-9_-]*$' },
    version: { type: 'string', pattern: '^\\d{1,4}\\.\\d{1,4}\\.\\d{1,4}$' },
    ppa: { type: 'string' },
    release: { type: 'string', pattern: '^releases(/[A-Za-z0-9][A-Za-z0-9._+-]*){4}$' },
    type: { enum: ['major', 'minor', 'revision'] },
    reason: { type: 'string', minLength: 1 },
    group: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$' },
    packages: { type: 'array', minItems: 1, maxItems: 2000, items: PACKAGE },
    metadata: { type: 'array', minItems: 1, maxItems: 2, items: METADATA },
  },
};

/** A lock file's text. Faults: YAML_MALFORMED, LOCK_INVALID, LOCK_INCONSISTENT; `soundOf` throws them when wanted. */
export function parseLock(text: string, { file }: { file: string }): Parsed<Lock> {
  return parsedLock(text, file);
}

const parsedLock = kept((text, file): Parsed<Lock> => {
  const parsed = parseYaml<Lock>(text, { file, schema: SCHEMA, code: 'LOCK_INVALID' });
  if (parsed.value === undefined) return parsed;
  const faults = inconsistencies(parsed.value, file);
  return faults.length === 0 ? parsed : { value: undefined, faults };
});

function inconsistencies(lock: Lock, file: string): Fault[] {
  const id = parsePpaName(lock.ppa);
  const wrong: string[] = [];
  if (id === undefined) wrong.push(`ppa "${lock.ppa}" is no PPA name`);
  else if (id.product !== lock.product || id.provider !== lock.provider || versionText(id.version) !== lock.version)
    wrong.push(`ppa ${lock.ppa} is not ${lock.provider}'s ${lock.product} ${lock.version}`);
  const files = lock.packages.map((each) => each.file);
  for (const twice of files.filter((name, index) => files.indexOf(name) !== index)) wrong.push(`${twice} stands twice`);
  const kinds = (lock.metadata ?? []).map(({ kind }) => kind);
  if (new Set(kinds).size < kinds.length) wrong.push(`metadata of kind ${kinds[0]} stands twice`);
  return wrong.map((sentence) => fault('LOCK_INCONSISTENT', `In the lock ${sentence}.`, { file }));
}

/** Canonical text: fixed key order, packages by name, version, arch, file; the same lock gives the same bytes on every machine. */
export function renderLock(lock: Lock): string {
  const { product, provider, version, ppa, release, type, reason, group } = lock;
  const head = { product, provider, version, ppa, release, type, ...defined({ reason, group }) };
  const packages = [...lock.packages]
    .sort(byIdentity)
    .map(({ name, version, arch, sha256, size, file, signer, url }) => ({
      name,
      version,
      arch,
      sha256,
      size,
      file,
      signer,
      url,
    }));
  return dump({ ...head, packages, ...besides(lock) }, { lineWidth: -1, noRefs: true, flowLevel: 2 });
}

function besides({ metadata = [] }: Lock): { readonly metadata?: readonly LockedMetadata[] } {
  if (metadata.length === 0) return {};
  const sorted = [...metadata].sort((a, b) => byText(a.kind, b.kind));
  return {
    metadata: sorted.map(({ kind, sha256, size, url, signer }) => ({
      ...{ kind, sha256, size, url },
      ...(signer === undefined ? {} : { signer }),
    })),
  };
}

function defined(entries: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(entries).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function byIdentity(a: LockedPackage, b: LockedPackage): number {
  return byText(a.name, b.name) || byText(a.version, b.version) || byText(a.arch, b.arch) || byText(a.file, b.file);
}

/** Lower-case hexadecimal sha256 of the lock file's bytes as in Git: what evidence is bound to (design.md section 3). */
export const lockDigest = kept((text) => bytesToHex(sha256(utf8ToBytes(text))));
