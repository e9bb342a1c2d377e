import { mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { refusal } from '#core/fault-codes.ts';
import { ProvisioningError } from '#core/faults.ts';
import {
  type IndexedPackage,
  indexesFor,
  type ListedFile,
  parsePackagesIndex,
  parseReleaseFile,
  sourceIndexesOf,
} from '#core/intake/apt-index.ts';
import type { Expected } from '#shell/fetch-attempt.ts';
import { bareEnvironment } from '#shell/packages.ts';
import { mustRun } from '#shell/process.ts';
import { verifyClearSigned } from '#shell/signature.ts';
import type { Keyring } from '#shell/signature-keys.ts';

/** Fetches one small file to a path; the shell's fetchPackage with the release's limits. */
export type FetchFile = (url: string, to: string, expect?: Expected) => Promise<unknown>;

/** A provider's apt repository of which the signature holds. */
export interface AptIndex {
  /** URL that `filename` of a package is relative to; ends with a slash. */
  readonly root: string;
  /** Fingerprint of the key that signed InRelease. */
  readonly signer: string;
  readonly packages: readonly IndexedPackage[];
}

export interface AptSuite {
  /** synchURL: the root above `dists/`, or the folder that holds InRelease itself. */
  readonly url: string;
  readonly suite: string;
}

export interface AptSource extends AptSuite {
  readonly arch: string;
}

const unzip = promisify(gunzip);
/** Bytes; Debian's own main/binary-amd64/Packages has 50 MB. */
const OPENED = 200e6;

/**
 * Opens the signed index of an apt repository: InRelease by the declared keys, its indexes by the digests in it.
 * @param now the machine's clock, for Valid-Until
 * @throws ProvisioningError PACKAGE_SIGNATURE_*, PACKAGE_INDEX_EXPIRED, PACKAGE_INDEX_MISSING, PACKAGE_INDEX_MOVED and all of fetchPackage
 */
export async function openAptIndex(
  source: AptSource,
  fetch: FetchFile,
  keyring: Keyring,
  now: Date,
): Promise<AptIndex> {
  const { folder, root, signer, release, open } = await openSuite(source, fetch, keyring, now);
  const indexes = indexesFor(release, source.arch);
  if (indexes.length === 0)
    throw refusal('PACKAGE_INDEX_MISSING', `${folder}InRelease lists no index for ${source.arch}.`);
  const packages: IndexedPackage[] = [];
  for (const index of indexes) packages.push(...parsePackagesIndex(await open(index)));
  return { root, signer, packages };
}

/**
 * Texts of the signed indexes of sources of an apt repository; none when it serves no sources.
 * @throws ProvisioningError as openAptIndex
 */
export async function openSourceIndexes(
  suite: AptSuite,
  fetch: FetchFile,
  keyring: Keyring,
  now: Date,
): Promise<readonly string[]> {
  const { release, open } = await openSuite(suite, fetch, keyring, now);
  const texts: string[] = [];
  for (const index of sourceIndexesOf(release)) texts.push(await open(index));
  return texts;
}

async function openSuite(suite: AptSuite, fetch: FetchFile, keyring: Keyring, now: Date) {
  const work = await mkdtemp(join(keyring.folder, 'apt-'));
  const { folder, root } = await fetchInRelease(suite, fetch, join(work, 'InRelease'));
  const { text, signer } = await verifyClearSigned(join(work, 'InRelease'), keyring);
  const release = parseReleaseFile(text);
  if (release.validUntil !== undefined && release.validUntil < now)
    throw refusal('PACKAGE_INDEX_EXPIRED', `${folder}InRelease was valid until ${release.validUntil.toISOString()}.`);
  const open = (index: ListedFile): Promise<string> => {
    const name = release.byHash ? index.path.replace(/[^/]*$/, `by-hash/SHA256/${index.sha256}`) : index.path;
    return openIndex(index, new URL(name, folder).href, fetch, work);
  };
  return { folder, root, signer, release, open };
}

/** `<url>/dists/<suite>/InRelease`, and when there is none, the one in `<url>` itself. */
async function fetchInRelease({ url, suite }: AptSuite, fetch: FetchFile, to: string) {
  const given = url.endsWith('/') ? url : `${url}/`;
  const inDists = /^(.*\/)dists\/.+\/$/.exec(given)?.[1];
  const archive = { folder: `${given}dists/${suite}/`, root: given };
  const itself = { folder: given, root: inDists ?? given };
  for (const place of inDists === undefined ? [archive, itself] : [itself])
    try {
      await fetch(`${place.folder}InRelease`, to);
      return place;
    } catch (error) {
      if (!(error instanceof ProvisioningError) || error.code !== 'FETCH_STATUS') throw error;
    }
  throw refusal(
    'PACKAGE_SIGNATURE_MISSING',
    `${given} is no signed apt repository: there is no InRelease for ${suite}.`,
  );
}

async function openIndex(
  { path, sha256, size }: ListedFile,
  url: string,
  fetch: FetchFile,
  folder: string,
): Promise<string> {
  const to = join(folder, `${sha256}${/\.[gx]z$/.exec(path)?.[0] ?? ''}`);
  try {
    await fetch(url, to, { sha256, size });
  } catch (error) {
    if (!(error instanceof ProvisioningError) || !['FETCH_DIGEST', 'FETCH_LENGTH'].includes(error.code)) throw error;
    throw refusal('PACKAGE_INDEX_MOVED', `${url} is not what InRelease lists; it may have been replaced just now.`);
  }
  if (to.endsWith('.gz')) return (await unzip(await readFile(to), { maxOutputLength: OPENED })).toString();
  if (!to.endsWith('.xz')) return readFile(to, 'utf8');
  await mustRun(['xz', '--decompress', '--keep', '--memlimit-decompress=256MiB', '--', to], {
    env: bareEnvironment(folder),
  });
  return readFile(to.slice(0, -'.xz'.length), 'utf8');
}
