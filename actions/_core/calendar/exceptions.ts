import { type Parsed, parseYaml } from '#core/yaml.ts';

/** `releases/exceptions.yml`, reviewed like all declared data: what may enter a frozen candidate all the same. */
export interface FreezeException {
  readonly ppa: string;
  /** sha256 of the lock: another content is another question. */
  readonly lock: string;
  readonly reason: string;
  /** Two different release managers or members of the release team. */
  readonly approvers: readonly string[];
  /** Last day on which it holds, `YYYY-MM-DD`. */
  readonly until: string;
}

export const EXCEPTIONS_PATH = 'releases/exceptions.yml';

const SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['exceptions'],
  properties: {
    exceptions: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['ppa', 'lock', 'reason', 'approvers', 'until'],
        properties: {
          ppa: { type: 'string', minLength: 1 },
          lock: { type: 'string', pattern: '^[0-9a-f]{64}$' },
          reason: { type: 'string', minLength: 1 },
          approvers: { type: 'array', minItems: 1, items: { type: 'string', minLength: 1 } },
          until: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$' },
        },
      },
    },
  },
};

/** Faults: YAML_MALFORMED, CALENDAR_INVALID. */
export function parseExceptions(text: string, file: string = EXCEPTIONS_PATH): Parsed<readonly FreezeException[]> {
  const { value, faults } = parseYaml<{ exceptions: FreezeException[] }>(text, {
    ...{ file, schema: SCHEMA, code: 'CALENDAR_INVALID' },
  });
  return value === undefined ? { value, faults } : { value: value.exceptions, faults };
}
