import { dump } from 'js-yaml';
import type { Key } from './keys.ts';
import { PRODUCT_FACTS } from './products.ts';
import { PROVIDERS, type ProductName, type ProviderName } from './providers.ts';
import { type Format, PLATFORMS, type Sites } from './releases.ts';

/** Who plays and when; every login is one of the forge's. */
export interface Cast {
  /** Logins that may open a provider's release pull requests. */
  readonly people?: Readonly<Partial<Record<ProviderName, readonly string[]>>>;
  /** Early adopter teams, without `ea-`, and their people. */
  readonly earlyAdopters?: Readonly<Record<string, readonly string[]>>;
  /** Planned releases of umd-5, in order. */
  readonly calendar: readonly { readonly version: string; readonly date: string }[];
  /** `runs-on` labels of the verification runner. */
  readonly runsOn?: readonly string[];
  /** Length of the freeze in days. */
  readonly freezeDays?: number;
}

const BASE_KEY = 'repos/keys/base-debian-12.asc';
const FORMATS = Object.keys(PLATFORMS) as readonly Format[];
const keyOf = ({ os, arch }: { os: string; arch: string }) => `${os}/${arch}`;
const PLATFORM_KEYS = FORMATS.map((format) => keyOf(PLATFORMS[format]));

function distribution(url: string, runsOn: readonly string[]) {
  const platform = (format: Format) => {
    const { os, arch, title } = PLATFORMS[format];
    const environment = { provider: 'nspawn', image: os };
    const base = { id: 'debian', url: `${url}/base/debian-12`, suite: 'bookworm', components: ['main'], key: BASE_KEY };
    return format === 'deb'
      ? { os, arch, format, title, suite: 'bookworm', base: [base], runsOn, environment }
      : { os, arch, format, title, base: [], runsOn, environment }; // its golden image provides the base (repos/images)
  };
  return {
    distribution: 'umd',
    title: 'Unified Middleware Distribution (local world)',
    contact: 'umd@umd.example',
    majors: [{ major: 5, platforms: PLATFORM_KEYS }],
    platforms: Object.fromEntries(FORMATS.map((format) => [keyOf(PLATFORMS[format]), platform(format)])),
    teams: {
      'release-team': 'release-team',
      verifier: 'verifiers',
      'staged-rollout-manager': 'staged-rollout-managers',
      'release-manager': 'release-managers',
      'early-adopter': 'early-adopters',
      'quality-criteria': 'quality-criteria',
      'vulnerability-group': 'vulnerability-group',
      'technology-provider': 'technology-providers',
    },
    withdrawn: [],
  };
}

function provider(name: ProviderName, sites: Sites, people: readonly string[]) {
  const { name: title, contact, technicalContact } = PROVIDERS[name];
  const { key, deb, rpm, packages } = sites[name];
  const repositories = [
    { format: 'deb', url: deb, suite: 'bookworm', components: ['main'] },
    ...(packages.some(({ format }) => format === 'rpm') ? [{ format: 'rpm', url: rpm }] : []),
  ];
  const keys = [{ fingerprint: key.fingerprint, file: `releases/providers/keys/${name}.asc` }];
  return { shortName: name, name: title, contact, technicalContact, people, keys, repositories };
}

function card(product: ProductName, owner: ProviderName, sites: Sites) {
  const documentation = `${sites[owner].doc}${product}.html`;
  const { name, description, purpose, supportUnit, capabilities, profiles, units, eaTeams } = PRODUCT_FACTS[product];
  return {
    product,
    name,
    provider: owner,
    description,
    purpose,
    contact: PROVIDERS[owner].contact,
    web: documentation,
    supportUnit,
    capabilities,
    platforms: PLATFORM_KEYS,
    profiles,
    eaTeams,
    documentation: { installation: documentation, releaseNotes: documentation },
    ...(units.length === 0 ? {} : { service: { units } }),
  };
}

/** Each team tries every product whose card names it. */
function earlyAdopters(teams: Readonly<Record<string, readonly string[]>>) {
  const products = (team: string) =>
    (Object.keys(PRODUCT_FACTS) as ProductName[]).filter((name) => PRODUCT_FACTS[name].eaTeams.includes(team));
  const entries = Object.entries(teams).map(([team, people]) => [
    team,
    { site: team.toUpperCase(), people, products: products(team), platforms: PLATFORM_KEYS },
  ]);
  return { teams: Object.fromEntries(entries) };
}

function yaml(said: string, value: unknown): string {
  return `# ${said}\n${dump(value, { lineWidth: 140, noRefs: true })}`;
}

/** The files that make a checkout's release repo one of the local world, by path: laid over what the checkout has. */
export function seedFiles(
  { url, sites, base }: { url: string; sites: Sites; base: Key },
  { people = {}, earlyAdopters: teams, calendar, runsOn = ['ubuntu-latest'], freezeDays = 7 }: Cast,
): Readonly<Record<string, string>> {
  const names = Object.keys(PROVIDERS) as readonly ProviderName[];
  const providers = names.flatMap((name): [string, string][] => [
    [
      `releases/providers/${name}.yml`,
      yaml('A technology provider of the local world.', provider(name, sites, people[name] ?? [])),
    ],
    [`releases/providers/keys/${name}.asc`, sites[name].key.public],
  ]);
  const cards = names.flatMap((name) =>
    PROVIDERS[name].products.map((product): [string, string] => [
      `releases/products/${product}.yml`,
      yaml('Product card of the local world.', card(product, name, sites)),
    ]),
  );
  return {
    'repos/umd.yml': yaml('The local world: its platforms are named what they are.', distribution(url, runsOn)),
    [BASE_KEY]: base.public,
    ...Object.fromEntries([...providers, ...cards]),
    'releases/calendar.yml': yaml('The planned releases of the story.', {
      lanes: { 'umd-5': { freezeDays, releases: calendar } },
    }),
    'releases/early-adopters.yml': yaml(
      'The early adopters of the story.',
      earlyAdopters(teams ?? { cesnet: [], 'infn-cnaf': [] }),
    ),
  };
}
