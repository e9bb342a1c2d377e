import { kept } from '#core/kept.ts';
import { soundOf } from '#core/yaml.ts';
import type { EvidenceRow, VerificationEvidence } from './evidence.ts';
import { parseVerification, renderVerification, type VerificationRow } from './verification.ts';

/**
 * The report with the machine's entries as the evidence has them: what stood there before, whoever wrote it, is gone, and
 * what the verifier wrote stays. Apply it before judging a report, and nobody can have mended a machine's row by hand.
 * Evidence of a criterion that the report does not ask for adds a row only when it warns or fails.
 * @throws ProvisioningError VERIFICATION_INVALID, YAML_MALFORMED
 */
export function fillRows(
  text: string,
  evidence: Pick<VerificationEvidence, 'rows' | 'conclusion'>,
  file = 'verification.yml',
): string {
  return filledText(text, JSON.stringify({ rows: evidence.rows, conclusion: evidence.conclusion, file }));
}

interface Asked extends Pick<VerificationEvidence, 'rows' | 'conclusion'> {
  readonly file: string;
}

const filledText = kept((text, question) => {
  const { file, ...evidence } = JSON.parse(question) as Asked;
  const verification = soundOf(parseVerification(text, { file }));
  const found = new Map(evidence.rows.map((row) => [row.criterion, row]));
  const rows = verification.rows.map((row) => filled(row, found.get(row.criterion)));
  const asked = new Set(rows.map((row) => row.criterion));
  const more = evidence.rows
    .filter(({ criterion, result }) => !asked.has(criterion) && (result === 'FAIL' || result === 'WARNING'))
    .map((row) => addedRow(row, evidence.conclusion === 'fail'));
  return renderVerification({ ...verification, rows: [...rows, ...more] });
});

/**
 * Does the report say what `filled`, made of it by `fillRows`, says? What it says counts and not how a person's editor laid
 * it out: a needless commit would void the approval that is bound to the text.
 */
export function saysTheSame(text: string, filled: string, file = 'verification.yml'): boolean {
  const { value } = parseVerification(text, { file });
  return value !== undefined && renderVerification(value) === filled;
}

function filled(row: VerificationRow, found: EvidenceRow | undefined): VerificationRow {
  const { criterion, name, critical, by, result, comment } = row;
  const machine = {
    machine: found?.result ?? ('' as const),
    found: found?.comment ?? '',
    evidence: found?.evidence?.sha256 ?? '',
    ...(found?.waiver === undefined ? {} : { waiver: found.waiver }),
  };
  return { criterion, name, critical, by, ...machine, result, comment };
}

// Where a row does not say how grave it is, one that fails counts as grave when the whole fails.
function addedRow(row: EvidenceRow, grave: boolean): VerificationRow {
  const critical = row.critical ?? (grave && row.result === 'FAIL');
  const empty = { name: row.name ?? row.criterion, critical, by: 'machine' as const, result: '' as const, comment: '' };
  return filled({ criterion: row.criterion, ...empty, machine: '', found: '', evidence: '' }, row);
}
