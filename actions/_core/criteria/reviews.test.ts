import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Criteria } from './criterion.ts';
import { parseCriteria } from './parse.ts';
import { dueReviews } from './reviews.ts';

const real = parseCriteria(
  readdirSync('criteria', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yml'))
    .map((name) => ({ path: `criteria/${name}`, text: readFileSync(`criteria/${name}`, 'utf8') })),
);
const criteria: Criteria = {
  ...real,
  versions: [
    { version: '2.0', state: 'FINAL', major: 5, date: '2026-09-01' },
    { version: '2.1', state: 'DRAFT', major: 5, date: '2027-03-01' },
  ],
  roadmap: [
    { version: '2.1', date: '2027-03-01', reviews: ['2026-12-01', '2027-01-18'] },
    { version: '2.2', date: '2027-09-01', reviews: ['2027-06-01', '2027-07-19'] },
  ],
};
const FIRST = 'Review of the Quality Criteria 2.1, draft 1 of 2';
const SECOND = 'Review of the Quality Criteria 2.1, draft 2 of 2';

// Counted by hand along the two roadmap entries.
test.each([
  ['2026-11-30', []],
  ['2026-12-01', [FIRST]],
  ['2027-01-17', [FIRST]],
  ['2027-01-18', [SECOND]],
  ['2027-02-28', [SECOND]],
  ['2027-03-01', []],
  ['2027-06-02', ['Review of the Quality Criteria 2.2, draft 1 of 2']],
] as const)('on %s there are due: %s', (day, titles) => {
  expect(dueReviews(criteria, day, []).map(({ title }) => title)).toEqual(titles);
});

test('an issue that is there is not opened again, whether closed or not; a version that is out is reviewed no more', () => {
  expect(dueReviews(criteria, '2026-12-05', [FIRST])).toEqual([]);
  const out = { ...criteria, versions: [{ version: '2.1', state: 'FINAL', major: 5, date: '2026-12-02' } as const] };
  expect(dueReviews(out, '2026-12-05', [])).toEqual([]);
});

test('it says until when, and what the draft changes by source', () => {
  const [issue] = dueReviews(criteria, '2026-12-01', []);
  expect(issue?.body).toContain('until 2027-01-18; the version is planned for 2027-03-01');
  expect(issue?.body).toContain('npm run criteria -- documents 2.1');
  expect(issue?.body).toContain('### From: deficiencies found');
  expect(issue?.body).toContain('- GENERIC_DIST_3 Packaging policy: Answered by lintian');
  // What is said of many alike is said once: the body stays readable, and below what a forge takes.
  expect(issue?.body).toMatch(/^- Says step by step how to test it\. \(.*0056.*\) \d+ criteria: .*MSG_QUEUE_2, /m);
  expect(issue?.body.length).toBeLessThan(10_000);
  expect(dueReviews(criteria, '2027-06-01', [])[0]?.body).toContain('Nothing yet.');
});
