import { cell } from '#core/verification/cell.ts';
import type { VerificationEvidence } from '#core/verification/evidence.ts';

const MARKS = { OK: '✅', WARNING: '⚠️', FAIL: '❌', NA: '➖', 'Not tested': '❔' } as const;

/** Markdown for a person: what was found, criterion by criterion. */
export function summaryOf(
  { ppa, conclusion, rows, closures = [] }: VerificationEvidence,
  title: string,
  error?: string,
): string {
  const head = `## ${ppa}: ${conclusion}\n\nOn ${title}.\n\n`;
  if (error !== undefined)
    return `${head}The environment failed, so nothing is said about the product: ${cell(error)}\n`;
  const table = rows.map(
    ({ criterion, result, comment }) => `| ${criterion} | ${MARKS[result]} ${result} | ${cell(comment)} |`,
  );
  const again = closures.map(({ beside, inputs }) => `- beside ${beside}: \`npm run closure -- ${inputs}\`\n`);
  const told = again.length === 0 ? '' : `\nThe closure, given again from what is published:\n\n${again.join('')}`;
  return `${head}| Criterion | Result | Found |\n| --- | --- | --- |\n${table.join('\n')}\n${told}`;
}
