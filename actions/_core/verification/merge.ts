import type { Criteria } from '#core/criteria/criterion.ts';
import { conclusionOf, withWaivers } from '#core/criteria/judge.ts';
import type { EvidenceRow, VerificationEvidence } from './evidence.ts';

/**
 * One criterion tried again, laid over the evidence of the same lock that stood before: its row is the new one, the others
 * are as they were, and the conclusion is drawn from all of them with the waivers of today. What the environment kept from
 * a result stays an error.
 */
export function mergeRow(
  before: VerificationEvidence,
  again: VerificationEvidence,
  { criterion, waivers, product, day }: Pick<Criteria, 'waivers'> & Record<'criterion' | 'product' | 'day', string>,
): VerificationEvidence {
  const row = again.rows.find((each) => each.criterion === criterion);
  if (again.conclusion === 'error' || row === undefined) return again;
  const known = before.rows.some((each) => each.criterion === criterion);
  const rows: EvidenceRow[] = known
    ? before.rows.map((each) => (each.criterion === criterion ? row : each))
    : [...before.rows, row];
  const bare = rows.map(({ waiver: _, ...rest }): EvidenceRow => rest);
  const waived = withWaivers(bare, { waivers }, { product, day });
  const closures = again.closures ?? before.closures; // of the row that told of it last
  const merged = { ...again, rows: waived, conclusion: conclusionOf(waived), again: criterion };
  return closures === undefined ? merged : { ...merged, closures };
}
