import { expect, test } from 'vitest';
import type { Distribution, Platform } from '#core/distribution/distribution.ts';
import type { Lock } from '#core/ppa/lock.ts';
import { STATES } from '#core/rollout/state.ts';
import { differing, parsePublishedState } from './published.ts';
import { type Refs, wantedRepositories } from './wanted.ts';

const platform = (os: string, arch: string, format: 'rpm' | 'deb', suite?: string): Platform => ({
  os,
  arch,
  format,
  title: os,
  ...(suite === undefined ? {} : { suite }),
  base: [],
  runsOn: [],
  environment: { provider: 'chroot', image: os },
});

const umd = (withdrawn: readonly string[] = []): Distribution => ({
  distribution: 'umd',
  title: 'UMD',
  contact: 'umd@example.org',
  majors: [{ major: 5, platforms: ['al9/x86_64', 'debian-12/amd64'] }],
  platforms: {
    'al9/x86_64': platform('al9', 'x86_64', 'rpm'),
    'debian-12/amd64': platform('debian-12', 'amd64', 'deb', 'bookworm'),
  },
  teams: {} as Distribution['teams'],
  withdrawn,
});

/** A lock of one package; its sha256 tells which. */
function lock(
  product: string,
  version: string,
  { on = 'al9.x86_64', lane = 'umd/5', sha256 = `${product}-${version}` } = {},
): Lock {
  return {
    product,
    provider: 'INFN',
    version,
    ppa: `INFN.${product}.${on}-${version}`,
    release: `releases/${lane}/INFN/${product}-${version}`,
    type: 'minor',
    packages: [
      {
        name: product,
        version: `${version}-1`,
        arch: 'x86_64',
        sha256,
        size: 1,
        file: `${product}.rpm`,
        signer: '',
        url: '',
      },
    ],
  };
}

const nothing: Refs = { distributions: [umd()], candidate: [], production: [], pulls: [] };
/** Repository without its lane → sha256s, empty ones and the products' own (layout.test.ts) left out. */
function holdings(refs: Partial<Refs>): Record<string, string[]> {
  const areas = wantedRepositories({ ...nothing, ...refs }).filter(({ area }) => area !== 'product');
  const full = areas.filter(({ packages }) => packages.length > 0);
  return Object.fromEntries(
    full.map(({ id, packages }) => [id.replace('umd-5/', ''), packages.map(({ sha256 }) => sha256)]),
  );
}

test('stands where domain.md section 6 says', () => {
  const all = wantedRepositories({ ...nothing, production: [{ tag: 'umd-5.0.0', locks: [] }] });
  expect(all.map(({ area, part, path, suite }) => [area, part, path, suite].join(' ').trim())).toEqual([
    'candidate base sw/production/umd/candidate/5/al9/x86_64/base',
    'candidate updates sw/production/umd/candidate/5/al9/x86_64/updates',
    'candidate base sw/production/umd/candidate/5/debian bookworm',
    'candidate updates sw/production/umd/candidate/5/debian bookworm-updates',
    'production base sw/production/umd/5/al9/x86_64/base',
    'production updates sw/production/umd/5/al9/x86_64/updates',
    'production base sw/production/umd/5/debian bookworm',
    'production updates sw/production/umd/5/debian bookworm-updates',
    'testing  sw/testing/umd/5/al9/x86_64',
    'testing  sw/testing/umd/5/debian-12/amd64 bookworm',
    'untested  sw/untested/umd/5/al9/x86_64',
    'untested  sw/untested/umd/5/debian-12/amd64 bookworm',
  ]);
});

test('has no production before the first release', () => {
  const areas = wantedRepositories({ ...nothing, production: [{ tag: 'cmd-5.0.0', locks: [] }] }).map(
    ({ area }) => area,
  );
  expect(new Set(areas)).toEqual(new Set(['untested', 'testing', 'candidate']));
});

// Copied by hand from domain.md section 3: untested = Unverified, In Verification, Waiting for Response; testing = StagedRollout, UMDStore.
test.each([
  ['unverified', 'untested'],
  ['in-verification', 'untested'],
  ['waiting-for-response', 'untested'],
  ['staged-rollout', 'testing'],
  ['umd-store', 'testing'],
  ['production', undefined],
  ['rejected', undefined],
] as const)('a pull request that is %s shows in %s', (state, area) => {
  const voms = lock('voms', '1.0.0');
  const pulls = [{ ppa: voms.ppa, state, lock: voms }];
  expect(holdings({ pulls })).toEqual(area === undefined ? {} : { [`${area}/al9/x86_64`]: ['voms-1.0.0'] });
});

test('the table above names every state', () => expect(STATES).toHaveLength(7));

test('a merged PPA shows in the candidate only, though its pull request still looks open', () => {
  const voms = lock('voms', '1.0.0');
  const pulls = [{ ppa: voms.ppa, state: 'umd-store' as const, lock: voms }];
  expect(holdings({ pulls, candidate: [voms] })).toEqual({ 'candidate/al9/x86_64/base': ['voms-1.0.0'] });
});

test('what was released alone shows in production only, though its pull request still looks open and the candidate lacks it', () => {
  const [old, fix] = [lock('voms', '1.0.0'), lock('voms', '1.0.1')];
  const pulls = [{ ppa: fix.ppa, state: 'umd-store' as const, lock: fix }];
  const production = [
    { tag: 'umd-5.0.0', locks: [old] },
    { tag: 'umd-5.0.1', locks: [fix] },
  ];
  const shown = holdings({ pulls, production, candidate: [old] });
  expect(shown['production/al9/x86_64/updates']).toEqual(['voms-1.0.1']);
  expect(shown['testing/al9/x86_64']).toBeUndefined();
});

test('base is the tag x.0.0 for good; updates are what all later tags released; the candidate adds what is next', () => {
  const [a1, a2, a3] = [lock('a', '1.0.0'), lock('a', '1.1.0'), lock('a', '1.2.0')];
  const [b1, b2, c1] = [lock('b', '1.0.0'), lock('b', '1.0.1'), lock('c', '1.0.0')];
  const production = [
    { tag: 'umd-5.0.0', locks: [a1, b1] },
    { tag: 'umd-5.1.0', locks: [a2, b1] },
    { tag: 'umd-5.1.1', locks: [a2, b2] },
    { tag: 'umd-50.2.0', locks: [c1] },
    { tag: 'umd-5.2.0-rc1', locks: [c1] },
  ];
  const released = {
    'production/al9/x86_64/base': ['a-1.0.0', 'b-1.0.0'],
    'production/al9/x86_64/updates': ['a-1.1.0', 'b-1.0.1'],
  };
  expect(holdings({ production, candidate: [a3, b2, c1] })).toEqual({
    ...released,
    'candidate/al9/x86_64/base': ['a-1.0.0', 'b-1.0.0'],
    'candidate/al9/x86_64/updates': ['a-1.1.0', 'a-1.2.0', 'b-1.0.1', 'c-1.0.0'],
  });
  const withdrawn = holdings({ production, candidate: [a3, b2, c1], distributions: [umd([a2.ppa, b1.ppa])] });
  expect(withdrawn['production/al9/x86_64/base']).toEqual(['a-1.0.0']);
  expect(withdrawn['production/al9/x86_64/updates']).toEqual(['b-1.0.1']);
  expect(withdrawn['candidate/al9/x86_64/updates']).toEqual(['a-1.2.0', 'b-1.0.1', 'c-1.0.0']);
});

test('keeps platforms and lanes apart', () => {
  const locks = [
    lock('a', '1.0.0'),
    lock('a', '1.0.0', { on: 'debian-12.amd64', sha256: 'deb' }),
    lock('a', '1.0.0', { lane: 'umd/4' }),
    lock('a', '1.0.0', { on: 'el7.x86_64' }),
  ];
  expect(holdings({ candidate: locks })).toEqual({
    'candidate/al9/x86_64/base': ['a-1.0.0'],
    'candidate/debian-12/amd64/base': ['deb'],
  });
});

test('the same version again: the later one takes its place', () => {
  const [first, second] = [lock('a', '1.0.0'), lock('a', '1.0.0', { sha256: 'rebuilt' })];
  const pulls = [first, second].map((one) => ({ ppa: one.ppa, state: 'unverified' as const, lock: one }));
  expect(holdings({ pulls })).toEqual({ 'untested/al9/x86_64': ['rebuilt'] });
});

test('tells which repositories are not published as wanted', () => {
  const wanted = wantedRepositories({ ...nothing, candidate: [lock('a', '1.0.0')] });
  const state = {
    generatedAt: '',
    publicUrl: '',
    signer: '',
    repositories: wanted.map((repository) => ({ ...repository, snapshot: '' })),
  };
  expect(differing(wanted, state)).toEqual([]);
  expect(differing(wanted, undefined)).toHaveLength(9);
  expect(differing(wantedRepositories(nothing), state)).toEqual([
    'umd-5/candidate/al9/x86_64/base',
    'umd-5/product/INFN.a.al9.x86_64-1.0.0',
  ]);
  expect(differing(wanted.slice(1), state)).toEqual([wanted[0]?.id]);
});

test('reads state.json by schema', () => {
  const sha256 = 'a'.repeat(64);
  const [one] = wantedRepositories({ ...nothing, candidate: [lock('a', '1.0.0', { sha256 })] });
  const state = {
    generatedAt: '2026-01-01T00:00:00Z',
    publicUrl: 'https://x',
    signer: 'AB',
    repositories: [{ ...one, snapshot: sha256 }],
  };
  expect(parsePublishedState(JSON.stringify(state))).toEqual(state);
  for (const bad of ['<html>', '{}', JSON.stringify(state).replace('sw/production', '../etc')]) {
    expect(() => parsePublishedState(bad)).toThrow(/state\.json/);
  }
});
