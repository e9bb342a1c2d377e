import { expect, test } from 'vitest';
import { type PackageTests, parseTestSummary, testsVerdict } from './package-tests.ts';
import { dscOf, parseDsc } from './source-package.ts';

// As autopkgtest 5.28 wrote it.
const SUMMARY = `debian-python        PASS
upstream             FAIL non-zero exit status 1
far-away             SKIP Test needs unrestricted internet access but testbed does not provide that
tools                FAIL badpkg
blame: arg:/srv/tree deb:tools
badpkg: Test dependencies are unsatisfiable. A common reason is that your testbed is out of date.
`;
const ran = (summary: string, more: Partial<PackageTests> = {}): PackageTests => {
  return { tests: parseTestSummary(summary, 'stunnel4'), output: 'log', late: false, ...more };
};
const [pass = '', fail = '', skip = '', bad = ''] = SUMMARY.split('\n');

test('a summary is read, and what explains a line is no test', () => {
  expect(parseTestSummary(SUMMARY, 'stunnel4').map(({ name, result }) => `${name} ${result}`)).toEqual([
    'stunnel4 debian-python PASS',
    'stunnel4 upstream FAIL',
    'stunnel4 far-away SKIP',
    'stunnel4 tools FAIL',
  ]);
  expect(parseTestSummary('*                    SKIP no tests in this package\n', 'x')).toEqual([]);
});

test.each([
  [pass, 'OK', '1 test of its package passes'],
  [`${pass}\n${skip}`, 'OK', /^1 test of its package passes; not run or not counted: stunnel4 far-away \(Test needs/],
  [SUMMARY, 'FAIL', 'tests of its package fail: stunnel4 upstream (non-zero exit status 1)'],
  [`${pass}\n${fail}`, 'FAIL', 'tests of its package fail: stunnel4 upstream (non-zero exit status 1)'],
  // What cannot be set up says nothing of the product.
  [bad, 'Not tested', /^none of the tests of its package could run here/],
  [skip, 'Not tested', /^none of the tests of its package could run here/],
] as const)('%s', (summary, result, said) => {
  const verdict = testsVerdict(ran(summary));
  expect(verdict.result).toBe(result);
  expect(verdict.said).toMatch(said);
  expect(verdict.evidence).toContain('log');
});

test('tests that were ended by their limit fail, those that nobody found are not tested', () => {
  expect(testsVerdict(ran(pass, { late: true })).result).toBe('FAIL');
  expect(testsVerdict({ none: 'no source', tests: [], output: '', late: false })).toMatchObject({
    ...{ result: 'Not tested', said: 'no source' },
  });
  expect(testsVerdict(undefined).result).toBe('Not tested');
});

const DIGEST = 'ab'.repeat(32);
test('a description of a source, signed or not', () => {
  const text = `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nFormat: 3.0 (quilt)\nSource: hello\nVersion: 2.10-3
Testsuite: autopkgtest\nChecksums-Sha256:\n ${DIGEST} 725946 hello_2.10.orig.tar.gz\n ${DIGEST} 12 ../../etc/passwd
Files:\n 0123 725946 hello_2.10.orig.tar.gz\n`;
  expect(parseDsc(text)).toEqual({
    ...{ source: 'hello', version: '2.10-3', hasTests: true },
    files: [{ name: 'hello_2.10.orig.tar.gz', sha256: DIGEST, size: 725946 }],
  });
  expect(parseDsc(text.replace('Testsuite: autopkgtest\n', ''))?.hasTests).toBe(false);
  expect(parseDsc('<html>not found</html>')).toBeUndefined();
});

test.each([
  ['voms-server', '2.1.0~rc3-4', 'voms', 'https://p.example/pool/voms_2.1.0~rc3-4.dsc'],
  ['hello', '1:2.10-3', '', 'https://p.example/pool/hello_2.10-3.dsc'],
  ['hello', '2.10-3+b1', 'hello (2.10-3)', 'https://p.example/pool/hello_2.10-3.dsc'],
  ['hello', '../../x', '', undefined],
])('%s %s (%s)', (name, version, source, address) => {
  expect(dscOf('https://p.example/pool/a_1_all.deb', { name, version, source })?.url).toBe(address);
  expect(dscOf('', { name, version, source })).toBeUndefined();
});
