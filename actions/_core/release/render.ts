import { versionText } from '#core/ppa/ppa.ts';
import { CANONICAL_PREFIXES, NAMESPACES } from './namespaces.ts';
import type { Release, ReleasePackage, ReleasePpa, ReleaseProduct, RepoFile, Synch } from './release.ts';

/** Writes `release.xml` 0.2: one product in the one-product form, several each in a `release:product`. Reads back the same. */
export function renderRelease(release: Release): string {
  const namespaces = CANONICAL_PREFIXES.map((prefix) => ` xmlns:${prefix}="${NAMESPACES[prefix]}"`).join('\n   ');
  const schema = ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="release.xsd"';
  const label = leaves([['release:bundleLabel', release.bundleLabel]]);
  const [only, ...more] = release.products;
  const body =
    only !== undefined && more.length === 0
      ? productLines(only)
      : release.products.flatMap((product) => block('release:product', productLines(product)));
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<release:release${namespaces}\n   ${schema}>`,
    ...indented([...label, ...body]),
    '</release:release>\n',
  ].join('\n');
}

function productLines(product: ReleaseProduct): string[] {
  const [major, minor, revision] = versionText(product.version).split('.');
  return [
    ...leaves([
      ['release:productName', product.name],
      ['release:productShortName', product.shortName],
      ['release:technologyProvider', product.providerName],
      ['release:technologyProviderShortName', product.provider],
      ['release:contact', product.contact],
      ['release:technicalContact', product.technicalContact],
      ['release:description', product.description],
      ...product.documentationLinks.map((link) => ['release:documentationLink', link] as const),
      ['release:ISODate', product.date],
      ['release:incremental', String(product.incremental)],
      ['release:emergency', String(product.emergency)],
      ['release:majorVersion', major],
      ['release:minorVersion', minor],
      ['release:revisionVersion', revision],
      ['release:releaseType', product.type],
      ['release:reason', product.reason],
      ['release:group', product.group],
      ['release:releaseNotes', product.releaseNotes],
      ['release:changeLog', product.changeLog],
      ...synchLeaves(product.synch),
    ]),
    ...product.ppas.flatMap((ppa) => block('UMDmeta:UMDmeta', metaLines(ppa))),
    ...product.repositories.map(({ format, external, id, path }) =>
      empty(`repository:${format}Repository`, { external: String(external), id, path }),
    ),
    ...product.repoFiles.flatMap(repoFileLines),
  ];
}

function synchLeaves({ protocol, url }: Synch): Leaf[] {
  return [
    ['release:synchProtocol', protocol],
    ['release:synchURL', url ?? 'n/a'],
  ];
}

function metaLines({ os, arch, capabilities, synch, packages }: ReleasePpa): string[] {
  return [
    ...leaves([
      ['UMDmeta:targetPlatform', os],
      ['UMDmeta:targetArch', arch],
      ...capabilities.map((capability) => ['UMDmeta:capability', capability] as const),
      ...(synch === undefined ? [] : synchLeaves(synch)),
    ]),
    ...block('UMDmeta:packages', packages.map(packageLine)),
  ];
}

function packageLine({ kind, url, file, name, version, release, arch, sha256, size }: ReleasePackage): string {
  const bytes = size === undefined ? undefined : String(size);
  const attributes = { pkgtype: kind, url, filename: file, pkgname: name, version, release, arch, sha256, size: bytes };
  return empty('UMDmeta:package', attributes);
}

function repoFileLines({ format, filename, relativePath, sections }: RepoFile): string[] {
  const lines = sections.flatMap((section) =>
    block(
      'repofile:repoid',
      section.map(({ name, value }) =>
        name === 'baseUrl'
          ? `<repofile:baseUrl type="relative">${escaped(value)}</repofile:baseUrl>`
          : `<repofile:${name}>${escaped(value)}</repofile:${name}>`,
      ),
    ),
  );
  return block(`repofile:${format}Repofile`, lines, { filename, relativePath });
}

type Leaf = readonly [name: string, text: string | undefined];

function leaves(pairs: readonly Leaf[]): string[] {
  return pairs.flatMap(([name, text]) => (text === undefined ? [] : [`<${name}>${escaped(text)}</${name}>`]));
}

type Attributes = Readonly<Record<string, string | undefined>>;

function block(name: string, lines: readonly string[], attributes: Attributes = {}): string[] {
  return [`<${name}${written(attributes)}>`, ...indented(lines), `</${name}>`];
}

function empty(name: string, attributes: Attributes): string {
  return `<${name}${written(attributes)}/>`;
}

function written(attributes: Attributes): string {
  return Object.entries(attributes)
    .map(([name, value]) => (value === undefined ? '' : ` ${name}="${escaped(value)}"`))
    .join('');
}

/** Every line break inside a text is kept, so only the beginning of each line of ours is moved. */
function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

const ESCAPES: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '"': '&quot;',
  '\r': '&#13;',
};

function escaped(text: string): string {
  return text.replace(/[<>&"\r]/g, (char) => ESCAPES[char] ?? char);
}
