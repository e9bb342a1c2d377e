import { type Parsed, parseYaml } from '#core/yaml.ts';

/** `releases/early-adopters.yml`: sites that try updates before all others (domain.md section 1). */
export interface EarlyAdopters {
  readonly teams: Readonly<Record<string, EarlyAdopterTeam>>;
}

/** Its key is the forge team's slug without `ea-`. */
export interface EarlyAdopterTeam {
  /** The site's name in the grid's own database. */
  readonly site: string;
  readonly people: readonly string[];
  /** Product short names. */
  readonly products: readonly string[];
  /** Keys `<os>/<arch>`. */
  readonly platforms: readonly string[];
}

export const EARLY_ADOPTERS_PATH = 'releases/early-adopters.yml';

const TEXTS = { type: 'array', items: { type: 'string', minLength: 1 } };
const SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['teams'],
  properties: {
    teams: {
      type: 'object',
      propertyNames: { pattern: '^[a-z0-9][a-z0-9-]{0,60}$' },
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        required: ['site', 'people', 'products', 'platforms'],
        properties: {
          site: { type: 'string', minLength: 1 },
          people: { type: 'array', items: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9-]{0,38}$' } },
          products: TEXTS,
          platforms: TEXTS,
        },
      },
    },
  },
};

/** Faults: YAML_MALFORMED, EARLY_ADOPTERS_INVALID. */
export function parseEarlyAdopters(text: string, file: string = EARLY_ADOPTERS_PATH): Parsed<EarlyAdopters> {
  return parseYaml<EarlyAdopters>(text, { file, schema: SCHEMA, code: 'EARLY_ADOPTERS_INVALID' });
}
