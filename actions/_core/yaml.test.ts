import { expect, test } from 'vitest';
import { parseYaml, soundOf } from './yaml.ts';

const SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['name', 'people'],
  properties: {
    name: { type: 'string' },
    people: {
      type: 'array',
      items: { type: 'object', required: ['login'], properties: { login: { type: 'string' } } },
    },
  },
};
const read = (text: string) =>
  parseYaml<{ name: string }>(text, { file: 'a.yml', schema: SCHEMA, code: 'CARD_INVALID' });

test('every schema fault at once, each with line and column', () => {
  const { value, faults } = read('name: 5\npeople:\n  - login: a\n  - {login: 7}\n  - {}\nextra: x\n');
  expect(value).toBeUndefined();
  expect(faults.map(({ where, sentence }) => `${where?.line}:${where?.column} ${sentence}`).sort()).toEqual([
    '1:1 name must be string (quote it).',
    '4:6 people.1.login must be string (quote it).',
    '5:5 people.2 lacks "login".',
    '6:1 The document has an unknown key "extra".',
  ]);
});

test.each([
  ['a repeated key', 'name: a\nname: b\n', 2],
  ['an alias (no billion laughs)', 'name: &a x\npeople: [*a]\n', 2],
  ['broken flow', 'name: [\n', 2],
])('%s is malformed and has its line', (_, text, line) => {
  const [fault] = read(text).faults;
  expect(fault?.code).toBe('YAML_MALFORMED');
  expect(fault?.where).toMatchObject({ file: 'a.yml', line });
});

test('several documents, and a file beyond the limit, are refused', () => {
  expect(read('name: a\n---\nname: b\n').faults[0]?.sentence).toContain('several documents');
  expect(read('#'.repeat(1_048_577)).faults[0]?.code).toBe('YAML_TOO_LARGE');
});

test('soundOf throws the first code and carries all faults', () => {
  expect(() => soundOf(read('{}'))).toThrow(
    expect.objectContaining({ code: 'CARD_INVALID', faults: [expect.anything(), expect.anything()] }),
  );
  expect(soundOf(read('name: a\npeople: []\n'))).toEqual({ name: 'a', people: [] });
});
