import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { dscOf, parseDsc, type SourceAddress } from '#core/criteria/source-package.ts';
import { ProvisioningError } from '#core/faults.ts';
import type { LockedPackage } from '#core/ppa/lock.ts';
import { fetchPackage } from '#shell/fetch.ts';
import { bareEnvironment } from '#shell/packages.ts';
import { mustRun } from '#shell/process.ts';
import type { SourceVoucher } from './source-voucher.ts';

/** A source package with tests, on this machine. */
export interface FetchedSource {
  readonly source: string;
  readonly dsc: string;
  readonly files: readonly string[];
}

interface SourceRequest {
  /** Package files on this machine, named as apt names them. */
  readonly archives: readonly string[];
  readonly locked: readonly LockedPackage[];
  /** FETCH_ALLOW. */
  readonly allow: readonly string[];
  readonly voucher: SourceVoucher;
  /** Is filled. */
  readonly folder: string;
}

const LIMITS = { bytes: 200_000_000, milliseconds: 60_000 };
/** A description of a source has a few kilobytes. */
const DSC_LIMITS = { bytes: 200_000, milliseconds: 20_000 };

/**
 * The source packages of what the lock names that have tests, from beside the binaries. What is not to be had there is told:
 * it says nothing of the product.
 */
export async function fetchSources(
  request: SourceRequest,
): Promise<{ readonly sources: readonly FetchedSource[]; readonly why: string }> {
  const addresses = new Map<string, SourceAddress>();
  for (const path of request.archives) {
    const address = await addressOf(path, request.locked);
    if (address !== undefined) addresses.set(address.url, address);
  }
  const sources: FetchedSource[] = [];
  const reasons = new Set<string>();
  for (const address of addresses.values()) {
    const found = await fetchOne(address, request).catch((accident: unknown) => {
      if (!(accident instanceof ProvisioningError)) throw accident;
      return accident.message;
    });
    if (typeof found === 'string') reasons.add(found);
    else sources.push(found);
  }
  const why = [...reasons].join('; ') || 'nothing tells where its source lies';
  return { sources, why: `its package brings no tests that could be run (${why.replace(/\.$/, '')})` };
}

async function addressOf(path: string, locked: readonly LockedPackage[]): Promise<SourceAddress | undefined> {
  const env = bareEnvironment(join(path, '..'));
  const said = await mustRun(['dpkg-deb', '--field', path, 'Package', 'Version', 'Source'], { env });
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(said)?.[1]?.trim() ?? '';
  const [name, version] = [field('Package'), field('Version')];
  const url = locked.find((each) => each.name === name && each.version === version)?.url ?? '';
  return dscOf(url, { name, version, source: field('Source') });
}

/**
 * The provider's signed index vouches for the .dsc, and the .dsc for its files by their digests.
 * @returns a sentence says why there are no tests in it
 * @throws ProvisioningError FETCH_…, PACKAGE_SIGNATURE_…, PACKAGE_INDEX_…, PROVIDER_KEY_INVALID
 */
async function fetchOne(
  address: SourceAddress,
  { allow, voucher, folder }: SourceRequest,
): Promise<FetchedSource | string> {
  const dsc = join(folder, decodeURIComponent(basename(new URL(address.url).pathname)));
  const there = await fetchPackage({ url: address.url, to: dsc, allow, limits: DSC_LIMITS }).catch((accident) => {
    if (!(accident instanceof ProvisioningError) || accident.code !== 'FETCH_STATUS') throw accident;
    return undefined;
  });
  if (there === undefined) return 'its source does not lie beside its packages';
  const text = await readFile(dsc);
  const described = parseDsc(text.toString());
  if (described === undefined) return `${address.url} describes no source`;
  if (!described.hasTests) return 'its source has no debian/tests';
  const listed = await voucher(address);
  if (listed === undefined) return 'no signed index of its provider lists its source';
  const found = createHash('sha256').update(text).digest('hex');
  if (found !== listed) return `its .dsc has sha256 ${found}, and its provider's signed index says ${listed}`;
  for (const { name, sha256, size } of described.files) {
    const url = new URL(`./${encodeURIComponent(name)}`, address.url).href;
    await fetchPackage({ url, to: join(folder, name), allow, limits: LIMITS, expect: { sha256, size } });
  }
  return { source: described.source, dsc, files: described.files.map(({ name }) => join(folder, name)) };
}
