import { type Block, heading, paragraph } from '#core/document/block.ts';
import { markdownOf } from '#core/document/markdown.ts';
import type { Tried } from './products.ts';
import { PLATFORM, type TriedOutcome } from './try.ts';

/** What was found, product by product: rows that are neither OK nor without object. */
export function triedDocument(all: readonly (readonly [Tried, TriedOutcome])[], day: string): string {
  const blocks: Block[] = [
    heading(1, 'The automated checks on real products'),
    paragraph(
      `Written by "npm run criteria -- try --write" on ${day}: packages of the base of ${PLATFORM}, each installed fresh on a ` +
        'throw-away system, run, removed and purged, looked at by lintian and piuparts, and tried with the tests of its source. What is OK or has no object is left out. These ' +
        'are findings of our criteria, not faults that anybody agreed to.',
    ),
    {
      kind: 'table',
      head: ['Product', 'Packages', 'Conclusion', 'OK', 'WARNING', 'FAIL', 'Not tested'],
      rows: all.map(([{ title }, { versions, conclusion, rows }]) => {
        const count = (result: string) => String(rows.filter((row) => row.result === result).length);
        return [
          title,
          versions.join(', '),
          conclusion,
          count('OK'),
          count('WARNING'),
          count('FAIL'),
          count('Not tested'),
        ];
      }),
    },
    ...all.flatMap(([{ title }, { rows }]): Block[] => [
      heading(2, title),
      {
        kind: 'table',
        head: ['Criterion', 'Weight', 'Result', 'Found'],
        rows: rows
          .filter(({ result }) => result !== 'OK' && result !== 'NA')
          .map(({ criterion, critical, result, comment }) => [criterion, critical ? 'critical' : '', result, comment]),
      },
    ]),
  ];
  return markdownOf(blocks);
}
