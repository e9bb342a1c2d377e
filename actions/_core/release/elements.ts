import type { TextKind } from './text-kinds.ts';

/** How often an element stands inside its parent. */
export type Cardinality = '1' | '0..1' | '1..n' | '0..n';

export interface ElementRule {
  readonly card: Cardinality;
  /** Of its text; absent when the element holds elements or only attributes. */
  readonly text?: TextKind;
}

export type ElementTable = Readonly<Record<string, ElementRule>>;

/** domain.md section 2, the table, line by line; what stands under `ours` is new and documented in releases/README.md. */
export const PRODUCT_ELEMENTS: ElementTable = {
  'release:productName': { card: '1', text: 'text' },
  'release:productShortName': { card: '1', text: 'text' },
  'release:technologyProvider': { card: '1', text: 'text' },
  'release:technologyProviderShortName': { card: '1', text: 'text' },
  'release:contact': { card: '1', text: 'email' },
  'release:technicalContact': { card: '1', text: 'email' },
  'release:description': { card: '1', text: 'text' },
  'release:documentationLink': { card: '1..n', text: 'url' },
  'release:ISODate': { card: '1', text: 'date' },
  'release:incremental': { card: '1', text: 'boolean' },
  'release:emergency': { card: '1', text: 'boolean' },
  'release:majorVersion': { card: '1', text: 'number' },
  'release:minorVersion': { card: '1', text: 'number' },
  'release:revisionVersion': { card: '1', text: 'number' },
  'release:releaseNotes': { card: '1', text: 'notes' },
  'release:changeLog': { card: '1', text: 'notes' },
  'release:synchProtocol': { card: '1', text: 'protocol' },
  'release:synchURL': { card: '1', text: 'synchUrl' },
  'UMDmeta:UMDmeta': { card: '1..n' },
  // 1..n of the two kinds together, at the product or at its platforms: counted apart.
  'repository:yumRepository': { card: '0..n' },
  'repository:debRepository': { card: '0..n' },
  'repofile:yumRepofile': { card: '0..n' },
  'repofile:debRepofile': { card: '0..n' },
  // Ours.
  'release:reason': { card: '0..1', text: 'text' },
  'release:releaseType': { card: '0..1', text: 'type' },
  'release:group': { card: '0..1', text: 'slug' },
};

/** Root of a file of several products. */
export const BUNDLE_ELEMENTS: ElementTable = {
  'release:bundleLabel': { card: '0..1', text: 'text' },
  'release:product': { card: '1..n' },
};

/** Root of a file of one product: the product's own elements, and the label. */
export const SINGLE_ELEMENTS: ElementTable = {
  ...PRODUCT_ELEMENTS,
  'release:bundleLabel': { card: '0..1', text: 'text' },
};

export const META_ELEMENTS: ElementTable = {
  'UMDmeta:targetPlatform': { card: '1', text: 'slug' },
  'UMDmeta:targetArch': { card: '1', text: 'slug' },
  'UMDmeta:capability': { card: '0..n', text: 'text' },
  'UMDmeta:packages': { card: '1' },
  // Ours: both or neither.
  'release:synchProtocol': { card: '0..1', text: 'protocol' },
  'release:synchURL': { card: '0..1', text: 'synchUrl' },
};

/** Empty is told apart, with its own sentence. */
export const PACKAGES_ELEMENTS: ElementTable = { 'UMDmeta:package': { card: '0..n' } };

export const NO_ELEMENTS: ElementTable = {};

/** Inside `repofile:repoid`, or beside it in old files. */
export const SECTION_ELEMENTS: ElementTable = {
  'repofile:id': { card: '0..1', text: 'text' },
  'repofile:name': { card: '0..1', text: 'text' },
  'repofile:enabled': { card: '0..1', text: 'text' },
  'repofile:priority': { card: '0..1', text: 'number' },
  'repofile:protect': { card: '0..1', text: 'text' },
  'repofile:gpgcheck': { card: '0..1', text: 'text' },
  'repofile:gpgkey': { card: '0..1', text: 'text' },
  'repofile:type': { card: '0..1', text: 'text' },
  'repofile:entry': { card: '0..1', text: 'text' },
  'repofile:baseUrl': { card: '0..1', text: 'text' },
};
export const REPO_FILE_ELEMENTS: ElementTable = { 'repofile:repoid': { card: '0..n' }, ...SECTION_ELEMENTS };

/** Attributes by element; the others have none. */
export const ATTRIBUTES: Readonly<
  Record<string, { readonly must: readonly string[]; readonly may: readonly string[] }>
> = {
  'UMDmeta:package': {
    must: ['pkgtype', 'filename', 'pkgname', 'version', 'arch'],
    may: ['url', 'release', 'sha256', 'size'],
  },
  'repository:yumRepository': { must: ['external', 'id', 'path'], may: [] },
  'repository:debRepository': { must: ['external', 'id', 'path'], may: [] },
  'repofile:yumRepofile': { must: ['filename', 'relativePath'], may: [] },
  'repofile:debRepofile': { must: ['filename', 'relativePath'], may: [] },
  'repofile:baseUrl': { must: [], may: ['type'] },
};
