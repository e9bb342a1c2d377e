import { expect, test } from 'vitest';
import { annotationsOf } from './annotations.ts';
import type { EvidenceRow, VerificationEvidence } from './evidence.ts';
import { mergeRow } from './merge.ts';

const row = (criterion: string, result: EvidenceRow['result'], comment = 'x', critical = true): EvidenceRow => {
  return { criterion, result, comment, critical };
};
const evidence = (conclusion: VerificationEvidence['conclusion'], ...rows: EvidenceRow[]): VerificationEvidence => ({
  ...{ kind: 'verification', ppa: 'INFN.voms.debian-12.amd64-2.1.0', pull: 7, lock: 'a'.repeat(64), snapshot: '' },
  environment: { provider: 'nspawn', image: 'debian-12', platform: 'debian-12/amd64' },
  ...{ conclusion, rows, startedAt: '2026-06-01T08:00:00Z', finishedAt: '2026-06-01T08:01:00Z' },
});
const BEFORE = evidence('fail', row('QC_DIST_1', 'OK'), row('QC_SEC_5', 'FAIL'), row('QC_SEC_6', 'WARNING'));
const about = { criterion: 'QC_SEC_5', waivers: [], product: 'voms', day: '2026-06-01' };

test('one row again: the others stay, the whole is judged anew', () => {
  const after = mergeRow(BEFORE, evidence('pass', row('QC_SEC_5', 'OK', 'none')), about);
  expect(after.rows.map(({ criterion, result }) => `${criterion} ${result}`)).toEqual([
    'QC_DIST_1 OK',
    'QC_SEC_5 OK',
    'QC_SEC_6 WARNING',
  ]);
  expect([after.conclusion, after.again]).toEqual(['pass', 'QC_SEC_5']);
  const worse = mergeRow(BEFORE, evidence('fail', row('QC_SEC_6', 'FAIL')), { ...about, criterion: 'QC_SEC_6' });
  expect(worse.conclusion).toBe('fail');
  // A criterion that came to the profile since.
  const more = mergeRow(BEFORE, evidence('pass', row('GENERIC_DIST_3', 'OK')), {
    ...about,
    criterion: 'GENERIC_DIST_3',
  });
  expect(more.rows).toHaveLength(4);
});

test('a passing rerun does not turn a failure elsewhere into a pass, nor an error into a result', () => {
  const again = evidence('pass', row('QC_DIST_1', 'OK'));
  expect(mergeRow(BEFORE, again, { ...about, criterion: 'QC_DIST_1' }).conclusion).toBe('fail');
  expect(mergeRow(BEFORE, evidence('error'), about)).toMatchObject({ conclusion: 'error', rows: [] });
});

test('waivers are those of today, not of the day of the first run', () => {
  const waiver = {
    criterion: 'QC_SEC_5',
    product: 'voms',
    reason: 'x',
    owner: 'vera',
    ticket: '#7',
    expires: '2026-06-30',
  };
  const old = { ...BEFORE, rows: BEFORE.rows.map((each) => ({ ...each, waiver: 'of yesterday' })) };
  const again = evidence('pass', row('QC_DIST_1', 'OK'));
  const on = (day: string) => mergeRow(old, again, { criterion: 'QC_DIST_1', waivers: [waiver], product: 'voms', day });
  expect(on('2026-06-30')).toMatchObject({ conclusion: 'pass' });
  expect(on('2026-07-01')).toMatchObject({ conclusion: 'fail' });
  expect(on('2026-07-01').rows.filter((each) => each.waiver !== undefined)).toEqual([]);
});

const LOCK = `product: voms
ppa: INFN.voms.debian-12.amd64-2.1.0
packages:
  - name: voms
    version: 2.1.0
  - {name: voms-clients, version: 2.1.0}
`;

test('findings stand beside the package that they name, failures first, the rest beside the PPA', () => {
  const rows = [
    row(
      'QC_DOC_2',
      'WARNING',
      'Without a manual page: voms-verify. lintian W no-manual-page voms-clients: [usr/bin/x].',
    ),
    row('QC_SEC_5', 'FAIL', 'Everyone may write /usr/share/voms/x (0666).'),
    row('QC_DOC_5', 'FAIL', 'Without a licence: voms.'),
    { ...row('QC_SEC_6', 'FAIL', 'Everyone may read it.'), waiver: 'vera, #7' },
    row('QC_DIST_1', 'OK', 'voms'),
  ];
  const path = 'repos/umd/5/debian-12/amd64/voms.yml';
  expect(
    annotationsOf(rows, { path, text: LOCK }).map(({ line, title, level }) => `${line} ${title} ${level}`),
  ).toEqual(['2 QC_SEC_5 failure', '4 QC_DOC_5 failure', '6 QC_DOC_2 warning', '2 QC_SEC_6 warning']);
  const many = Array.from({ length: 80 }, () => row('QC_SEC_5', 'FAIL'));
  expect(annotationsOf(many, { path, text: LOCK })).toHaveLength(50);
});
