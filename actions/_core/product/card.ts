import { type Parsed, parseYaml } from '#core/yaml.ts';

/** Facts of a product, kept apart from its releases and given once (domain.md section 2). */
export interface ProductCard {
  /** Short name, lower case: `voms`. */
  readonly product: string;
  readonly name: string;
  /** Short name of the technology provider that may release it. */
  readonly provider: string;
  readonly team?: string;
  readonly description: string;
  readonly purpose?: string;
  /** Support e-mail and web page. */
  readonly contact: string;
  readonly web?: string;
  /** Where problem tickets are routed to. */
  readonly supportUnit: string;
  /** Names of criteria/capabilities.yml; `NONE` alone says explicitly that there is none. */
  readonly capabilities: readonly string[];
  /** Keys `<os>/<arch>`. */
  readonly platforms: readonly string[];
  /** Criteria profiles. */
  readonly profiles: readonly string[];
  /** Early adopter teams, forge slugs without `ea-`. */
  readonly eaTeams: readonly string[];
  readonly channels?: readonly string[];
  readonly documentation?: ProductDocumentation;
  readonly supportCalendar?: readonly SupportPeriod[];
  readonly service?: ProductService;
  /** Shell text run as root on the installed product, services and all: the provider's own tests. */
  readonly test?: string;
}

/** URLs. */
export interface ProductDocumentation {
  readonly installation?: string;
  readonly releaseNotes?: string;
  readonly knownIssues?: string;
  readonly reference?: string;
}

/** Days `YYYY-MM-DD`. */
export interface SupportPeriod {
  readonly version: string;
  readonly standardUntil: string;
  readonly securityUntil?: string;
}

export interface ProductService {
  /** systemd units that the product brings. */
  readonly units: readonly string[];
  /** Shell text run as root in the throw-away system after the installation and before the units are started. */
  readonly setup?: string;
}

const TEXT = { type: 'string', minLength: 1 };
const TEXTS = { type: 'array', items: TEXT };
const URL_TEXT = { type: 'string', pattern: '^https?://[^\\s]+$' };
const DAY = { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$' };
const SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: [
    'product',
    'name',
    'provider',
    'description',
    'contact',
    'supportUnit',
    'capabilities',
    'platforms',
    'profiles',
    'eaTeams',
  ],
  properties: {
    product: { type: 'string', pattern: '^[a-z0-9][a-z0-9_+-]*$' },
    name: TEXT,
    provider: { type: 'string', pattern: '^[A-Z0-9][A-Z0-9_-]*$' },
    team: TEXT,
    description: TEXT,
    purpose: TEXT,
    contact: { type: 'string', pattern: '^[^\\s@]+@[^\\s@]+$' },
    web: URL_TEXT,
    supportUnit: TEXT,
    capabilities: { type: 'array', minItems: 1, items: TEXT },
    platforms: TEXTS,
    profiles: TEXTS,
    eaTeams: TEXTS,
    channels: TEXTS,
    documentation: {
      type: 'object',
      additionalProperties: false,
      properties: { installation: URL_TEXT, releaseNotes: URL_TEXT, knownIssues: URL_TEXT, reference: URL_TEXT },
    },
    supportCalendar: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['version', 'standardUntil'],
        properties: { version: TEXT, standardUntil: DAY, securityUntil: DAY },
      },
    },
    test: TEXT,
    service: {
      type: 'object',
      additionalProperties: false,
      required: ['units'],
      properties: { units: { type: 'array', minItems: 1, items: TEXT }, setup: TEXT },
    },
  },
};

/** `releases/products/<product>.yml`. Faults: YAML_MALFORMED, CARD_INVALID. */
export function parseProductCard(text: string, { file }: { file: string }): Parsed<ProductCard> {
  return parseYaml<ProductCard>(text, { file, schema: SCHEMA, code: 'CARD_INVALID' });
}

/** Path of the card in the release repo. */
export function productCardPath(product: string): string {
  return `releases/products/${product}.yml`;
}
