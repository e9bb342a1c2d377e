import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fault, throwAll } from '#core/fault-codes.ts';
import { ProvisioningError } from '#core/faults.ts';
import { parsePpaName } from '#core/ppa/ppa.ts';
import type { WantedRepository } from '#core/repository/wanted.ts';
import { type Checkout, readKeys, readProvider } from '#shell/intake-config.ts';
import type { FurtherKey, PackageKey } from '#shell/publish-files.ts';

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

/**
 * `repos/keys/<name>.asc` of the release repo: public keys that sites get beside the one that signs. So a new key is known to
 * them before it signs, and the old one until nothing is left that it signed.
 * @throws ProvisioningError SITE_KEY_INVALID
 */
export async function furtherKeys({ root }: Checkout): Promise<readonly FurtherKey[]> {
  const folder = join(root, 'repos/keys');
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.asc')).sort();
  const texts = names.map(async (file) => ({
    name: file.slice(0, -4),
    armored: await readFile(join(folder, file), 'utf8'),
  }));
  const keys = await Promise.all(texts);
  const isKey = ({ name, armored }: FurtherKey) => /^[\w.-]+$/.test(name) && /^(?:(?!-----)[^\n]*\n)*-----BEGIN PGP PUBLIC KEY BLOCK-----\n(?:(?!-----)[^\n]*\n)+-----END PGP PUBLIC KEY BLOCK-----\s*$/.test(armored); // biome-ignore format: one thought
  const wrong = keys.filter((key) => !isKey(key));
  throwAll(wrong.map(({ name }) => fault('SITE_KEY_INVALID', `repos/keys/${name}.asc is not one armored public key.`)));
  return keys;
}
