/** A release.xml written by hand as releases/README.md shows it: one product, one `UMDmeta` per platform. */

export interface XmlPackage {
  readonly filename: string;
  readonly pkgname: string;
  readonly version: string;
  readonly release: string;
  readonly arch: string;
  readonly url?: string;
  readonly sha256?: string;
  readonly size?: string;
}

export interface XmlPlatform {
  readonly os: string;
  readonly arch: string;
  readonly protocol: 'deb' | 'yum';
  /** `n/a` when every package has its own address. */
  readonly synch: string;
  readonly packages: readonly XmlPackage[];
}

export interface XmlRelease {
  readonly product: string;
  readonly version: readonly [number, number, number];
  readonly provider: string;
  readonly platforms: readonly XmlPlatform[];
  readonly emergency?: boolean;
}

function element(name: string, text: string | number | boolean): string {
  return `  <release:${name}>${text}</release:${name}>`;
}

function platform({ os, arch, protocol, synch, packages }: XmlPlatform): string {
  const lines = packages.map((each) => {
    const attributes = Object.entries(each).map(([name, value]) => `${name}="${value}"`);
    return `      <UMDmeta:package pkgtype="package" ${attributes.join(' ')}/>`;
  });
  return `  <UMDmeta:UMDmeta>
    <UMDmeta:targetPlatform>${os}</UMDmeta:targetPlatform>
    <UMDmeta:targetArch>${arch}</UMDmeta:targetArch>
    <release:synchProtocol>${protocol}</release:synchProtocol>
    <release:synchURL>${synch}</release:synchURL>
    <UMDmeta:capability>Information Discovery</UMDmeta:capability>
    <UMDmeta:packages>
${lines.join('\n')}
    </UMDmeta:packages>
  </UMDmeta:UMDmeta>
  <repository:debRepository external="false" id="${os}" path="${os}"/>
  <repofile:debRepofile filename="x.list" relativePath="${os}">
    <repofile:repoid><repofile:type>deb</repofile:type><repofile:entry>x main</repofile:entry><repofile:baseUrl type="relative">x</repofile:baseUrl></repofile:repoid>
  </repofile:debRepofile>`;
}

export function releaseXml({ product, version, provider, platforms, emergency = false }: XmlRelease): string {
  const [major, minor, revision] = version;
  const [{ protocol, synch } = { protocol: 'deb', synch: 'n/a' }] = platforms;
  const head = [
    element('productName', product.toUpperCase()),
    element('productShortName', product),
    element('technologyProvider', `The ${provider} collaboration`),
    element('technologyProviderShortName', provider),
    element('contact', `${product}@provider.example`),
    element('technicalContact', `${product}@provider.example`),
    element('description', 'A product.'),
    element('documentationLink', 'https://provider.example/doc'),
    element('ISODate', '20260102'),
    element('incremental', false),
    element('emergency', emergency),
    element('majorVersion', major),
    element('minorVersion', minor),
    element('revisionVersion', revision),
    element('releaseNotes', 'New.'),
    element('changeLog', 'New.'),
    element('synchProtocol', protocol),
    element('synchURL', synch),
  ];
  return `<?xml version="1.0" encoding="UTF-8"?>
<release:release xmlns:release="http://repo.egi.eu/0.2/release" xmlns:UMDmeta="http://repo.egi.eu/0.2/UMDmeta"
    xmlns:repofile="http://repo.egi.eu/0.2/repofile" xmlns:repository="http://repo.egi.eu/0.2/repository"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="release.xsd">
${head.join('\n')}
${platforms.map(platform).join('\n')}
</release:release>
`;
}
