import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { refusal } from '#core/fault-codes.ts';
import { type IndexedPackage, indexFault } from '#core/intake/apt-index.ts';
import type { PackageFacts } from '#core/intake/package-facts.ts';
import { signerFrom } from '#core/intake/signature.ts';
import type { PpaPlan } from '#core/release/plan.ts';
import { packageVersion, type ReleasePackage } from '#core/release/release.ts';
import { openYumIndex, type Repomd, readRepomd } from '#shell/packages-yum.ts';
import { verifyDetached, verifyRpm } from '#shell/signature.ts';
import { type FetchFile, openAptIndex } from '#shell/signature-apt.ts';
import type { Keyring } from '#shell/signature-keys.ts';

/** Where a package is to be had, and what the provider's signed index says of it. */
export interface Spot {
  readonly url: string;
  readonly sha256?: string;
  /** Bytes. */
  readonly size?: number;
}

/** A file that was fetched and read. */
export interface Read {
  readonly path: string;
  readonly url: string;
  readonly sha256: string;
  readonly facts: PackageFacts;
}

/** How one PPA's packages are found, and who vouches for them. */
export interface Source {
  locate(declared: ReleasePackage): Promise<Spot>;
  /** @returns fingerprint of the declared key @throws ProvisioningError PACKAGE_SIGNATURE_* */
  vouch(read: Read): Promise<string>;
  /** rpm: the yum repository that packages of the PPA come from; none when all come from elsewhere. */
  readonly repomd?: () => Promise<Repomd>;
}

interface SourceNeeds {
  readonly suite: string;
  readonly keyring: Keyring;
  readonly fetch: FetchFile;
  /** The machine's clock, for Valid-Until. */
  readonly now: Date;
}

function unlisted(file: string, url: string | undefined): Error {
  return refusal('PACKAGE_UNLISTED', url === undefined ? `${file} has no address.` : `${url} does not list ${file}.`);
}

/** rpm: the package's own signature vouches; a yum index tells only the place of packages without address. */
function rpmSource({ synch: { url: place }, packages }: PpaPlan, { keyring, fetch }: SourceNeeds): Source {
  const repomd = once(async () => readRepomd(place ?? '', fetch, await mkdtemp(join(keyring.folder, 'yum-'))));
  const index = once(async () => {
    if (place === undefined) return new Map<string, string>();
    return openYumIndex(await repomd(), fetch, await mkdtemp(join(keyring.folder, 'yum-')));
  });
  const isFrom = (url: string | undefined) => url === undefined || url.startsWith(`${place}/`.replace(/\/+$/, '/'));
  return {
    ...(place !== undefined && packages.some(({ url }) => isFrom(url)) ? { repomd } : {}),
    async locate({ url, file }) {
      const found = url ?? (await index()).get(file);
      if (found === undefined) throw unlisted(file, place);
      return { url: found };
    },
    vouch: ({ path }) => verifyRpm(path, keyring),
  };
}

/** deb with a repository: its signed index vouches by sha256. */
function aptSource(url: string, { id }: PpaPlan, { suite, keyring, fetch, now }: SourceNeeds): Source {
  const index = once(() => openAptIndex({ url, suite, arch: id.arch }, fetch, keyring, now));
  return {
    async locate(declared) {
      if (declared.url !== undefined) return { url: declared.url };
      const { root, packages } = await index();
      const listed = packages.find((each) => isListed(each, declared));
      if (listed === undefined) throw unlisted(declared.file, url);
      return { url: new URL(listed.filename, root).href, sha256: listed.sha256, size: listed.size };
    },
    async vouch({ sha256, facts }) {
      const { packages, signer } = await index();
      return signerFrom(indexFault(packages, { sha256, ...facts }) ?? signer);
    },
  };
}

function isListed(listed: IndexedPackage, declared: ReleasePackage): boolean {
  const version = packageVersion(declared);
  const found = version.includes(':') ? listed.version : listed.version.replace(/^\d+:/, '');
  return listed.name === declared.name && listed.arch === declared.arch && found === version;
}

/** deb without a repository: a detached signature beside the package, `<url>.asc`. */
function detachedSource({ keyring, fetch }: SourceNeeds): Source {
  return {
    async locate({ url, file }) {
      if (url === undefined) throw unlisted(file, undefined);
      return { url };
    },
    async vouch({ path, url }) {
      await fetch(`${url}.asc`, `${path}.asc`).catch((error: { code?: string }) => {
        if (error.code !== 'FETCH_STATUS') throw error;
        throw refusal(
          'PACKAGE_SIGNATURE_MISSING',
          `There is no signature ${url}.asc, and synchURL names no repository.`,
        );
      });
      return verifyDetached(`${path}.asc`, path, keyring);
    },
  };
}

export function sourceOf(plan: PpaPlan, needs: SourceNeeds): Source {
  if (plan.format === 'rpm') return rpmSource(plan, needs);
  return plan.synch.url === undefined ? detachedSource(needs) : aptSource(plan.synch.url, plan, needs);
}

/** The same promise for everybody who asks, failures included: an ill index is asked once. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
