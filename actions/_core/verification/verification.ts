import { dump } from 'js-yaml';
import { kept } from '#core/kept.ts';
import type { ReleaseType } from '#core/ppa/lock.ts';
import { type Parsed, parseYaml } from '#core/yaml.ts';
import { RESULTS, type Result } from './evidence.ts';

/** The verification report of a PPA, `verification.yml` (domain.md section 5, "Report"). */
export interface Verification {
  readonly ppa: string;
  readonly product: string;
  /** The PPA's. */
  readonly version: string;
  readonly releaseType: ReleaseType;
  /** Version of the criteria. */
  readonly criteria: string;
  /** Login on the forge; empty until somebody takes it. */
  readonly verifier: string;
  /** Hours spent (M.SA2-6); null until given. */
  readonly hours: number | null;
  readonly outcome: '' | 'accepted' | 'rejected';
  /** Problem tickets, `#12` or URLs. */
  readonly tickets: readonly string[];
  readonly summary: string;
  /** What early adopters should know. */
  readonly forEarlyAdopters: string;
  readonly rows: readonly VerificationRow[];
}

export interface VerificationRow {
  readonly criterion: string;
  readonly name: string;
  readonly critical: boolean;
  /** Who answers: a check that runs on a throw-away system, or a person. */
  readonly by: 'machine' | 'verifier';
  /** The check's result, what it found, and the sha256 of its evidence; written by automation only. */
  readonly machine: '' | Result;
  readonly found: string;
  readonly evidence: string;
  /** Why the check's FAIL does not count; written by automation only. */
  readonly waiver?: string;
  /** The verifier's. */
  readonly result: '' | Result;
  readonly comment: string;
}

const TEXT = { type: 'string', maxLength: 20_000 };
const LINE = { type: 'string', minLength: 1, maxLength: 400 };
const RESULT = { enum: ['', ...RESULTS] };
const exactly = (properties: Record<string, object>, optional: readonly string[] = []) => ({
  type: 'object',
  additionalProperties: false,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  properties,
});
const ROW = exactly(
  {
    criterion: { type: 'string', pattern: '^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$' },
    name: LINE,
    critical: { type: 'boolean' },
    by: { enum: ['machine', 'verifier'] },
    machine: RESULT,
    found: TEXT,
    evidence: { type: 'string', pattern: '^([0-9a-f]{64})?$' },
    waiver: TEXT,
    result: RESULT,
    comment: TEXT,
  },
  ['waiver'],
);
const SCHEMA = exactly({
  ppa: LINE,
  product: LINE,
  version: LINE,
  releaseType: { enum: ['major', 'minor', 'revision'] },
  criteria: LINE,
  verifier: { type: 'string', pattern: '^[A-Za-z0-9-]{0,39}$' },
  hours: { type: ['number', 'null'], minimum: 0, maximum: 1000 },
  outcome: { enum: ['', 'accepted', 'rejected'] },
  tickets: { type: 'array', items: { type: 'string', pattern: '^(#[1-9]\\d*|https?://\\S+)$' } },
  summary: TEXT,
  forEarlyAdopters: TEXT,
  rows: { type: 'array', minItems: 1, maxItems: 500, items: ROW },
});

/** Faults: YAML_MALFORMED, VERIFICATION_INVALID, each with its line. */
export function parseVerification(text: string, { file }: { file: string }): Parsed<Verification> {
  return parsedVerification(text, file);
}

const parsedVerification = kept((text, file) =>
  parseYaml<Verification>(text, { file, schema: SCHEMA, code: 'VERIFICATION_INVALID' }),
);

const HEAD = `# Verification report. The verifier fills in verifier, hours, outcome (accepted or rejected), tickets (#12 or a URL),
# summary, what early adopters should know, and result and comment of the rows: OK, WARNING, FAIL, NA or "Not tested".
# machine, found and evidence are written by automation; a FAIL there stands, whatever the result beside it says.
`;

const rendered = new WeakMap<Verification, string>();

/** The same text for the same report, on every machine. */
export function renderVerification(verification: Verification): string {
  const text = rendered.get(verification) ?? HEAD + dump(verification, { lineWidth: 120, noRefs: true });
  rendered.set(verification, text);
  return text;
}

/**
 * What counts: a machine's FAIL stands against every other entry but a waiver, which makes it a WARNING; else the
 * verifier's word goes before the machine's.
 */
export function resultOf({
  machine,
  result,
  waiver,
}: Pick<VerificationRow, 'machine' | 'result' | 'waiver'>): '' | Result {
  if (machine === 'FAIL') return waiver === undefined ? 'FAIL' : 'WARNING';
  return result === '' ? machine : result;
}

/** Rows that forbid StagedRollout (domain.md section 3): critical ones that fail. */
export function criticalFailures({ rows }: Verification): VerificationRow[] {
  return rows.filter((row) => row.critical && resultOf(row) === 'FAIL');
}
