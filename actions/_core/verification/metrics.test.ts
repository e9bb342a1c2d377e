import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseCriteria } from '#core/criteria/parse.ts';
import { markdownOf } from '#core/document/markdown.ts';
import { soundOf } from '#core/yaml.ts';
import { parseMoves } from './elapsed.ts';
import { metricsOf } from './metrics.ts';
import { metricsDocument } from './metrics-document.ts';
import type { Verification } from './verification.ts';

const files = readdirSync('criteria', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yml'))
  .map((name) => ({ path: `criteria/${name}`, text: readFileSync(`criteria/${name}`, 'utf8') }));
const criteria = parseCriteria(files);
const ROW = { name: 'x', critical: true, found: '', evidence: '', comment: '' };
const report = (more: Partial<Verification>): Verification => ({
  ...{ ppa: 'INFN.a.debian-12.amd64-1.0.0', product: 'A', version: '1.0.0', criteria: '2.0', verifier: 'vera' },
  ...{ tickets: [], summary: '', forEarlyAdopters: '', releaseType: 'minor', hours: 1, outcome: 'accepted' },
  rows: [
    { ...ROW, criterion: 'QC_DIST_1', by: 'machine', machine: 'OK', result: '' },
    { ...ROW, criterion: 'QC_SEC_5', by: 'machine', machine: 'FAIL', result: 'OK' },
    { ...ROW, criterion: 'QC_DOC_1', by: 'verifier', machine: '', result: 'OK' },
  ],
  ...more,
});

test('hours by release type, outcomes and failures, reckoned by hand; an open report does not count', () => {
  const reports = [
    report({ hours: 2 }),
    report({ hours: 3.5, outcome: 'rejected' }),
    report({ hours: 8, releaseType: 'major' }),
    report({ outcome: '' }),
    report({ hours: null }),
  ];
  expect(metricsOf(reports, criteria)).toMatchObject({
    ...{ validated: 3, meanHours: 4.5, outcomes: { accepted: 2, rejected: 1 }, rows: 9, rowsByMachine: 3 },
    byType: {
      major: { validated: 1, hours: 8, meanHours: 8 },
      minor: { validated: 2, hours: 5.5, meanHours: 2.75 },
    },
    failures: { QC_SEC_5: 3 },
  });
  expect(metricsOf([], criteria)).toMatchObject({ validated: 0, meanHours: null, byType: {} });
});

test('changes of criteria by source and version, first versions not among them; the share of automated ones', () => {
  const { criteria: about } = metricsOf([], criteria);
  // Counted in the text of the catalogue.
  const said = files.flatMap(({ text }) =>
    [...text.matchAll(/version: '2\.1', source: ([a-z ]+),/g)].map(([, by]) => by),
  );
  const counted = Object.fromEntries(said.map((by) => [by, said.filter((each) => each === by).length]));
  expect(counted).toMatchObject({ 'operations community': 1 });
  expect(about.changesByVersion).toEqual({ '2.1': counted });
  expect(about.changes).toEqual(counted);
  expect(about.automatedShare).toBe(Math.round((about.automated / about.criteria) * 100) / 100);
});

const RECORD = (waited: string) => `ppa: INFN.a.debian-12.amd64-1.0.0
moves:
  - {event: opened, to: unverified, at: '2026-06-01T08:00:00Z', by: reconciler, why: x}
  - {event: verifier-assigned, from: unverified, to: in-verification, at: '${waited}', by: vera, why: x}
  - {event: verification-passed, from: in-verification, to: staged-rollout, at: '2026-06-03T20:00:00Z', by: reconciler, why: x}
`;

test('hours between states from the records, reckoned by hand', () => {
  const read = (text: string) => soundOf(parseMoves(text, { file: 'rollout.yml' }));
  const records = [read(RECORD('2026-06-02T08:00:00Z')), read(RECORD('2026-06-01T14:30:00Z'))];
  expect(metricsOf([], criteria, records).elapsed).toEqual({
    'in-verification → staged-rollout': { count: 2, meanHours: 44.75 },
    'unverified → in-verification': { count: 2, meanHours: 15.25 },
  });
  expect(() => read('ppa: x\nmoves: [{to: 1}]\n')).toThrow('moves');
});

test('to look at: the same numbers, all six sources, and a sentence where there is nothing yet', () => {
  const read = (text: string) => soundOf(parseMoves(text, { file: 'rollout.yml' }));
  const reports = [report({ hours: 2 }), report({ hours: 8, releaseType: 'major' })];
  const said = markdownOf(metricsDocument(metricsOf(reports, criteria, [read(RECORD('2026-06-02T08:00:00Z'))])).blocks);
  expect(said).toContain('- **M.SA2-6**: 5 hours per validated PPA, on average');
  expect(said).toContain('| minor | 1 | 2 | 2 |');
  expect(said).toContain('6, of which machines alone answered 2 (33 %)');
  expect(said).toContain('| unverified → in-verification (1) | 24 | 24 |');
  // The six of domain.md section 5, copied by hand.
  for (const source of ['user community', 'operations community', 'deficiencies found', 'vulnerability group'])
    expect(said).toMatch(new RegExp(`^\\| ${source} \\| \\d+ \\|$`, 'm'));
  expect(said).toContain('| provider feedback | 0 |');
  const none = markdownOf(metricsDocument(metricsOf([], criteria)).blocks);
  expect(none).toContain('no PPA is validated yet');
  expect(none).not.toMatch(/NaN|undefined|null/);
});
