import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { criteriaFor } from '#core/criteria/applied.ts';
import { parseCriteria } from '#core/criteria/parse.ts';
import { htmlOf } from '#core/document/html.ts';
import { markdownOf } from '#core/document/markdown.ts';
import type { ReleaseType } from '#core/ppa/lock.ts';
import { soundOf } from '#core/yaml.ts';
import { complete } from './complete.ts';
import { parseVerificationEvidence, type Result } from './evidence.ts';
import { fillRows } from './fill.ts';
import { formerReports, verifiedBefore } from './former.ts';
import { linksTo } from './record-report.ts';
import { reportOf } from './report.ts';
import { templateFor } from './template.ts';
import {
  criticalFailures,
  parseVerification,
  renderVerification,
  type Verification,
  type VerificationRow,
} from './verification.ts';

const criteria = parseCriteria(
  readdirSync('criteria', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yml'))
    .map((name) => ({ path: `criteria/${name}`, text: readFileSync(`criteria/${name}`, 'utf8') })),
);
const REPORT = 'releases/umd/5/INFN/bdii-5.2.0/INFN.bdii.x/verification.yml';
const TEN = criteria.released.get('1.0') ?? [];
const template = (releaseType: ReleaseType, profiles = ['generic', 'service']) =>
  templateFor({
    ppa: 'INFN.bdii.debian-12.amd64-6.0.0',
    product: 'BDII',
    releaseType,
    // Ten criteria are enough to see how a report works.
    criteria: criteriaFor(criteria, profiles).filter(({ criterion }) => TEN.includes(criterion.id)),
    criteriaVersion: criteria.version,
    before: new Map(
      TEN.map((id) => [id, { version: '5.2.0', report: 'releases/umd/5/INFN/bdii-5.2.0/x/verification.yml' }]),
    ),
  });
const read = (text: string) => soundOf(parseVerification(text, { file: 'verification.yml' }));
const MACHINES = ['QC_DIST_1', 'QC_DOC_1', 'QC_DOC_4', 'QC_DOC_5', 'QC_FUNC_1', 'QC_SEC_5', 'QC_SEC_6', 'QC_UPGRADE_1'];
const evidence = (results: Record<string, Result> = {}) => ({
  conclusion: 'pass' as const,
  rows: MACHINES.map((criterion) => ({
    criterion,
    result: results[criterion] ?? 'OK',
    comment: `found by the check of ${criterion}`,
    evidence: { sha256: 'e'.repeat(64), excerpt: 'x' },
  })),
});
/** What a diligent verifier writes. */
const answered = (text: string, more: Partial<Verification> = {}): Verification => {
  const verification = read(text);
  const rows = verification.rows.map((row) => (row.by === 'verifier' ? { ...row, result: 'OK' as const } : row));
  return { ...verification, verifier: 'vera', hours: 1.5, outcome: 'accepted', rows, ...more };
};

test('the template of a major release asks for everything, and says so', () => {
  const empty = read(template('major'));
  expect(template('major')).toBe(template('major'));
  expect(empty.rows.map(({ criterion }) => criterion)).toEqual([...MACHINES, 'QC_SUPPORT_1'].sort());
  expect(complete(empty)).toEqual([
    'The verifier is not named.',
    'The hours spent are not given.',
    'The outcome is not given: accepted or rejected.',
    'QC_DIST_1 has no result of its automated check yet.',
    'QC_DOC_1 has no result of its automated check yet.',
    'QC_DOC_4 has no result of its automated check yet.',
    'QC_DOC_5 has no result of its automated check yet.',
    'QC_FUNC_1 has no result of its automated check yet.',
    'QC_SEC_5 has no result of its automated check yet.',
    'QC_SEC_6 has no result of its automated check yet.',
    'QC_SUPPORT_1 is not answered.',
    'QC_UPGRADE_1 has no result of its automated check yet.',
  ]);
});

test('a minor release asks for installation, upgrade and what the verifier reopens; a revision for the first two only', () => {
  const minor = read(fillRows(template('minor'), { ...evidence(), rows: evidence().rows.slice(0, 1) }));
  expect(complete(answered(renderVerification(minor)))).toEqual([
    'QC_UPGRADE_1 has no result of its automated check yet.',
  ]);
  const rows = minor.rows.map((row) => (row.criterion === 'QC_SEC_5' ? { ...row, comment: '' } : row));
  expect(complete(answered(renderVerification({ ...minor, rows })))).toContain(
    'QC_SEC_5 has no result of its automated check yet.',
  );
  expect(read(template('revision')).rows.map(({ criterion }) => criterion)).toEqual(['QC_DIST_1', 'QC_UPGRADE_1']);
});

test('a minor release names what was verified before and where; what the release notes name is asked for', () => {
  const before = new Map([
    ['QC_SEC_5', { version: '5.2.0', report: REPORT }],
    ['QC_SEC_6', { version: '5.2.0', report: REPORT }],
    ['QC_DIST_1', { version: '5.2.0', report: REPORT }],
  ]);
  const about = {
    ppa: 'INFN.bdii.debian-12.amd64-6.1.0',
    product: 'BDII',
    releaseType: 'minor',
    criteriaVersion: '2.0',
  } as const;
  const applied = criteriaFor(criteria, ['generic']).filter(({ criterion }) => TEN.includes(criterion.id));
  const releaseNotes = 'The spool is private now (QC_SEC_5).';
  const { rows } = read(templateFor({ ...about, criteria: applied, before, releaseNotes }));
  const comments = Object.fromEntries(rows.map(({ criterion, comment }) => [criterion, comment]));
  expect(comments).toMatchObject({
    QC_DIST_1: '',
    QC_SEC_5: '',
    QC_SEC_6: `verified with 5.2.0, see ${REPORT}`,
    // No earlier report answered it.
    QC_DOC_5: '',
  });
});

test('where a criterion was answered: the newest report that did so itself, past revisions and failures, of this very PPA', () => {
  const path = (version: string, product = 'bdii') =>
    `releases/umd/5/INFN/${product}-${version}/INFN.${product}.debian-12.amd64-${version}/verification.yml`;
  const id = {
    ...{ provider: 'INFN', product: 'bdii', os: 'debian-12', arch: 'amd64' },
    version: { major: 6, minor: 3, revision: 0 },
  };
  const all = [path('6.10.0'), path('6.0.0'), path('6.2.1'), path('6.2.0'), path('6.3.0'), path('6.1.0', 'voms')];
  expect(formerReports([...all, 'README.md'], id)).toEqual([path('6.2.1'), path('6.2.0'), path('6.0.0')]);

  const report = (version: string, type: ReleaseType, rows: Partial<Record<string, Partial<VerificationRow>>>) => ({
    path: path(version),
    text: renderVerification({
      ...answered(fillRows(template(type), evidence())),
      version,
      rows: answered(fillRows(template(type), evidence())).rows.map((row) => ({
        ...row,
        comment: '',
        ...rows[row.criterion],
      })),
    }),
  });
  const found = verifiedBefore([
    report('6.2.1', 'revision', {}),
    report('6.2.0', 'minor', {
      QC_SEC_5: { machine: '', comment: `verified with 6.1.0, see ${path('6.1.0')}` },
      QC_DOC_1: { result: 'FAIL' },
      QC_SUPPORT_1: { result: '' },
    }),
    { path: path('6.1.0'), text: 'ppa: [' },
    report('6.0.0', 'major', { QC_DOC_1: { result: 'OK' } }),
  ]);
  expect(found.get('QC_DIST_1')).toEqual({ version: '6.2.1', report: path('6.2.1') });
  expect(found.get('QC_SEC_6')).toEqual({ version: '6.2.0', report: path('6.2.0') });
  expect(found.get('QC_SEC_5')).toEqual({ version: '6.1.0', report: path('6.1.0') });
  // It failed, or was left open, when it was asked last: an older OK is no answer any more.
  expect([found.get('QC_DOC_1'), found.get('QC_SUPPORT_1')]).toEqual([undefined, undefined]);
});

test('the report leads to those that it refers to, as they lie in the store; a place elsewhere is only text', () => {
  const text = template('minor');
  const { blocks } = reportOf(read(text), {
    referred: [...linksTo(new Map([[REPORT, template('major')]])), ['elsewhere', 'https://evil.example/']],
  });
  // As `sha256sum` says it of the earlier text.
  const digest = createHash('sha256').update(template('major')).digest('hex').slice(0, 16);
  const to = `../${digest}/INFN.bdii.debian-12.amd64-6.0.0-qc-${criteria.version}.html`;
  expect(htmlOf('x', blocks)).toContain(`<li><a href="${to}">${REPORT}</a></li><li>elsewhere</li>`);
  expect(markdownOf(blocks)).toContain(`- [${REPORT}](${to})\n- elsewhere`);
});

test('words alone are no report: a row of a minor release names one, or is answered', () => {
  const minor = read(fillRows(template('minor'), evidence()));
  const saying = (comment: string) =>
    complete({
      ...answered(renderVerification(minor)),
      rows: minor.rows.map((row) => (row.criterion === 'QC_SUPPORT_1' ? { ...row, comment } : row)),
    });
  expect(saying('already verified')).toEqual(['QC_SUPPORT_1 is not answered.']);
  expect(saying(`verified with 5.2.0, see ${REPORT}`)).toEqual([]);
});

test('a waiver makes a FAIL of the machine a warning, and is gone with the next evidence', () => {
  const rows = evidence({ QC_SEC_5: 'FAIL' }).rows.map((row) =>
    row.criterion === 'QC_SEC_5' ? { ...row, critical: true, waiver: 'vera, #7, until 2027-01-31: shared' } : row,
  );
  const text = fillRows(template('major'), { conclusion: 'pass', rows });
  expect(complete(answered(text))).toEqual([]);
  expect(text).toContain("    waiver: 'vera, #7, until 2027-01-31: shared'");
  const anew = fillRows(text, evidence({ QC_SEC_5: 'FAIL' }));
  expect(anew).not.toContain('waiver');
  expect(criticalFailures(answered(anew))).toHaveLength(1);
});

test('filled and answered it is complete, and the same bytes each time', () => {
  const filled = fillRows(template('major'), evidence());
  expect(fillRows(filled, evidence())).toBe(filled);
  expect(complete(answered(filled))).toEqual([]);
  expect(filled).toContain(`    evidence: ${'e'.repeat(64)}\n`);
});

test("a machine's FAIL stands against a person, who may not accept it; a WARNING may be judged", () => {
  const filled = fillRows(template('major'), evidence({ QC_SEC_5: 'FAIL', QC_DIST_1: 'WARNING' }));
  const mended = filled.replace('machine: FAIL', 'machine: OK').replace("result: ''", 'result: OK');
  const verification = answered(fillRows(mended, evidence({ QC_SEC_5: 'FAIL', QC_DIST_1: 'WARNING' })));
  const rows = verification.rows.map((row) => (row.criterion === 'QC_SEC_5' ? { ...row, result: 'OK' as const } : row));
  expect(criticalFailures({ ...verification, rows }).map(({ criterion }) => criterion)).toEqual(['QC_SEC_5']);
  expect(complete({ ...verification, rows })).toEqual([
    'The outcome says accepted, but critical criteria fail: QC_SEC_5.',
    'No ticket is linked for what fails: QC_SEC_5.',
  ]);
  expect(complete({ ...verification, rows, outcome: 'rejected', tickets: ['#12'] })).toEqual([]);
});

test('what could not be tested is never a pass by itself', () => {
  const text = fillRows(template('major'), evidence({ QC_FUNC_1: 'Not tested' }));
  expect(complete(answered(text))).toEqual(['QC_FUNC_1 could not be tested by machine.']);
  const verification = answered(text);
  const rows = verification.rows.map((row) =>
    row.criterion === 'QC_FUNC_1' ? { ...row, result: 'NA' as const } : row,
  );
  expect(complete({ ...verification, rows })).toEqual(['QC_FUNC_1 is NA without a reason.']);
});

test('a failure found beyond what a revision asks for adds its row; old evidence vanishes with its run', () => {
  const found = { conclusion: 'fail' as const, rows: evidence({ QC_SEC_5: 'FAIL' }).rows };
  const filled = read(fillRows(template('revision'), found));
  expect(filled.rows.map(({ criterion }) => criterion)).toEqual(['QC_DIST_1', 'QC_UPGRADE_1', 'QC_SEC_5']);
  expect(criticalFailures(filled)).toHaveLength(1);
  const anew = read(fillRows(renderVerification(filled), { conclusion: 'pass', rows: [] }));
  expect(anew.rows.map(({ machine }) => machine)).toEqual(['', '', '']);
});

test('faults of a report come all at once, with lines', () => {
  const text = template('major')
    .replace('hours: null', 'hours: many')
    .replace("outcome: ''", 'outcome: fine')
    .replace('tickets: []', 'tickets: [12]');
  const { faults } = parseVerification(text, { file: 'v.yml' });
  expect(faults.map(({ code, where }) => `${code} ${where?.line}`).sort()).toEqual([
    'VERIFICATION_INVALID 10',
    'VERIFICATION_INVALID 11',
    'VERIFICATION_INVALID 12',
  ]);
});

test('evidence is read by schema', () => {
  const sound = {
    kind: 'verification',
    ppa: 'INFN.bdii.debian-12.amd64-6.0.0',
    pull: 3,
    lock: 'a'.repeat(64),
    snapshot: 'b'.repeat(64),
    environment: { provider: 'nspawn', image: 'debian-12', platform: 'debian-12/amd64' },
    conclusion: 'pass',
    rows: evidence().rows,
    startedAt: '2026-01-01T00:00:00Z',
    finishedAt: '2026-01-01T00:00:09Z',
  };
  expect(parseVerificationEvidence(JSON.stringify(sound))).toEqual(sound);
  for (const wrong of [
    { ...sound, conclusion: 'fine' },
    { ...sound, lock: 'x' },
    { ...sound, more: 1 },
  ])
    expect(() => parseVerificationEvidence(JSON.stringify(wrong))).toThrow('evidence is wrong');
  expect(() => parseVerificationEvidence('{')).toThrow('no JSON');
});
