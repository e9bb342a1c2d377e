import { copyFile, cp, link, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Key, KeyRing } from './keys.ts';
import { PRODUCTS, SUITE } from './materials.ts';
import { type PackageFile, readPackage } from './package-file.ts';
import type { Materials } from './prepare.ts';
import { indexDebs, indexRpms, signSuite } from './repositories.ts';

export type ProductName = keyof typeof PRODUCTS;

interface ProviderFacts {
  readonly name: string;
  readonly contact: string;
  readonly technicalContact: string;
  /** Both kinds are met in the wild. */
  readonly keyKind: 'rsa3072' | 'ed25519';
  readonly products: readonly ProductName[];
}

/** The technology providers of the world and what they deliver. EMI really bundled all three of its products. */
export const PROVIDERS = {
  EMI: {
    name: 'European Middleware Initiative',
    contact: 'releases@emi.example',
    technicalContact: 'packaging@emi.example',
    keyKind: 'rsa3072',
    products: ['voms', 'fetch-crl', 'bdii'],
  },
  IGTF: {
    name: 'Interoperable Global Trust Federation',
    contact: 'distribution@igtf.example',
    technicalContact: 'distribution-packages@igtf.example',
    keyKind: 'ed25519',
    products: ['igtf-policy-bundle'],
  },
} as const satisfies Record<string, ProviderFacts>;

export type ProviderName = keyof typeof PROVIDERS;
export type Age = 'old' | 'now';

export interface ServedPackage extends PackageFile {
  readonly url: string;
  readonly product: ProductName;
  readonly age: Age;
}

export interface ProviderSite {
  readonly name: ProviderName;
  readonly key: Key;
  /** Root of its signed apt repository (suite `bookworm`, component `main`); a slash at the end. */
  readonly deb: string;
  /** Its yum repository, packages and repomd.xml signed; a slash at the end. */
  readonly rpm: string;
  /** Folder of a page for each product, `<product>.html`; a slash at the end. */
  readonly doc: string;
  readonly packages: readonly ServedPackage[];
}

export const DEB_SUITE = { suite: SUITE, arch: 'amd64' } as const;

/** A hard link where the cache is on the same disk; never written to afterwards. */
export async function place(from: string, to: string): Promise<void> {
  await link(from, to).catch(() => copyFile(from, to));
}

function productOf(name: string, products: readonly ProductName[]): ProductName | undefined {
  return products.find((product) => (PRODUCTS[product].packages as readonly string[]).includes(name));
}

type Found = Omit<ServedPackage, 'url'>;

function packagesOf(materials: Materials, format: 'debs' | 'rpms', products: readonly ProductName[]): readonly Found[] {
  return (['old', 'now'] as const).flatMap((age) =>
    materials[format][age].flatMap((found) => {
      const product = productOf(found.name, products);
      return product === undefined ? [] : [{ ...found, product, age }];
    }),
  );
}

async function serveDebs(root: string, found: readonly Found[], origin: string, ring: KeyRing, key: Key) {
  await mkdir(join(root, 'pool'), { recursive: true });
  for (const { path, file } of found) await place(path, join(root, 'pool', file));
  await indexDebs(root, { origin, ...DEB_SUITE });
  await signSuite(root, { origin, ...DEB_SUITE }, ring, key);
  return found.map((deb) => ({ ...deb, path: join(root, 'pool', deb.file) }));
}

/** Signing changes an rpm, so these are copies, and their facts are read again. */
async function serveRpms(root: string, found: readonly Found[], ring: KeyRing, key: Key): Promise<readonly Found[]> {
  await mkdir(root, { recursive: true });
  const paths = found.map(({ file }) => join(root, file));
  await Promise.all(found.map(({ path, file }) => copyFile(path, join(root, file))));
  await ring.signRpms(paths, key);
  await indexRpms(root, ring, key);
  return Promise.all(found.map(async (rpm, index) => ({ ...rpm, ...(await readPackage(paths[index] ?? '')) })));
}

/** A guide to each product, such as release.xml and the product card link to. */
async function writePages(folder: string, title: string, products: readonly ProductName[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const product of products) {
    const body = `<h1>${product}</h1><p>How to install, configure and run ${product}, by ${title}.</p>`;
    await writeFile(join(folder, `${product}.html`), `<!doctype html><title>${product}</title>${body}\n`);
  }
}

/** Lays out what one provider serves below `<www>/<name>/`. */
export async function openProvider(
  name: ProviderName,
  { materials, www, url, ring }: { materials: Materials; www: string; url: string; ring: KeyRing },
): Promise<ProviderSite> {
  const { name: title, contact, keyKind, products } = PROVIDERS[name];
  const key = await ring.create(`${title} <${contact}>`, keyKind);
  const root = join(www, name);
  const [debs, rpms] = [packagesOf(materials, 'debs', products), packagesOf(materials, 'rpms', products)];
  const servedDebs = await serveDebs(join(root, 'deb'), debs, title, ring, key);
  const servedRpms = rpms.length === 0 ? [] : await serveRpms(join(root, 'rpm'), rpms, ring, key);
  await writeFile(join(root, 'key.asc'), key.public);
  await writePages(join(root, 'doc'), title, products);
  const [deb, rpm, doc] = ['deb', 'rpm', 'doc'].map((part) => `${url}/${name}/${part}/`) as [string, string, string];
  const packages = [
    ...servedDebs.map((found) => ({ ...found, url: `${deb}pool/${encodeURIComponent(found.file)}` })),
    ...servedRpms.map((found) => ({ ...found, url: `${rpm}${encodeURIComponent(found.file)}` })),
  ];
  return { name, key, deb, rpm, doc, packages };
}

/** The base system's repository below `<www>/base/debian-12/`, signed by a key of its own. */
export async function openBase({ base }: Materials, { www, ring }: { www: string; ring: KeyRing }): Promise<Key> {
  const key = await ring.create('Base system of the local world <base@umd.example>', 'ed25519');
  const root = join(www, 'base/debian-12');
  await mkdir(join(root, 'pool'), { recursive: true });
  for (const file of await readdir(join(base, 'pool'))) await place(join(base, 'pool', file), join(root, 'pool', file));
  await cp(join(base, 'dists'), join(root, 'dists'), { recursive: true });
  await signSuite(root, { origin: 'Debian, as cached by the local world', ...DEB_SUITE }, ring, key);
  return key;
}
