import { type Parsed, parseYaml } from '#core/yaml.ts';

/** A change of RolloutProgress as a PPA's record (rollout.yml) holds it. */
export interface RecordedMove {
  /** Absent in the first, which opens it. */
  readonly from?: string;
  readonly to: string;
  /** ISO 8601, the forge's clock. */
  readonly at: string;
}

export interface Elapsed {
  readonly count: number;
  readonly meanHours: number;
}

const MOVE = {
  type: 'object',
  required: ['to', 'at'],
  properties: {
    from: { type: 'string' },
    to: { type: 'string', minLength: 1 },
    at: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}T' },
  },
};
const SCHEMA = { type: 'object', required: ['moves'], properties: { moves: { type: 'array', items: MOVE } } };

/** The moves of a rollout.yml, oldest first. Faults: RECORD_INVALID, YAML_MALFORMED. */
export function parseMoves(text: string, { file }: { file: string }): Parsed<readonly RecordedMove[]> {
  const schema = { file, schema: SCHEMA, code: 'RECORD_INVALID' } as const;
  const { value, faults } = parseYaml<{ moves: RecordedMove[] }>(text, schema);
  return { value: value?.moves, faults };
}

/** Hours from each state to the next (domain.md section 8), over all records. */
export function elapsedOf(records: readonly (readonly RecordedMove[])[]): Readonly<Record<string, Elapsed>> {
  const hours = new Map<string, number[]>();
  for (const moves of records)
    for (const [index, { from, to, at }] of moves.entries()) {
      const before = moves[index - 1];
      if (from === undefined || before === undefined) continue;
      const step = `${from} → ${to}`;
      hours.set(step, [...(hours.get(step) ?? []), (Date.parse(at) - Date.parse(before.at)) / 3_600_000]);
    }
  return Object.fromEntries(
    [...hours].sort(([left], [right]) => (left < right ? -1 : 1)).map(([step, all]) => [step, meanOf(all)]),
  );
}

function meanOf(hours: readonly number[]): Elapsed {
  return { count: hours.length, meanHours: hundredths(hours.reduce((sum, each) => sum + each, 0) / hours.length) };
}

export function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}
