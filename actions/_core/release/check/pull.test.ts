import { expect, test } from 'vitest';
import { type ChangedFile, pullFaults, type ReleasePull, subjectOf } from './pull.ts';

const RELEASE = 'releases/umd/5/INFN/voms-2.1.0/release.xml';
const file = (path: string, more: Partial<ChangedFile> = {}): ChangedFile => ({
  path,
  status: 'added',
  mode: '100644',
  ...more,
});
const PULL: ReleasePull = { number: 1, author: 'ada', roles: [], base: 'candidate', files: [file(RELEASE)] };
const withFiles = (...files: ChangedFile[]): ReleasePull => ({ ...PULL, files: [...PULL.files, ...files] });
const codes = (pull: ReleasePull) => pullFaults(pull).map(({ code, where }) => `${code} ${where?.file ?? ''}`.trim());

test('a pull request of one release.xml is fine', () => {
  expect(subjectOf(PULL)).toEqual({ kind: 'release', paths: [RELEASE] });
  expect(codes(PULL)).toEqual([]);
});

test.each([
  '.github/workflows/publish.yml',
  '.github/CODEOWNERS',
  'actions/check-release/action.yml',
  'criteria/waivers.yml',
  'package.json',
  'repos/umd.yml',
  'repos/umd/5/al9/x86_64/voms.yml',
  'releases/providers/INFN.yml',
  'releases/products/voms.yml',
  'releases/calendar.yml',
  'releases/early-adopters.yml',
  'releases/umd/5/IGTF/fetch-crl-3.0.0/notes.txt',
  'releases/umd/5/INFN/voms-2.1.0/notes.txt',
  'releases/umd/5/INFN/voms-2.1.0/INFN.voms.al9.x86_64-2.1.0/verification.yml',
  'Releases/umd/5/INFN/voms-2.1.0/release.xml',
])('a provider leaves %s alone', (path) => {
  expect(codes(withFiles(file(path)))).toEqual([`PULL_PATH_FORBIDDEN ${path}`]);
});

test.each([
  'releases/umd/5/INFN/../IGTF/release.xml',
  './releases/x',
  '/etc/passwd',
  'releases//x',
  'releases\\umd',
  'releases/a\u0000b',
  'releases/a\u202Eb',
  'releases/.git/config',
  'releases/.GIT/config',
  'a/'.repeat(201).concat('b'),
])('the path %j is refused', (path) => {
  expect(codes(withFiles(file(path)))).toContain(`PULL_PATH_INVALID ${path}`);
});

test.each([
  ['a symbolic link', '120000'],
  ['a submodule', '160000'],
  ['an executable', '100755'],
  ['a file that the head has not', undefined],
])('%s in the place of a release.xml is refused, for anybody', (_, mode) => {
  const { mode: _mode, ...bare } = file(RELEASE);
  const pull = { ...PULL, files: [mode === undefined ? bare : { ...bare, mode }] };
  expect(codes(pull)).toEqual([`PULL_FILE_KIND ${RELEASE}`]);
  expect(codes({ ...pull, roles: ['release-team'] })).toEqual([`PULL_FILE_KIND ${RELEASE}`]);
});

test('an executable script is nobody’s harm', () => {
  expect(codes({ ...PULL, roles: ['release-team'], files: [file('scripts/x.sh', { mode: '100755' })] })).toEqual([]);
});

test('a release removed, or renamed from elsewhere', () => {
  const other = 'releases/umd/5/INFN/voms-2.0.0/release.xml';
  expect(codes(withFiles(file(other, { status: 'removed' })))).toEqual([`PULL_FILE_REMOVED ${other}`]);
  expect(codes({ ...PULL, files: [file(RELEASE, { status: 'renamed', before: other })] })).toEqual([
    `PULL_FILE_REMOVED ${other}`,
  ]);
});

test('one release in one pull request, against candidate, and not too many files', () => {
  expect(codes(withFiles(file('releases/umd/5/INFN/bdii-6.0.0/release.xml')))).toEqual(['PULL_SEVERAL_RELEASES']);
  expect(codes({ ...PULL, base: 'main' })).toEqual(['PULL_BASE_WRONG']);
  const many = Array.from({ length: 301 }, (_, at) => file(`docs/${at}.md`));
  expect(codes({ ...PULL, files: many })).toEqual(['PULL_TOO_LARGE']);
});

test('the release team may change what it keeps, and several releases at once', () => {
  const files = [
    file(RELEASE),
    file('releases/providers/INFN.yml'),
    file('releases/umd/5/IGTF/fetch-crl-3.0.0/release.xml'),
  ];
  expect(codes({ ...PULL, roles: ['release-team'], files })).toEqual([]);
});

test('pull requests without a release: words are free, the rest belongs to a role', () => {
  const other = (path: string, roles: ReleasePull['roles'] = []) =>
    codes({ ...PULL, roles, files: [file(path)] }).length;
  expect(subjectOf({ ...PULL, files: [file('docs/x.md')] })).toEqual({ kind: 'other' });
  expect([other('README.md'), other('docs/guide/x.png')]).toEqual([0, 0]);
  expect([other('criteria/waivers.yml'), other('criteria/waivers.yml', ['quality-criteria'])]).toEqual([1, 0]);
  expect([other('releases/calendar.yml'), other('releases/calendar.yml', ['release-manager'])]).toEqual([1, 0]);
  expect(other('releases/early-adopters.yml', ['staged-rollout-manager'])).toBe(0);
  expect(other('.github/workflows/x.yml', ['verifier', 'release-manager', 'quality-criteria'])).toBe(1);
});

test('the pull request of a PPA changes its lock and its records, and a fork cannot pose as one', () => {
  const ppa = 'INFN.voms.debian-12.amd64-2.1.0';
  const files = [
    file('repos/umd/5/debian-12/amd64/voms.yml'),
    file(`releases/umd/5/INFN/voms-2.1.0/${ppa}/verification.yml`),
    file(`releases/umd/5/INFN/voms-2.1.0/${ppa}/rollout.yml`),
  ];
  const pull = { ...PULL, branch: `ppa/${ppa}`, files };
  expect([subjectOf(pull), codes(pull)]).toEqual([{ kind: 'ppa' }, []]);
  const { branch: _, ...fork } = pull;
  expect(codes(fork)).toHaveLength(3);
  for (const path of ['repos/umd/5/debian-12/amd64/bdii.yml', 'repos/umd/5/al9/x86_64/voms.yml', '.github/x', RELEASE])
    expect(codes({ ...pull, files: [...files, file(path)] })).toEqual([`PULL_PATH_FORBIDDEN ${path}`]);
});
