import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseDistribution } from '#core/distribution/parse.ts';
import { type Lock, parseLock } from '#core/ppa/lock.ts';
import type { ProductCard } from '#core/product/card.ts';
import { soundOf } from '#core/yaml.ts';
import { type CheckFacts, checkRelease, questionsOf } from './check.ts';

const bundle = readFileSync('actions/_core/release/__fixtures__/bundle.xml', 'utf8');
const umd = soundOf(parseDistribution(readFileSync('repos/umd.yml', 'utf8'), { file: 'repos/umd.yml' }));
const PATH = 'releases/umd/5/INFN/trust-3.0.0/release.xml';
const INFN = {
  shortName: 'INFN',
  name: 'INFN',
  contact: 'a@b.example',
  technicalContact: 'a@b.example',
  people: ['Ada'],
  keys: [],
  repositories: [],
};
const card = (provider: string) => ({ provider }) as ProductCard;
const FACTS: CheckFacts = {
  pull: {
    number: 7,
    author: 'ada',
    roles: [],
    base: 'candidate',
    files: [{ path: PATH, status: 'added', mode: '100644' }],
  },
  texts: { [PATH]: bundle },
  distributions: [umd],
  providers: ['IGTF', 'INFN'],
  records: { INFN },
  cards: { voms: card('INFN'), 'fetch-crl': card('INFN') },
  capabilities: ['Attribute Authority'],
  locks: {},
  known: new Map(),
  rivals: {},
};
const said = (facts: CheckFacts) =>
  checkRelease(facts).faults.map(({ code, where }) => [code, where?.file, where?.line]);
const withText = (edit: (text: string) => string): CheckFacts => ({ ...FACTS, texts: { [PATH]: edit(bundle) } });

test('a good release passes and shows its PPAs', () => {
  expect(checkRelease(FACTS)).toEqual({
    conclusion: 'pass',
    about: 'release',
    faults: [],
    ppas: [
      { name: 'INFN.voms.debian-12.amd64-2.1.0', packages: 2, platform: 'debian-12/amd64', type: 'major' },
      { name: 'INFN.fetch-crl.debian-12.amd64-3.0.22', packages: 1, platform: 'debian-12/amd64', type: 'minor' },
      { name: 'INFN.fetch-crl.al9.x86_64-3.0.22', packages: 2, platform: 'al9/x86_64', type: 'minor' },
    ],
  });
});

test('what has to be read for it is found in the texts', () => {
  expect(questionsOf(FACTS.texts)).toEqual({
    providers: ['INFN'],
    products: ['voms', 'fetch-crl'],
    locks: [
      'repos/umd/5/debian-12/amd64/voms.yml',
      'repos/umd/5/debian-12/amd64/fetch-crl.yml',
      'repos/umd/5/al9/x86_64/fetch-crl.yml',
    ],
  });
  const evil = bundle.replaceAll('>al9<', '>../../x<').replace('>voms<', '>../voms<');
  expect(questionsOf({ [PATH]: evil }).locks).toEqual(['repos/umd/5/debian-12/amd64/fetch-crl.yml']);
  expect(questionsOf({ 'x/../release.xml': bundle })).toEqual({ providers: [], products: [], locks: [] });
});

// Lines counted by `grep -n` in bundle.xml.
test.each([
  ['an unknown platform', (text: string) => text.replace('>al9<', '>al7<'), 'RELEASE_PLATFORM_UNKNOWN', 75],
  [
    'an architecture the platform has not',
    (text: string) => text.replace('>x86_64<', '>aarch64<').replace(/ *<UMDmeta:package [^>]*libcrl.*\n/, ''),
    'RELEASE_PLATFORM_UNKNOWN',
    76,
  ],
  [
    'an unknown capability',
    (text: string) => text.replace('>Attribute Authority<', '>Job ExecutionFile Access<'),
    'RELEASE_CAPABILITY_UNKNOWN',
    28,
  ],
  ['an unknown provider', (text: string) => text.replace('>infn<', '>ACME<'), 'RELEASE_PROVIDER_UNKNOWN', 47],
  [
    'another provider than the folder',
    (text: string) => text.replace('>infn<', '>IGTF<'),
    'RELEASE_PROVIDER_MISMATCH',
    47,
  ],
  ['an unknown product', (text: string) => text.replace('>voms<', '>vomz<'), 'RELEASE_PRODUCT_UNKNOWN', 8],
  [
    'rsync',
    (text: string) => text.replace('<release:synchProtocol>yum', '<release:synchProtocol>rsync'),
    'RELEASE_PROTOCOL_OLD',
    77,
  ],
])('%s is refused with its line', (_, edit, code, line) => {
  expect(said(withText(edit))).toContainEqual([code, PATH, line]);
});

test('a product of another provider cannot be released', () => {
  expect(said({ ...FACTS, cards: { ...FACTS.cards, voms: card('IGTF') } })).toEqual([
    ['RELEASE_PRODUCT_FOREIGN', PATH, 8],
  ]);
});

test('an rpm for a deb platform is refused, whatever the protocol says', () => {
  const al9 = withText((text) =>
    text
      .replace('>al9<', '>debian-12<')
      .replace('>x86_64<', '>amd64<')
      .replace(/ *<UMDmeta:package [^>]*libcrl.*\n/, ''),
  );
  expect(said(al9).map(([code]) => code)).toContain('RELEASE_PACKAGE_FORMAT');
});

test('a distribution or major that is not declared', () => {
  for (const path of [PATH.replace('umd/5', 'umd/6'), PATH.replace('umd/5', 'cmd/5')]) {
    const pull = { ...FACTS.pull, files: [{ path, status: 'added', mode: '100644' } as const] };
    expect(said({ ...FACTS, pull, texts: { [path]: bundle } })).toEqual([['RELEASE_LANE_UNKNOWN', path, 2]]);
  }
});

const one = readFileSync('actions/_core/release/__fixtures__/one-ppa.xml', 'utf8')
  .replaceAll('sl6', 'al9')
  .replaceAll('.el6', '.el9');
const oneFacts = (folder: string, text = one): CheckFacts => {
  const path = `releases/umd/5/INFN/${folder}/release.xml`;
  const pull = { ...FACTS.pull, files: [{ path, status: 'added', mode: '100644' } as const] };
  const cards = { storm: card('INFN') };
  return { ...FACTS, pull, texts: { [path]: text }, cards, capabilities: ['Storage Management'] };
};

test('the folder of one product is named after product and version', () => {
  expect(said(oneFacts('storm-1.11.2'))).toEqual([]);
  expect(said(oneFacts('storm-1.11.3')).map(([code, , line]) => [code, line])).toEqual([
    ['RELEASE_FOLDER_MISMATCH', 15],
  ]);
  expect(said(oneFacts('stork-1.11.2')).map(([code, , line]) => [code, line])).toEqual([
    ['RELEASE_FOLDER_MISMATCH', 5],
  ]);
});

const LOCK_TEXT = `product: storm
provider: INFN
version: 1.11.1
ppa: INFN.storm.al9.x86_64-1.11.1
release: releases/umd/5/INFN/storm-1.11.1
type: minor
packages:
  - {name: storm-backend-server, version: 1.11.1-1.el9, arch: x86_64, sha256: ${'a'.repeat(64)}, size: 1, file: storm-backend-server-1.11.1-1.el9.x86_64.rpm, signer: '0123456789ABCDEF', url: 'https://a.example/x'}
`;
const locked = (edit: (text: string) => string, text = one): CheckFacts => {
  const lock: Lock = soundOf(parseLock(edit(LOCK_TEXT), { file: 'l.yml' }));
  return { ...oneFacts('storm-1.11.2', text), locks: { 'repos/umd/5/al9/x86_64/storm.yml': lock } };
};
const sameVersion = (text: string) =>
  text.replaceAll('1.11.1', '1.11.2').replace('1.11.2-1.el9, arch', '1.11.1-1.el9, arch');

test('a version that is not newer is refused without a reason, and taken with one', () => {
  expect(said(locked((text) => text))).toEqual([]);
  const same = locked(sameVersion);
  expect(said(same).map(([code, , line]) => [code, line])).toEqual([['RELEASE_VERSION_NOT_NEWER', 15]]);
  const newer = locked((text) => text.replaceAll('1.11.1', '1.12.0').replaceAll('1.12.0-1.el9', '1.11.1-1.el9'));
  expect(said(newer).map(([code, , line]) => [code, line])).toEqual([['RELEASE_VERSION_NOT_NEWER', 15]]);
  const reason = one.replace('<release:releaseNotes>', '<release:reason>The build was broken.</release:reason>$&');
  expect(said(locked(sameVersion, reason))).toEqual([]);
});

test('a package older than the one in the lock is refused, compared as rpm does', () => {
  const older = locked((text) => text.replaceAll('1.11.1-1.el9', '1.11.10-1.el9'));
  expect(said(older).map(([code, , line]) => [code, line])).toEqual([['RELEASE_VERSION_NOT_NEWER', 27]]);
});

test('only-metapackage rule: a metapackage, or at least one updated package', () => {
  const same = locked((text) => text.replaceAll('1.11.1-1.el9', '1.11.2-1.el9'));
  expect(said(same).map(([code, , line]) => [code, line])).toEqual([['RELEASE_PACKAGES_UNCHANGED', 27]]);
  const meta = locked(
    (text) => text.replaceAll('1.11.1-1.el9', '1.11.2-1.el9'),
    one.replace('pkgtype="package"', 'pkgtype="metapackage"'),
  );
  expect(said(meta)).toEqual([]);
});

test('a release type may say more than the version step, never less', () => {
  const declared = (type: string) =>
    one.replace('<release:releaseNotes>', `<release:releaseType>${type}</release:releaseType>$&`);
  const before = (text: string) => text.replaceAll('1.11.1', '1.10.0').replaceAll('1.10.0-1.el9', '1.11.1-1.el9');
  expect(said(locked(before, declared('revision'))).map(([code]) => code)).toEqual(['RELEASE_TYPE_UNDERSTATED']);
  expect(said(locked(before, declared('major')))).toEqual([]);
});

test('a PPA submitted twice is refused, whatever became of the first', () => {
  const known = new Map([['INFN.voms.debian-12.amd64-2.1.0', { pull: 4 }]]);
  expect(said({ ...FACTS, known })).toEqual([['RELEASE_PPA_SUBMITTED', PATH, 25]]);
  expect(checkRelease({ ...FACTS, known }).faults[0]?.sentence).toContain('#4');
  expect(said({ ...FACTS, rivals: { [PATH]: [{ pull: 5, author: 'Ada' }] } })).toEqual([
    ['RELEASE_PPA_SUBMITTED', PATH, undefined],
  ]);
});

test('a stranger’s pull request of the same name stands in nobody’s way', () => {
  expect(said({ ...FACTS, rivals: { [PATH]: [{ pull: 5, author: 'mallory' }] } })).toEqual([]);
});

test('only the provider’s people and the release team submit a release', () => {
  const pull = { ...FACTS.pull, author: 'mallory' };
  expect(said({ ...FACTS, pull })).toEqual([['PULL_AUTHOR_UNKNOWN', PATH, undefined]]);
  expect(said({ ...FACTS, pull: { ...pull, roles: ['verifier'] } })).toEqual([
    ['PULL_AUTHOR_UNKNOWN', PATH, undefined],
  ]);
  expect(said({ ...FACTS, pull: { ...pull, roles: ['release-team'] } })).toEqual([]);
});

test('a file that could not be read as text is refused', () => {
  expect(said({ ...FACTS, texts: { [PATH]: undefined } })).toEqual([['RELEASE_TOO_LARGE', PATH, undefined]]);
});

test('faults of paths, author, text and content come together', () => {
  const facts = withText((text) =>
    text.replace('>al9<', '>al7<').replace('20240523', '20192305').replace('>NONE<', '>None<'),
  );
  const files = [...FACTS.pull.files, { path: '.github/workflows/x.yml', status: 'added', mode: '100644' } as const];
  expect(said({ ...facts, pull: { ...FACTS.pull, author: 'mallory', files } })).toEqual([
    ['PULL_PATH_FORBIDDEN', '.github/workflows/x.yml', undefined],
    ['PULL_AUTHOR_UNKNOWN', PATH, undefined],
    ['RELEASE_DATE_IMPOSSIBLE', PATH, 15],
    ['RELEASE_CAPABILITY_UNKNOWN', PATH, 69],
    ['RELEASE_PLATFORM_UNKNOWN', PATH, 75],
  ]);
});
