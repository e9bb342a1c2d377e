import { dirname, extname, join } from 'node:path';
import { fault, refusal } from '#core/fault-codes.ts';
import { type Fault, ProvisioningError } from '#core/faults.ts';
import type { LockedMetadata, LockedPackage, MetadataKind } from '#core/ppa/lock.ts';
import type { PpaPlan } from '#core/release/plan.ts';
import { selectGroups } from '#core/repository/comps.ts';
import { selectModules } from '#core/repository/modules.ts';
import { openedFile, type Repomd, type RepomdRecord } from '#shell/packages-yum.ts';
import { verifyDetached } from '#shell/signature.ts';
import type { FetchFile } from '#shell/signature-apt.ts';
import type { Keyring } from '#shell/signature-keys.ts';

/** Groups or modules that passed every check, still outside the pool. */
export interface TakenMetadata {
  readonly plan: PpaPlan;
  readonly locked: Pick<LockedMetadata, 'kind' | 'url' | 'signer'>;
  /** About packages of the PPA alone. */
  readonly text: string;
}

interface Subject {
  readonly repomd: () => Promise<Repomd>;
  /** All that the PPA's lock will name. */
  readonly packages: readonly LockedPackage[];
  /** False when some of its packages were refused: then nobody can say what is missing. */
  readonly whole: boolean;
}

interface Hands {
  readonly keyring: Keyring;
  readonly fetch: FetchFile;
}

/** Bytes, open; the modules of all of Enterprise Linux 8 have 3 MB. */
const MOST = 16e6;
/** Records of repomd.xml by preference; the compressed twin of `group` has a type of its own. */
const TYPES: { readonly [K in MetadataKind]: RegExp } = { modules: /^modules$/, group: /^group(_(gz|xz|zst|bz2))?$/ };

/**
 * Groups and modules of the yum repository that a PPA's packages come from, as far as they are about these packages. They
 * bear no signature of their own: repomd.xml names their digests and is signed by a declared key, or came by https.
 * @returns nothing when the repository has none, or cannot be found and no package was sought in it
 * @throws ProvisioningError FETCH_*, PACKAGE_INDEX_MOVED, PACKAGE_SIGNATURE_*, PACKAGE_METADATA_UNSIGNED
 */
export async function takeMetadata(
  plan: PpaPlan,
  subject: Subject,
  hands: Hands,
): Promise<{ readonly taken: readonly TakenMetadata[]; readonly faults: readonly Fault[] }> {
  const repomd = await subject.repomd().catch((error: unknown) => {
    // Who gives every package its own address need not have a repository there.
    if (codeOf(error) === 'FETCH_STATUS' && plan.packages.every(({ url }) => url !== undefined)) return undefined;
    throw error;
  });
  const records = (['group', 'modules'] as const).flatMap((kind) => {
    const found = repomd?.records.filter(({ type }) => TYPES[kind].test(type)).sort(byPlainness)[0];
    return found === undefined ? [] : [{ kind, record: found }];
  });
  if (repomd === undefined || records.length === 0) return { taken: [], faults: [] };
  const signer = await vouched(repomd, hands);
  const taken: TakenMetadata[] = [];
  const faults: Fault[] = [];
  for (const { kind, record } of records) {
    const text = await textOf(kind, record, repomd, hands);
    if (typeof text !== 'string') {
      faults.push(text);
      continue;
    }
    const selection = { packages: subject.packages, arch: plan.id.arch, file: record.url };
    const selected = kind === 'group' ? selectGroups(text, selection) : selectModules(text, selection);
    faults.push(...selected.faults.filter(({ code }) => subject.whole || code !== 'PACKAGE_MODULES_FOREIGN'));
    const locked = { kind, url: record.url, ...(signer === undefined ? {} : { signer }) };
    if (selected.text !== '') taken.push({ plan, locked, text: selected.text });
  }
  return { taken, faults };
}

function byPlainness(left: RepomdRecord, right: RepomdRecord): number {
  return left.type.length - right.type.length;
}

/** @returns fingerprint of the declared key; undefined for a repository that came by https and has no signature */
async function vouched({ root, path }: Repomd, { keyring, fetch }: Hands): Promise<string | undefined> {
  const signature = `${path}.asc`;
  const there = await fetch(`${root}repodata/repomd.xml.asc`, signature).then(
    () => true,
    (error: unknown) => {
      if (codeOf(error) === 'FETCH_STATUS') return false;
      throw error;
    },
  );
  if (there) return verifyDetached(signature, path, keyring);
  if (root.startsWith('https:')) return undefined;
  throw refusal('PACKAGE_METADATA_UNSIGNED', `${root} has groups or modules, but no repodata/repomd.xml.asc.`);
}

async function textOf(
  kind: MetadataKind,
  { url, sha256 }: RepomdRecord,
  { path }: Repomd,
  { fetch }: Hands,
): Promise<string | Fault> {
  const invalid = (sentence: string) =>
    fault(kind === 'group' ? 'PACKAGE_GROUPS_INVALID' : 'PACKAGE_MODULES_INVALID', sentence, { file: url });
  if (sha256 === undefined) return invalid('repomd.xml gives no sha256 of it.');
  const to = join(dirname(path), `${kind}${extname(url)}`);
  await fetch(url, to, { sha256 }).catch((error: unknown) => {
    if (codeOf(error) !== 'FETCH_DIGEST') throw error;
    throw refusal('PACKAGE_INDEX_MOVED', `${url} is not what repomd.xml names.`, { cause: error });
  });
  const bytes = await openedFile(to, dirname(path), MOST).catch((cause: unknown) => {
    if (codeOf(cause) === 'COMMAND_MISSING') throw cause;
    return undefined;
  });
  if (bytes === undefined || bytes.length > MOST)
    return fault('PACKAGE_METADATA_TOO_LARGE', `${url} cannot be unpacked to ${MOST} bytes or less.`, { file: url });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return invalid('It is not UTF-8.');
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof ProvisioningError ? error.code : undefined;
}
