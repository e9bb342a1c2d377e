import type { SourceAddress } from '#core/criteria/source-package.ts';
import { listedDsc } from '#core/intake/apt-index.ts';
import { parseRelease } from '#core/release/parse.ts';
import { fetchPackage } from '#shell/fetch.ts';
import { readKeys, readProvider } from '#shell/intake-config.ts';
import { inThrowAway } from '#shell/packages.ts';
import { type AptSuite, openSourceIndexes } from '#shell/signature-apt.ts';
import { type DeclaredKey, openKeyring } from '#shell/signature-keys.ts';
import type { Subject } from './subject.ts';

/**
 * sha256 of the .dsc of a source, by the word of somebody whom we believe; undefined when nobody speaks for it.
 * @throws ProvisioningError FETCH_…, PACKAGE_SIGNATURE_…, PACKAGE_INDEX_…, PROVIDER_KEY_INVALID, RELEASE_PROVIDER_UNKNOWN
 */
export type SourceVoucher = (of: SourceAddress) => Promise<string | undefined>;

/** Who may speak for sources: signed apt repositories, and the keys that are believed. */
export interface SourceAuthority {
  readonly suites: readonly AptSuite[];
  readonly keys: readonly DeclaredKey[];
}

/** Debian's own Sources has 10 MB as xz. */
const LIMITS = { bytes: 50_000_000, milliseconds: 60_000 };

/** By the signed Sources of the repository that the address lies below. Read only when it is asked. */
export function aptVoucher(
  authority: () => Promise<SourceAuthority>,
  allow: readonly string[],
  now: Date,
): SourceVoucher {
  return async (of) => {
    const { suites, keys } = await authority();
    const near = suites.filter(({ url }) => of.url.startsWith(`${rootOf(url)}/`));
    if (near.length === 0) return undefined;
    return inThrowAway(async (folder) => {
      const keyring = await openKeyring(folder, keys);
      const fetch = (url: string, to: string, expect = {}) =>
        fetchPackage({ url, to, allow, limits: LIMITS, authenticated: true, expect });
      for (const suite of near) {
        const texts = await openSourceIndexes(suite, fetch, keyring, now);
        const listed = texts.map((text) => listedDsc(text, of)).find((each) => each !== undefined);
        if (listed !== undefined) return listed;
      }
      return undefined;
    });
  };
}

/** Above `dists/`, without a slash at its end. */
function rootOf(url: string): string {
  return url.replace(/\/dists\/.*$/, '').replace(/\/+$/, '');
}

/** The provider of a PPA, as its record on the default branch declares it: where it serves debs, and its keys. */
export async function providerAuthority(
  { lock, release }: Pick<Subject, 'lock' | 'release'>,
  { checkout, suite }: { readonly checkout: string; readonly suite: string },
): Promise<SourceAuthority> {
  const root = { root: checkout };
  const provider = await readProvider(root, lock.provider);
  const declared = provider.repositories.filter(({ format }) => format === 'deb');
  const synch = synchOf(lock.product, release);
  const suites = [
    ...declared.map((each) => ({ url: each.url, suite: each.suite ?? suite })),
    ...synch.map((url) => ({ url, suite })),
  ];
  return { suites, keys: await readKeys(root, provider) };
}

/** Where release.xml says that the product's packages come from: intake took them there by the same keys. */
function synchOf(product: string, release: string | undefined): string[] {
  if (release === undefined) return [];
  const { release: parsed } = parseRelease(release, { file: 'release.xml' });
  const its = parsed?.products.filter((each) => each.product === product) ?? [];
  const urls = its.flatMap(({ synch, ppas }) => [synch.url, ...ppas.map((ppa) => ppa.synch?.url)]);
  return [...new Set(urls)].filter((url) => url !== undefined);
}
