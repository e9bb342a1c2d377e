import { PRODUCT_FACTS } from './products.ts';
import { type Age, PROVIDERS, type ProductName, type ProviderName, type ProviderSite } from './providers.ts';
import { type Declared, type PlatformText, type ProductText, writeRelease } from './release-xml.ts';

/** A release of the story: the file that a provider's pull request adds. */
export interface ReleaseFile {
  readonly provider: ProviderName;
  /** Path in the release repo. */
  readonly path: string;
  readonly xml: string;
  /** Names of the PPAs it is split into, in the order of the file. */
  readonly ppas: readonly string[];
}

/** The platforms of the world; the rpm one is named what it is (testbed.md). */
export const PLATFORMS = {
  deb: { os: 'debian-12', arch: 'amd64', title: 'Debian 12 (bookworm)' },
  rpm: { os: 'rpm-on-debian', arch: 'x86_64', title: 'rpm on Debian 12 (not an Enterprise Linux)' },
} as const;

export type Format = keyof typeof PLATFORMS;

interface Part {
  readonly product: ProductName;
  readonly age: Age;
  readonly formats: readonly Format[];
}

interface Plan {
  readonly provider: ProviderName;
  /** A bundle has a name and a version of its own; a single product lends its own. */
  readonly bundle?: { readonly name: string; readonly version: string; readonly label: string };
  readonly parts: readonly Part[];
  readonly notes: string;
}

export const RELEASES = {
  first: {
    provider: 'EMI',
    bundle: { name: 'emi', version: '3.0.0', label: 'EMI-3 Monte Bianco' },
    parts: [
      { product: 'voms', age: 'now', formats: ['deb'] },
      { product: 'fetch-crl', age: 'old', formats: ['deb', 'rpm'] },
    ],
    notes: 'First release of this product for UMD 5.',
  },
  bdii: {
    provider: 'EMI',
    parts: [{ product: 'bdii', age: 'now', formats: ['deb'] }],
    notes: 'First release of this product for UMD 5.',
  },
  igtf: {
    provider: 'IGTF',
    parts: [{ product: 'igtf-policy-bundle', age: 'old', formats: ['deb'] }],
    notes: 'Trust anchors of the accredited authorities. Hosts that keep a selection of their own should review it.',
  },
  'fetch-crl-update': {
    provider: 'EMI',
    parts: [{ product: 'fetch-crl', age: 'now', formats: ['deb', 'rpm'] }],
    notes: 'Update of fetch-crl. The configuration of earlier versions stays valid.',
  },
  'igtf-update': {
    provider: 'IGTF',
    parts: [{ product: 'igtf-policy-bundle', age: 'now', formats: ['deb'] }],
    notes: 'Update of the trust anchors: authorities added, renewed and withdrawn as the change log says.',
  },
} as const satisfies Record<string, Plan>;

export type ReleaseName = keyof typeof RELEASES;
export type Sites = Readonly<Record<ProviderName, ProviderSite>>;

/** `2.1.0~rc3-4` → `2.1.0`, `1.133-1` → `1.133.0`: the product's version as UMD counts. */
export function productVersion(packageVersion: string): string {
  const [major = '0', minor = '0', revision = '0'] = packageVersion.split(/[~+-]/, 1)[0]?.split('.') ?? [];
  return [major, minor, revision].map(Number).join('.');
}

function platformText(site: ProviderSite, { product, age }: Part, format: Format): PlatformText {
  const packages = site.packages.filter(
    (found) => found.product === product && found.age === age && found.format === format,
  );
  const { os, arch } = PLATFORMS[format];
  return { os, arch, format, capabilities: PRODUCT_FACTS[product].capabilities, repository: site[format], packages };
}

/** The package that bears the product's name, else the first, says the version. */
function versionOf({ product, age }: Part, site: ProviderSite): string {
  const found = site.packages.filter((one) => one.product === product && one.age === age);
  return productVersion((found.find(({ name }) => name === product) ?? found[0])?.version ?? '');
}

function productText(part: Part, site: ProviderSite, { date, notes }: { date: string; notes: string }): ProductText {
  const { name, description } = PRODUCT_FACTS[part.product];
  const documentation = `${site.doc}${part.product}.html`;
  const { name: provider, contact, technicalContact } = PROVIDERS[site.name];
  return {
    name,
    shortName: part.product,
    provider: { name: provider, shortName: site.name, contact, technicalContact },
    description,
    documentation,
    date,
    version: versionOf(part, site),
    releaseNotes: notes,
    changeLog: documentation,
    platforms: part.formats.map((format) => platformText(site, part, format)),
  };
}

function fileOf(plan: Plan, products: readonly ProductText[]): ReleaseFile {
  const [first] = products;
  const { name, version } = plan.bundle ?? { name: first?.shortName ?? '', version: first?.version ?? '' };
  const ppas = products.flatMap((product) =>
    product.platforms.map(({ os, arch }) => `${plan.provider}.${product.shortName}.${os}.${arch}-${product.version}`),
  );
  return {
    provider: plan.provider,
    path: `releases/umd/5/${plan.provider}/${name}-${version}/release.xml`,
    xml: writeRelease(products, plan.bundle?.label),
    ppas,
  };
}

/** @param date the release's ISODate, `YYYYMMDD` */
export function releaseFile(name: ReleaseName, sites: Sites, date: string): ReleaseFile {
  const plan: Plan = RELEASES[name];
  const site = sites[plan.provider];
  return fileOf(
    plan,
    plan.parts.map((part) => productText(part, site, { date, notes: plan.notes })),
  );
}

/** A release of fetch-crl on one platform whose only package is this one; for tests of what intake refuses. */
export function releaseOf(declared: Declared, repository: string, site: ProviderSite, date: string): ReleaseFile {
  const part: Part = { product: 'fetch-crl', age: 'old', formats: [declared.format] };
  const text = productText(part, site, { date, notes: 'A release that must be refused.' });
  const platforms = text.platforms.map((platform) => ({ ...platform, repository, packages: [declared] }));
  return fileOf({ provider: site.name, parts: [part], notes: '' }, [{ ...text, platforms }]);
}
