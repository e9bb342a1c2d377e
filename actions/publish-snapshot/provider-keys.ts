import { ProvisioningError } from '#core/faults.ts';
import { parsePpaName } from '#core/ppa/ppa.ts';
import type { WantedRepository } from '#core/repository/wanted.ts';
import { type Checkout, readKeys, readProvider } from '#shell/intake-config.ts';
import type { PackageKey } from '#shell/publish-files.ts';

/**
 * Keys of the providers whose rpm packages are served, because those keep their provider's signature. A provider that
 * is no longer declared costs its key and not the publication.
 */
export async function providerKeys(
  checkout: Checkout,
  wanted: readonly WantedRepository[],
  warn: (sentence: string) => void,
): Promise<readonly PackageKey[]> {
  const rpms = wanted.filter(({ format }) => format === 'rpm').flatMap(({ packages }) => packages);
  const names = [...new Set(rpms.flatMap(({ ppa }) => parsePpaName(ppa)?.provider ?? []))].sort();
  const keys: PackageKey[] = [];
  for (const provider of names) {
    try {
      const declared = await readKeys(checkout, await readProvider(checkout, provider));
      keys.push({ provider, armored: declared.map(({ armored }) => `${armored.trimEnd()}\n`).join('') });
    } catch (cause) {
      if (!(cause instanceof ProvisioningError)) throw cause;
      warn(`Packages of ${provider} are served without its key: ${cause.message}`);
    }
  }
  return keys;
}
