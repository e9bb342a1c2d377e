import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { criteriaFor } from './applied.ts';
import { type CheckerRun, lintianFindings, rpmlintFindings, unitFindings, verifyFindings } from './checker.ts';
import { findingLine, weigh } from './findings.ts';
import { judge, partsFor } from './judge.ts';
import { namesInExpression, rpmlintConfiguration, unlisted } from './licences.ts';
import { type CriteriaFile, parseCriteria } from './parse.ts';

const files: CriteriaFile[] = readdirSync('criteria', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yml'))
  .map((name) => ({ path: `criteria/${name}`, text: readFileSync(`criteria/${name}`, 'utf8') }));
const known = parseCriteria(files);
const criteria = criteriaFor(known, ['generic', 'client-tools']);
const asked = new Set(criteria.map(({ criterion }) => criterion.id));

// As the programs wrote them about packages of Debian 12, and a line that no version is known to write.
const LINTIAN = `N: 1 tag overridden (1 warning)
W: voms-server: init.d-script-does-not-source-init-functions [etc/init.d/voms]
W: voms-clients: no-manual-page [usr/bin/voms-verify]
E: odd: no-copyright-file
P: bdii: manual-page-for-system-command [usr/sbin/bdii-update]
internal error: cannot run foo check
`;
const RPMLINT = `============================ rpmlint session starts ============================
rpmlint: 2.4.0
configuration:
    /usr/lib/python3/dist-packages/rpmlint/configdefaults.toml
checks: 26, packages: 4

fetch-crl.noarch: E: non-standard-dir-perm /var/cache/fetch-crl 700
fetch-crl.noarch: W: no-manual-page-for-binary clean-crl
tiny.noarch: E: world-writable /var/lib/tiny 777
 4 packages and 0 specfiles checked; 14 errors, 9 warnings, 14 badness; has taken 0.3 s
`;

test('what lintian and rpmlint write is read, and what cannot be read is a finding, too', () => {
  expect(lintianFindings(LINTIAN).map(findingLine)).toEqual([
    'lintian W init.d-script-does-not-source-init-functions voms-server: [etc/init.d/voms]',
    'lintian W no-manual-page voms-clients: [usr/bin/voms-verify]',
    'lintian E no-copyright-file odd',
    'lintian E unreadable internal error: cannot run foo check',
  ]);
  expect(rpmlintFindings(RPMLINT).map(findingLine)).toEqual([
    'rpmlint E non-standard-dir-perm fetch-crl: /var/cache/fetch-crl 700',
    'rpmlint W no-manual-page-for-binary fetch-crl: clean-crl',
    'rpmlint E world-writable tiny: /var/lib/tiny 777',
  ]);
});

test("the package managers' own verify: size, digest and link are one way to differ, a newer time is none", () => {
  const said = `S.5....T.  c /etc/tiny.conf\n.M...UG..    /var/lib/tiny\n.......T.    /usr/bin/tiny\nmissing     /usr/bin/gone (Permission denied)\n??5??????   /usr/share/tiny\nodd\n`;
  expect(verifyFindings('rpm-verify', said).map(({ tag, detail }) => `${tag} ${detail}`)).toEqual([
    'changed-configuration /etc/tiny.conf',
    'mode /var/lib/tiny',
    'owner /var/lib/tiny',
    'missing /usr/bin/gone',
    'changed /usr/share/tiny',
    'unreadable odd',
  ]);
  expect(unitFindings([{ unit: 'a.service', said: 'one\ntwo' }])).toHaveLength(2);
});

test('each finding has a criterion and a result; one that nobody named, or that is asked of nobody, never passes in silence', () => {
  const findings = [...lintianFindings(LINTIAN), ...rpmlintFindings(RPMLINT)];
  const weighed = weigh(findings, known.findings, asked).map(
    ({ finding, criterion, result }) => `${finding.tag}: ${criterion} ${result}`,
  );
  expect(weighed).toEqual([
    // A client tool has no row for units.
    'init.d-script-does-not-source-init-functions: GENERIC_DIST_3 WARNING',
    'no-manual-page: QC_DOC_2 WARNING',
    'no-copyright-file: QC_DOC_5 FAIL',
    'unreadable: GENERIC_DIST_3 WARNING',
    'non-standard-dir-perm: GENERIC_DIST_3 WARNING',
    // Another check sees better.
    'no-manual-page-for-binary: GENERIC_DIST_3 OK',
    'world-writable: QC_SEC_5 FAIL',
  ]);
  const taste = lintianFindings('W: a: spelling-error-in-copyright teh the [usr/share/doc/a/copyright]');
  expect(weigh(taste, known.findings, asked)[0]).toMatchObject({ result: 'OK' });
});

const FACTS: Parameters<typeof judge>[0] = {
  format: 'deb',
  abilities: { services: true, networkCut: true, secondSystem: true },
  product: { description: 'x'.repeat(50), purpose: 'x', supportEnds: ['2030-01-01'], day: '2026-06-01' },
  installation: { steps: [], wanted: [], installed: [], dependencies: [], foreign: [], breaks: [] },
  ...{ upgrade: undefined, content: undefined, services: [], removal: undefined, tests: undefined, checkers: [] },
};
const policyOf = (checkers: readonly CheckerRun[]) => {
  const row = judge({ ...FACTS, checkers }, criteria, known).find(({ criterion }) => criterion === 'GENERIC_DIST_3');
  return `${row?.result}: ${row?.comment}`;
};

test('the row of the policy: sound, with a finding, and when the checker could not look', () => {
  expect(policyOf([{ tool: 'lintian', findings: [] }])).toBe(
    'OK: 0 findings of lintian, weighed by criteria/findings.yml.',
  );
  const opt = lintianFindings('E: a: dir-or-file-in-opt [opt/a/]');
  expect(policyOf([{ tool: 'lintian', findings: opt }])).toBe(
    'FAIL: 1 finding of lintian, weighed by criteria/findings.yml. lintian E dir-or-file-in-opt a: [opt/a/].',
  );
  const strange = lintianFindings('E: a: never-heard-of');
  expect(policyOf([{ tool: 'lintian', findings: strange }])).toMatch(/^WARNING: .*never-heard-of/);
  expect(policyOf([{ tool: 'lintian', findings: [], failed: 'it ended with 2: oops' }])).toBe(
    'Not tested: lintian could not look: it ended with 2: oops.',
  );
  expect(policyOf([])).toBe('Not tested: lintian had nothing to look at.');
});

test('a finding makes a row graver and never milder; what was not tested stays so', () => {
  const checkers = [
    { tool: 'lintian', findings: lintianFindings('E: a: no-copyright-file\nW: a: elevated-privileges 4755') },
  ] as const;
  const rows = judge({ ...FACTS, checkers }, criteria, known);
  const resultOf = (id: string) => rows.find(({ criterion }) => criterion === id)?.result;
  expect(['QC_DOC_5', 'GENERIC_SEC_4', 'QC_SEC_2'].map(resultOf)).toEqual(['FAIL', 'Not tested', 'Not tested']);
});

test('a mapping to a criterion that no machine answers, or that is not there, is refused', () => {
  const mapped = (criterion: string) =>
    files.map(({ path, text }) => ({
      path,
      text: path.endsWith('/findings.yml')
        ? `findings:\n  - {tool: lintian, tags: [x], criterion: ${criterion}, result: FAIL}\n`
        : text,
    }));
  expect(() => parseCriteria(mapped('QC_SUPPORT_1'))).toThrow('QC_SUPPORT_1 is no criterion with an automated check');
  expect(() => parseCriteria(mapped('QC_NOWHERE_1'))).toThrow('QC_NOWHERE_1');
  const [file] = files.filter(({ path }) => path.endsWith('/findings.yml'));
  const silent = files.map((each) =>
    each === file ? { ...each, text: 'findings:\n  - {tool: lintian, tags: [x], pass: ""}\n' } : each,
  );
  expect(() => parseCriteria(silent)).toThrow('findings');
});

test('licences by their names in both families', () => {
  const names = namesInExpression('(GPL-2+ or Artistic) and MIT with exceptions');
  expect(names).toEqual(['GPL-2+', 'Artistic', 'MIT']);
  expect(unlisted([...names, 'ASL 2.0', 'Freeware'], known.licences)).toEqual(['Freeware']);
  expect(rpmlintConfiguration(known.licences)).toContain('"GPLv2+"');
});

test('one criterion asks for its own parts of the verification only', () => {
  const partsOf = (id: string) => [...partsFor(criteria.filter(({ criterion }) => criterion.id === id))].sort();
  expect(partsOf('QC_UPGRADE_1')).toEqual(['upgrade']);
  expect(partsOf('QC_DIST_1')).toEqual(['closure', 'fresh', 'packages']);
  expect(partsOf('QC_SEC_5')).toEqual(['fresh', 'packages']);
  expect(partsOf('GENERIC_MISC_2')).toEqual([]);
  expect([...partsFor(criteria)].sort()).toEqual(['closure', 'fresh', 'packages', 'pages', 'tests', 'upgrade']);
});
