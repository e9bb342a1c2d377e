import { cell } from '#core/verification/cell.ts';
import type { VerificationEvidence } from '#core/verification/evidence.ts';

const MARKS = { OK: '✅', WARNING: '⚠️', FAIL: '❌', NA: '➖', 'Not tested': '❔' } as const;

/** Markdown for a person: what was found, criterion by criterion. */
export function summaryOf({ ppa, conclusion, rows }: VerificationEvidence, title: string, error?: string): string {
  const head = `## ${ppa}: ${conclusion}\n\nOn ${title}.\n\n`;
  if (error !== undefined)
    return `${head}The environment failed, so nothing is said about the product: ${cell(error)}\n`;
  const table = rows.map(
    ({ criterion, result, comment }) => `| ${criterion} | ${MARKS[result]} ${result} | ${cell(comment)} |`,
  );
  return `${head}| Criterion | Result | Found |\n| --- | --- | --- |\n${table.join('\n')}\n`;
}
