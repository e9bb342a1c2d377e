import { cell } from '#core/verification/cell.ts';
import type { CandidateEvidence } from '#core/verification/evidence.ts';

/** Markdown for a person: how the candidate installs, platform by platform. */
export function summaryOf({ lane, commit, conclusion, platforms }: CandidateEvidence): string {
  const rows = platforms.map((each) => {
    return `| ${each.platform} | ${each.conclusion} | ${each.packages} | ${cell(each.comment)} |`;
  });
  const table = ['| Platform | Result | Packages | Found |', '| --- | --- | --- | --- |', ...rows].join('\n');
  const told = platforms.flatMap(({ platform, closure }) =>
    [...(closure?.faults ?? []), ...(closure?.notes ?? [])].map((sentence) => `- ${platform}: ${cell(sentence)}\n`),
  );
  const again = platforms.flatMap(({ platform, closure }) =>
    closure?.inputs === undefined
      ? []
      : [`- ${platform}: its closure again: \`npm run closure -- ${closure.inputs}\`\n`],
  );
  const list = told.length + again.length === 0 ? '' : `\n${[...told, ...again].join('')}`;
  return `## Release candidate ${lane}: ${conclusion}\n\nAt ${commit}.\n\n${table}\n${list}`;
}
