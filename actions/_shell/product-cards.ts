import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ProductCard, parseProductCard } from '#core/product/card.ts';
import { soundOf } from '#core/yaml.ts';

/** All product cards of a checkout, by name. @throws ProvisioningError CARD_INVALID */
export async function readProductCards(root: string): Promise<ProductCard[]> {
  const folder = join(root, 'releases/products');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.yml')).sort();
  const read = async (name: string) => {
    const file = `releases/products/${name}`;
    return soundOf(parseProductCard(await readFile(join(folder, name), 'utf8'), { file }));
  };
  return Promise.all(names.map(read));
}
