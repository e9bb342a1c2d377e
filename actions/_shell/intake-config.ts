import { readdir, readFile } from 'node:fs/promises';
import { isAbsolute, join, normalize } from 'node:path';
import type { Distribution } from '#core/distribution/distribution.ts';
import { parseDistribution } from '#core/distribution/parse.ts';
import { refusal } from '#core/fault-codes.ts';
import { type ProductCard, parseProductCard, productCardPath } from '#core/product/card.ts';
import { type Provider, parseProvider, providerPath } from '#core/product/provider.ts';
import { soundOf } from '#core/yaml.ts';
import type { DeclaredKey } from '#shell/signature-keys.ts';

/** The checkout of the default branch: what production has agreed on, never a pull request's own words. */
export interface Checkout {
  readonly root: string;
}

async function textIn({ root }: Checkout, path: string): Promise<string | undefined> {
  return readFile(join(root, path), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

/** Every `repos/<distribution>.yml`. @throws ProvisioningError DISTRIBUTION_INVALID, FORGE_CONFIG_MISSING */
export async function readDistributions(checkout: Checkout): Promise<Distribution[]> {
  const names = await readdir(join(checkout.root, 'repos')).catch(() => []);
  const files = names.filter((name) => name.endsWith('.yml')).map((name) => `repos/${name}`);
  if (files.length === 0) throw refusal('FORGE_CONFIG_MISSING', 'There is no repos/<distribution>.yml.');
  return Promise.all(
    files.map(async (file) => soundOf(parseDistribution((await textIn(checkout, file)) ?? '', { file }))),
  );
}

/** @throws ProvisioningError RELEASE_PROVIDER_UNKNOWN, PROVIDER_INVALID */
export async function readProvider(checkout: Checkout, shortName: string): Promise<Provider> {
  const file = providerPath(shortName);
  const text = await textIn(checkout, file);
  if (text === undefined) throw refusal('RELEASE_PROVIDER_UNKNOWN', `There is no ${file}.`);
  return soundOf(parseProvider(text, { file }));
}

/** @throws ProvisioningError RELEASE_PRODUCT_UNKNOWN, CARD_INVALID */
export async function readProductCard(checkout: Checkout, product: string): Promise<ProductCard> {
  const file = productCardPath(product);
  const text = await textIn(checkout, file);
  if (text === undefined) throw refusal('RELEASE_PRODUCT_UNKNOWN', `There is no ${file}.`);
  return soundOf(parseProductCard(text, { file }));
}

/** The armored keys a provider declares. @throws ProvisioningError PROVIDER_KEY_INVALID */
export async function readKeys({ root }: Checkout, { keys, shortName }: Provider): Promise<DeclaredKey[]> {
  return Promise.all(
    keys.map(async ({ fingerprint, file }) => {
      if (normalize(file).startsWith('..'))
        throw refusal('PROVIDER_KEY_INVALID', `${file} is not in the release repo.`);
      const armored = await readFile(isAbsolute(file) ? file : join(root, file), 'utf8').catch(() => undefined);
      if (armored !== undefined) return { fingerprint, armored };
      throw refusal('PROVIDER_KEY_INVALID', `The key file ${file} of ${shortName} is not there.`);
    }),
  );
}
