import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseCriteria } from '#core/criteria/parse.ts';
import { metricsOf } from './metrics.ts';
import type { Verification } from './verification.ts';

const criteria = parseCriteria(
  readdirSync('criteria', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yml'))
    .map((name) => ({ path: `criteria/${name}`, text: readFileSync(`criteria/${name}`, 'utf8') })),
);
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
