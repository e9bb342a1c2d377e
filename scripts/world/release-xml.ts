import type { ServedPackage } from './providers.ts';

/**
 * release.xml as a technology provider writes it: by hand, from domain.md section 2 and releases/README.md. On purpose not
 * by the core's own writer: who reads our files must not be who wrote them.
 */
export interface ProductText {
  readonly name: string;
  readonly shortName: string;
  readonly provider: {
    readonly name: string;
    readonly shortName: string;
    readonly contact: string;
    readonly technicalContact: string;
  };
  readonly description: string;
  readonly documentation: string;
  /** `YYYYMMDD` */
  readonly date: string;
  /** `3.0.20` */
  readonly version: string;
  readonly releaseNotes: string;
  readonly changeLog: string;
  readonly platforms: readonly PlatformText[];
}

export interface PlatformText {
  readonly os: string;
  readonly arch: string;
  readonly format: 'deb' | 'rpm';
  readonly capabilities: readonly string[];
  /** The provider's repository. */
  readonly repository: string;
  readonly packages: readonly Declared[];
}

export type Declared = Pick<ServedPackage, 'name' | 'version' | 'arch' | 'file' | 'format' | 'sha256' | 'size' | 'url'>;

export const PROTOCOL = { deb: 'deb', rpm: 'yum' } as const;

function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, (char) => entities[char] ?? char);
}

function element(name: string, text: string): string {
  return `    <release:${name}>${escaped(text)}</release:${name}>`;
}

/** `2.1.0~rc3-4` → `2.1.0~rc3` and `4`: the last hyphen divides, in debs and rpms alike. */
function divided(full: string): { readonly version: string; readonly release: string } {
  const at = full.lastIndexOf('-');
  return { version: full.slice(0, at), release: full.slice(at + 1) };
}

function packageLine({ name, version: full, arch, file, sha256, size, url }: Declared): string {
  const { version, release } = divided(full);
  const attributes = { pkgtype: 'package', url, filename: file, pkgname: name, version, release, arch, sha256, size };
  const written = Object.entries(attributes).map(([key, value]) => `${key}="${escaped(String(value))}"`);
  return `        <UMDmeta:package ${written.join(' ')}/>`;
}

/** Its own synchronisation only where it differs from the product's. */
function platformLines(
  { os, arch, format, capabilities, repository, packages }: PlatformText,
  first: boolean,
): string[] {
  return [
    '    <UMDmeta:UMDmeta>',
    `      <UMDmeta:targetPlatform>${os}</UMDmeta:targetPlatform>`,
    `      <UMDmeta:targetArch>${arch}</UMDmeta:targetArch>`,
    ...capabilities.map((name) => `      <UMDmeta:capability>${escaped(name)}</UMDmeta:capability>`),
    ...(first ? [] : [`  ${element('synchProtocol', PROTOCOL[format])}`, `  ${element('synchURL', repository)}`]),
    '      <UMDmeta:packages>',
    ...packages.map(packageLine),
    '      </UMDmeta:packages>',
    '    </UMDmeta:UMDmeta>',
  ];
}

function repositoryLines({ provider, shortName }: ProductText, { os, arch, format }: PlatformText): string[] {
  const kind = PROTOCOL[format];
  const id = `${provider.shortName}.${shortName}.${os}.${arch}`;
  const file = `${id}.${format === 'deb' ? 'list' : 'repo'}`;
  return [
    `    <repository:${kind}Repository external="false" id="${id}" path="/${os}/${arch}/"/>`,
    `    <repofile:${kind}Repofile filename="${file}" relativePath="/repofiles/"/>`,
  ];
}

function productLines(product: ProductText): string[] {
  const { provider, version, platforms } = product;
  const [major = '0', minor = '0', revision = '0'] = version.split('.');
  const [first] = platforms;
  if (first === undefined) throw new Error(`${product.shortName} is released for no platform.`);
  const { name, shortName, contact, technicalContact } = provider;
  return [
    element('productName', product.name),
    element('productShortName', product.shortName),
    element('technologyProvider', name),
    element('technologyProviderShortName', shortName),
    element('contact', contact),
    element('technicalContact', technicalContact),
    element('description', product.description),
    element('documentationLink', product.documentation),
    element('ISODate', product.date),
    element('incremental', 'false'),
    element('emergency', 'false'),
    element('majorVersion', major),
    element('minorVersion', minor),
    element('revisionVersion', revision),
    element('releaseNotes', product.releaseNotes),
    element('changeLog', product.changeLog),
    element('synchProtocol', PROTOCOL[first.format]),
    element('synchURL', first.repository),
    ...platforms.flatMap((platform) => platformLines(platform, platform === first)),
    ...platforms.flatMap((platform) => repositoryLines(product, platform)),
  ];
}

const HEAD = `<?xml version="1.0" encoding="UTF-8"?>
<release:release xmlns:release="http://repo.egi.eu/0.2/release" xmlns:UMDmeta="http://repo.egi.eu/0.2/UMDmeta"
    xmlns:repository="http://repo.egi.eu/0.2/repository" xmlns:repofile="http://repo.egi.eu/0.2/repofile"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="release.xsd">`;

/** One product alone stands in the root itself; several stand in one `release:product` each. */
export function writeRelease(products: readonly ProductText[], bundleLabel?: string): string {
  const label =
    bundleLabel === undefined ? [] : [`  <release:bundleLabel>${escaped(bundleLabel)}</release:bundleLabel>`];
  const [only, ...more] = products;
  const body =
    only !== undefined && more.length === 0
      ? productLines(only).map((line) => line.slice(2))
      : products.flatMap((product) => ['  <release:product>', ...productLines(product), '  </release:product>']);
  return `${[HEAD, ...label, ...body].join('\n')}\n</release:release>\n`;
}
