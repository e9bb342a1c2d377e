import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type BadKind, type BadPackage, badListener, openBad } from './bad.ts';
import { type FaultyRelease, faultyRelease } from './faulty.ts';
import { type Key, type KeyRing, openKeyRing } from './keys.ts';
import { type Materials, type Preparation, prepareWorld } from './prepare.ts';
import { openBase, openProvider, type ProviderSite } from './providers.ts';
import { type ReleaseFile, type ReleaseName, releaseFile, releaseOf, type Sites } from './releases.ts';
import { type Cast, seedFiles } from './seed.ts';
import { folderListener, listen, type Served } from './static.ts';

/** The local world: technology providers with real packages, signed and served over HTTP on loopback. */
export interface World {
  /** `http://127.0.0.1:<port>`, no slash at the end. */
  readonly url: string;
  /** `127.0.0.1:<port>`: what FETCH_ALLOW has to name. */
  readonly address: string;
  /** Folder that is served. */
  readonly www: string;
  readonly providers: Sites;
  readonly keys: { readonly distribution: Key; readonly base: Key };
  /** The release repo's files of this world, by path, to be laid over those of the checkout. */
  seedFiles(cast: Cast): Readonly<Record<string, string>>;
  release(name: ReleaseName): ReleaseFile;
  /** A twin of the first release with many faults, and the list of them made by hand. */
  readonly faulty: FaultyRelease;
  /** Packages that must be refused, each wrong in one way only. */
  readonly bad: Readonly<Record<BadKind, BadPackage>>;
  /** A release of fetch-crl whose only package is the bad one. */
  badRelease(kind: BadKind): ReleaseFile;
  close(): Promise<void>;
}

export interface WorldOptions extends Preparation {
  /** Made anew; a former world in it is removed. */
  readonly dir: string;
  readonly port?: number;
  /** ISODate of the releases, `YYYYMMDD`. */
  readonly date?: string;
}

const PACKAGE = { deb: 'fetch-crl', rpm: 'fetch-crl' } as const;

async function openBadPackages(
  materials: Materials,
  site: ProviderSite,
  place: { www: string; url: string; ring: KeyRing },
) {
  const find = (format: 'deb' | 'rpm', age: 'old' | 'now') => {
    const found = site.packages.find((one) => one.name === PACKAGE[format] && one.format === format && one.age === age);
    if (found === undefined) throw new Error(`The world has no ${age} ${PACKAGE[format]} as ${format}.`);
    return found;
  };
  const rpm = find('rpm', 'old');
  const unsigned = materials.rpms.old.find(({ file }) => file === rpm.file)?.path ?? '';
  return openBad({ deb: find('deb', 'old'), rpm, unsigned, other: find('deb', 'now') }, { ...place, site });
}

async function furnish(materials: Materials, www: string, url: string, ring: KeyRing) {
  const place = { www, url, ring };
  const EMI = await openProvider('EMI', { materials, ...place });
  const IGTF = await openProvider('IGTF', { materials, ...place });
  const base = await openBase(materials, place);
  const distribution = await ring.create('UMD of the local world <umd@umd.example>', 'ed25519');
  const bad = await openBadPackages(materials, EMI, place);
  return { sites: { EMI, IGTF }, keys: { distribution, base }, bad };
}

/**
 * Serves the world until `close`. Touches the network only when the cache is not prepared.
 * @throws ProvisioningError WORLD_MIRROR_MISSING
 */
export async function startWorld({ dir, port, date = '20260901', ...preparation }: WorldOptions): Promise<World> {
  const materials = await prepareWorld(preparation);
  const www = join(dir, 'www');
  await rm(www, { recursive: true, force: true });
  await mkdir(www, { recursive: true });
  const served = await listen(badListener(folderListener(www)), port);
  const ring = await openKeyRing();
  try {
    const { sites, keys, bad } = await furnish(materials, www, served.url, ring);
    return assemble(served, www, date, { sites, keys, bad });
  } catch (cause) {
    await served.close();
    throw cause;
  } finally {
    await ring.close();
  }
}

function assemble(
  { url, address, close }: Served,
  www: string,
  date: string,
  { sites, keys, bad }: Awaited<ReturnType<typeof furnish>>,
): World {
  return {
    url,
    address,
    www,
    providers: sites,
    keys,
    seedFiles: (cast) => seedFiles({ url, sites, base: keys.base }, cast),
    release: (name) => releaseFile(name, sites, date),
    faulty: faultyRelease(sites),
    bad,
    badRelease: (kind) => {
      const { declared, url: at, repository } = bad[kind];
      return releaseOf({ ...declared, url: at }, repository, sites.EMI, date);
    },
    close,
  };
}
