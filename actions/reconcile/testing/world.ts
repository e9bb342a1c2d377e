/** A small release repo: one distribution, one platform, two products, two early adopter teams, two planned releases. */

export const PEOPLE = {
  verifiers: ['vera', 'victor'],
  'staged-rollout-managers': ['mara'],
  'release-managers': ['rita'],
  'release-team': ['rolf'],
  'vulnerability-group': ['sven'],
  'ea-cesga': ['carla'],
  'ea-lip': ['luis'],
} as const;

const roles = ['release-team', 'verifier', 'staged-rollout-manager', 'release-manager', 'early-adopter'];
const more = ['quality-criteria', 'vulnerability-group', 'technology-provider'];
const SLUGS: Readonly<Record<string, string>> = {
  verifier: 'verifiers',
  'staged-rollout-manager': 'staged-rollout-managers',
  'release-manager': 'release-managers',
};
const teams = [...roles, ...more].map((role) => `  ${role}: ${SLUGS[role] ?? role}`).join('\n');

const card = (product: string) => `product: ${product}
name: ${product}
provider: INFN
description: A product.
contact: a@b.example
supportUnit: Unit
capabilities: [NONE]
platforms: [debian-12/amd64]
profiles: [generic]
eaTeams: [cesga, lip]
`;

export const FILES: Readonly<Record<string, string>> = {
  'repos/umd.yml': `distribution: umd
title: UMD
contact: a@b.example
majors:
  - {major: 5, platforms: [debian-12/amd64]}
platforms:
  debian-12/amd64:
    os: debian-12
    arch: amd64
    format: deb
    title: Debian 12
    suite: bookworm
    base: []
    runsOn: [ubuntu-latest]
    environment: {provider: nspawn, image: debian-12}
teams:
${teams}
`,
  'releases/calendar.yml': `lanes:
  umd-5:
    releases:
      - {version: 5.0.0, date: '2026-03-02'}
      - {version: 5.0.1, date: '2026-06-01'}
`,
  'releases/early-adopters.yml': `teams:
  cesga: {site: CESGA, people: [carla], products: [voms], platforms: []}
  lip: {site: LIP, people: [luis], products: [voms], platforms: []}
`,
  'releases/products/voms.yml': card('voms'),
  'releases/products/bdii.yml': card('bdii'),
  'releases/providers/INFN.yml': `shortName: INFN
name: INFN
contact: a@b.example
technicalContact: a@b.example
people: [tom]
keys: []
repositories: []
`,
};

export interface Product {
  readonly product: string;
  readonly version: string;
  /** One digit of the package's digest, so that two builds differ. */
  readonly build?: number;
}

export function nameOf({ product, version }: Product): string {
  return `INFN.${product}.debian-12.amd64-${version}`;
}

export function folderOf({ product, version }: Product): string {
  return `releases/umd/5/INFN/${product}-${version}`;
}

export function lockPathOf({ product }: Product): string {
  return `repos/umd/5/debian-12/amd64/${product}.yml`;
}

export function lockOf(of: Product): string {
  const { product, version, build = 1 } = of;
  const digest = `${product === 'voms' ? 'a' : 'b'}${build}`.padEnd(64, '0');
  return `product: ${product}
provider: INFN
version: ${version}
ppa: ${nameOf(of)}
release: ${folderOf(of)}
type: minor
packages:
  - {name: ${product}, version: ${version}-${build}, arch: amd64, sha256: ${digest}, size: 1, file: ${product}_${version}-${build}_amd64.deb, signer: ${'A'.repeat(40)}, url: 'https://provider.example/x.deb'}
`;
}

/** As the bouncer's template, with one machine's row and one of the verifier's. */
export function reportOf(of: Product, done?: { readonly verifier: string; readonly machine?: string }): string {
  const row = (criterion: string, by: string, machine: string, result: string) => `  - criterion: ${criterion}
    name: ${criterion}
    critical: true
    by: ${by}
    machine: '${machine}'
    found: ''
    evidence: ''
    result: '${result}'
    comment: ''
`;
  return `ppa: ${nameOf(of)}
product: ${of.product}
version: ${of.version}
releaseType: major
criteria: '9'
verifier: '${done?.verifier ?? ''}'
hours: ${done === undefined ? 'null' : '2.5'}
outcome: '${done === undefined ? '' : 'accepted'}'
tickets: []
summary: ''
forEarlyAdopters: ''
rows:
${row('QC_DIST_1', 'machine', done?.machine ?? '', '')}${row('QC_DOC_1', 'verifier', '', done === undefined ? '' : 'OK')}`;
}
