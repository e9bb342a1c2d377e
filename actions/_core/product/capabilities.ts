import { type Parsed, parseYaml } from '#core/yaml.ts';

/** The explicit "has no capability" of the controlled list (domain.md section 2). */
export const NO_CAPABILITY = 'NONE';

const SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['capabilities'],
  properties: {
    capabilities: { type: 'array', minItems: 1, uniqueItems: true, items: { type: 'string', minLength: 1 } },
  },
};

/** `criteria/capabilities.yml`, without NONE which always is there. Faults: YAML_MALFORMED, CAPABILITIES_INVALID. */
export function parseCapabilities(text: string, { file }: { file: string }): Parsed<readonly string[]> {
  const { value, faults } = parseYaml<{ capabilities: readonly string[] }>(text, {
    file,
    schema: SCHEMA,
    code: 'CAPABILITIES_INVALID',
  });
  return { value: value?.capabilities, faults };
}
