import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { REMEDIES } from '#core/fault-codes.ts';
import { parseRelease } from './parse.ts';
import { ppasOf } from './plan.ts';

const good = ['bundle', 'one-ppa'].map((name) =>
  readFileSync(`actions/_core/release/__fixtures__/${name}.xml`, 'utf8'),
);
const SCRAPS =
  '< > </ /> " \' & &amp; &x; <!-- --> <![CDATA[ ]]> <? ?> <!DOCTYPE [ ] xmlns="x" release: \u0000 \uD800 __proto__ constructor'.split(
    ' ',
  );

/** A good file with a few pieces cut out, doubled, or replaced by what hurts parsers. */
const hurt = fc
  .tuple(
    fc.constantFrom(...good),
    fc.array(
      fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        length: fc.nat(60),
        scrap: fc.constantFrom('', ...SCRAPS),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  )
  .map(([text, wounds]) =>
    wounds.reduce((current, { at, length, scrap }) => {
      const from = Math.floor(at * current.length);
      return current.slice(0, from) + scrap + current.slice(from + length);
    }, text),
  );

test('whatever is in the file, the reader answers with faults of the table and never throws', () => {
  fc.assert(
    fc.property(hurt, (text) => {
      const { release, faults } = parseRelease(text, { file: 'r.xml' });
      if (release !== undefined) ppasOf(release);
      expect(release !== undefined || faults.length > 0).toBe(true);
      const lines = text.split('\n').length;
      for (const { code, where } of faults) {
        expect(Object.keys(REMEDIES)).toContain(code);
        expect(where?.line ?? 1).toBeLessThanOrEqual(lines);
      }
    }),
    { numRuns: 400 },
  );
});
