import { expect, test } from 'vitest';
import type { Distribution, Platform } from '#core/distribution/distribution.ts';
import type { Lock } from '#core/ppa/lock.ts';
import type { State } from '#core/rollout/state.ts';
import { clientFiles } from './client-files.ts';
import { releaseRepositories } from './release-repository.ts';
import { wantedRepositories } from './wanted.ts';

const platform = (os: string, arch: string, suite?: string): Platform => ({
  ...{ os, arch, title: os, base: [], runsOn: [], environment: { provider: 'chroot', image: os } },
  ...(suite === undefined ? { format: 'rpm' } : { format: 'deb', suite }),
});
const PLATFORMS = {
  'al9/x86_64': platform('al9', 'x86_64'),
  'al9/aarch64': platform('al9', 'aarch64'),
  'sl6/x86_64': platform('sl6', 'x86_64'),
  'debian-12/amd64': platform('debian-12', 'amd64', 'bookworm'),
  'debian-12/arm64': platform('debian-12', 'arm64', 'bookworm'),
  'ubuntu-16.04/amd64': platform('ubuntu-16-04', 'amd64', 'xenial'),
};

/** Two distributions, one of them with two majors. */
const declared = (
  distribution: string,
  majors: readonly (readonly [number, readonly string[]])[],
  withdrawn: readonly string[] = [],
): Distribution => ({
  ...{ distribution, title: distribution, contact: 'x@example.org', platforms: PLATFORMS, withdrawn },
  majors: majors.map(([major, platforms]) => ({ major, platforms })),
  teams: {} as Distribution['teams'],
});

function lock(lane: string, ppa: string): Lock {
  const [key = '', version = ''] = ppa.split(/-(?=[^-]*$)/);
  const [provider = '', product = '', , arch = ''] = key.split('.');
  const release = `releases/${lane.replace(/-(?=\d+$)/, '/')}/${provider}/${product}-${version}`;
  const pkg = { name: product, version, arch, sha256: ppa, size: 1, file: 'x.rpm', signer: '', url: '' };
  return { product, provider, version, ppa, release, type: 'minor', packages: [pkg] };
}
const pull = (state: State, lane: string, ppa: string) => ({ ppa, state, lock: lock(lane, ppa) });

const STORM = [
  'INFN.storm.al9.x86_64-1.11.0',
  'INFN.storm.al9.x86_64-1.11.15',
  'INFN.storm.al9.x86_64-1.12.0',
] as const;
const ANCHORS = [
  'IGTF.policy.al9.x86_64-1.134.0',
  'IGTF.policy.al9.x86_64-1.135.0',
  'IGTF.policy.debian-12.amd64-1.135.0',
] as const;
const wanted = wantedRepositories({
  distributions: [
    declared('umd', [[4, ['sl6/x86_64']], [5, ['al9/x86_64', 'al9/aarch64', 'debian-12/amd64', 'debian-12/arm64']]], ['INFN.bad.al9.x86_64-1.0.0']), // biome-ignore format: one thought
    declared('cmd-os', [[1, ['ubuntu-16.04/amd64']]]),
    { ...declared('cas', [[1, ['al9/x86_64', 'debian-12/amd64']]]), tree: 'current' },
  ],
  candidate: [lock('umd-5', STORM[2])],
  production: [
    { tag: 'umd-4.0.0', locks: [lock('umd-4', 'EMI.bdii-core.sl6.x86_64-1.5.0')] },
    { tag: 'umd-5.0.0', locks: [lock('umd-5', STORM[0]), lock('umd-5', 'INFN.voms.debian-12.amd64-2.1.0')] },
    { tag: 'umd-5.1.0', locks: [lock('umd-5', STORM[1]), lock('umd-5', 'INFN.bad.al9.x86_64-1.0.0')] },
    { tag: 'cmd-os-1.0.0', locks: [] },
    { tag: 'cas-1.0.0', locks: [lock('cas-1', ANCHORS[0]), lock('cas-1', 'IGTF.old-ca.al9.x86_64-1.0.0')] },
    { tag: 'cas-1.1.0', locks: [lock('cas-1', ANCHORS[1]), lock('cas-1', ANCHORS[2])] },
  ],
  pulls: [
    pull('unverified', 'umd-5', 'CERN.xrootd.debian-12.arm64-5.5.3'),
    pull('staged-rollout', 'umd-5', 'IGTF.fetch-crl.al9.aarch64-3.0.22'),
    pull('rejected', 'umd-5', 'IGTF.other.al9.aarch64-3.0.22'),
  ],
});

// Copied by hand from domain.md section 6, the placeholders filled in by hand: what it holds, where, in which suite.
const TABLE = `
sw/untested/umd/4/sl6/x86_64
sw/testing/umd/4/sl6/x86_64
sw/production/umd/candidate/4/sl6/x86_64/base                 EMI.bdii-core.sl6.x86_64-1.5.0
sw/production/umd/candidate/4/sl6/x86_64/updates
sw/production/umd/4/sl6/x86_64/base                           EMI.bdii-core.sl6.x86_64-1.5.0
sw/production/umd/4/sl6/x86_64/updates
umd-4.emi.bdii-core.sl6.x86_64/1/5/0                          EMI.bdii-core.sl6.x86_64-1.5.0
sw/untested/umd/5/al9/x86_64
sw/testing/umd/5/al9/x86_64
sw/production/umd/candidate/5/al9/x86_64/base                 INFN.storm.al9.x86_64-1.11.0
sw/production/umd/candidate/5/al9/x86_64/updates              INFN.storm.al9.x86_64-1.11.15 INFN.storm.al9.x86_64-1.12.0
sw/production/umd/5/al9/x86_64/base                           INFN.storm.al9.x86_64-1.11.0
sw/production/umd/5/al9/x86_64/updates                        INFN.storm.al9.x86_64-1.11.15
umd-5.infn.storm.al9.x86_64/1/11/0                            INFN.storm.al9.x86_64-1.11.0
umd-5.infn.storm.al9.x86_64/1/11/15                           INFN.storm.al9.x86_64-1.11.15
umd-5.infn.storm.al9.x86_64/1/12/0                            INFN.storm.al9.x86_64-1.12.0
sw/untested/umd/5/al9/aarch64
sw/testing/umd/5/al9/aarch64                                  IGTF.fetch-crl.al9.aarch64-3.0.22
sw/production/umd/candidate/5/al9/aarch64/base
sw/production/umd/candidate/5/al9/aarch64/updates
sw/production/umd/5/al9/aarch64/base
sw/production/umd/5/al9/aarch64/updates
umd-5.igtf.fetch-crl.al9.aarch64/3/0/22                       IGTF.fetch-crl.al9.aarch64-3.0.22
sw/untested/umd/5/debian-12/amd64 bookworm amd64
sw/testing/umd/5/debian-12/amd64 bookworm amd64
sw/production/umd/candidate/5/debian bookworm amd64           INFN.voms.debian-12.amd64-2.1.0
sw/production/umd/candidate/5/debian bookworm-updates amd64
sw/production/umd/5/debian bookworm amd64                     INFN.voms.debian-12.amd64-2.1.0
sw/production/umd/5/debian bookworm-updates amd64
umd-5.infn.voms.debian-12.amd64/2/1/0 bookworm amd64          INFN.voms.debian-12.amd64-2.1.0
sw/untested/umd/5/debian-12/arm64 bookworm arm64              CERN.xrootd.debian-12.arm64-5.5.3
sw/testing/umd/5/debian-12/arm64 bookworm arm64
sw/production/umd/candidate/5/debian bookworm arm64
sw/production/umd/candidate/5/debian bookworm-updates arm64
sw/production/umd/5/debian bookworm arm64
sw/production/umd/5/debian bookworm-updates arm64
umd-5.cern.xrootd.debian-12.arm64/5/5/3 bookworm arm64        CERN.xrootd.debian-12.arm64-5.5.3
sw/untested/cmd-os/1/ubuntu-16-04/amd64 xenial amd64
sw/testing/cmd-os/1/ubuntu-16-04/amd64 xenial amd64
sw/production/cmd-os/candidate/1/debian xenial amd64
sw/production/cmd-os/candidate/1/debian xenial-updates amd64
sw/production/cmd-os/1/debian xenial amd64
sw/production/cmd-os/1/debian xenial-updates amd64
sw/untested/cas/1/al9/x86_64
sw/testing/cas/1/al9/x86_64
sw/production/cas/candidate/1/al9/x86_64
sw/production/cas/1/current/al9/x86_64                        IGTF.policy.al9.x86_64-1.135.0
cas-1.igtf.old-ca.al9.x86_64/1/0/0                            IGTF.old-ca.al9.x86_64-1.0.0
cas-1.igtf.policy.al9.x86_64/1/134/0                          IGTF.policy.al9.x86_64-1.134.0
cas-1.igtf.policy.al9.x86_64/1/135/0                          IGTF.policy.al9.x86_64-1.135.0
sw/untested/cas/1/debian-12/amd64 bookworm amd64
sw/testing/cas/1/debian-12/amd64 bookworm amd64
sw/production/cas/candidate/1/debian bookworm amd64
sw/production/cas/1/current/debian bookworm amd64             IGTF.policy.debian-12.amd64-1.135.0
cas-1.igtf.policy.debian-12.amd64/1/135/0 bookworm amd64      IGTF.policy.debian-12.amd64-1.135.0
`;

test('every area of every lane, platform and architecture stands where domain.md section 6 says and holds what it should', () => {
  const rows = wanted.map(({ path, suite, arch, packages }) =>
    [path, ...(suite === undefined ? [] : [suite, arch]), ...packages.map(({ sha256 }) => sha256)].join(' '),
  );
  const table = TABLE.trim()
    .split('\n')
    .map((row) => row.replace(/ +/g, ' '));
  expect(rows.sort()).toEqual(table.sort());
});

test('no two repositories have one name, and none of two formats one place', () => {
  expect(new Set(wanted.map(({ id }) => id)).size).toBe(wanted.length);
  const places = wanted.map(({ path, suite, arch }) => `${path} ${suite} ${arch}`);
  expect(new Set(places).size).toBe(wanted.length);
});

test("client files: of base and updates on, of what is on the way off; a product's own lies with it", () => {
  const heads = wanted.map(({ packages: _, ...head }) => head);
  const files = clientFiles(heads, { publicUrl: 'https://x.example', publicKey: 'KEY', packageKeys: [], titles: {} });
  const rows = files
    .filter(({ key }) => /umd-5-al9|storm|xrootd/.test(key))
    .map(
      ({ key, text }) =>
        `${key} ${/^(enabled=.|Enabled: .*)$/m.exec(text)?.[0]} ${/^(mirrorlist=|URIs: )(.*)$/m.exec(text)?.[2]}`,
    );
  expect(rows).toEqual([
    'clients/umd-5-al9/UMD-5-base.repo enabled=1 https://x.example/sw/production/umd/5/al9/$basearch/base/mirrorlist',
    'clients/umd-5-al9/UMD-5-candidate-base.repo enabled=0 https://x.example/sw/production/umd/candidate/5/al9/$basearch/base/mirrorlist',
    'clients/umd-5-al9/UMD-5-candidate-updates.repo enabled=0 https://x.example/sw/production/umd/candidate/5/al9/$basearch/updates/mirrorlist',
    'clients/umd-5-al9/UMD-5-testing.repo enabled=0 https://x.example/sw/testing/umd/5/al9/$basearch/mirrorlist',
    'clients/umd-5-al9/UMD-5-untested.repo enabled=0 https://x.example/sw/untested/umd/5/al9/$basearch/mirrorlist',
    'clients/umd-5-al9/UMD-5-updates.repo enabled=1 https://x.example/sw/production/umd/5/al9/$basearch/updates/mirrorlist',
    'umd-5.cern.xrootd.debian-12.arm64/5/5/3/UMD-5.CERN.xrootd.debian-12.arm64-5.5.3.sources Enabled: yes https://x.example/umd-5.cern.xrootd.debian-12.arm64/5/5/3',
    'umd-5.infn.storm.al9.x86_64/1/11/0/UMD-5.INFN.storm.al9.x86_64-1.11.0.repo enabled=1 https://x.example/umd-5.infn.storm.al9.x86_64/1/11/0/mirrorlist',
    'umd-5.infn.storm.al9.x86_64/1/11/15/UMD-5.INFN.storm.al9.x86_64-1.11.15.repo enabled=1 https://x.example/umd-5.infn.storm.al9.x86_64/1/11/15/mirrorlist',
    'umd-5.infn.storm.al9.x86_64/1/12/0/UMD-5.INFN.storm.al9.x86_64-1.12.0.repo enabled=1 https://x.example/umd-5.infn.storm.al9.x86_64/1/12/0/mirrorlist',
  ]);
});

test('the trust anchors: one client file for the newest release, on; and a release package that brings it', () => {
  const cas = wanted.filter(({ lane }) => lane === 'cas-1');
  const heads = cas.map(({ packages: _, ...head }) => head);
  const files = clientFiles(heads, { publicUrl: 'https://x.example', publicKey: 'KEY', packageKeys: [], titles: {} });
  const on = files.filter(({ key, text }) => /^clients/.test(key) && /^(enabled=1|Enabled: yes)$/m.test(text));
  expect(on.map(({ key, text }) => `${key} ${/^(mirrorlist=|URIs: )(.*)$/m.exec(text)?.[2]}`)).toEqual([
    'clients/cas-1-al9/CAS-1.repo https://x.example/sw/production/cas/1/current/al9/$basearch/mirrorlist',
    'clients/cas-1-debian-12/CAS-1.sources https://x.example/sw/production/cas/1/current/debian',
  ]);
  const distributions = [{ ...declared('cas', [[1, ['al9/x86_64', 'debian-12/amd64']]]), tree: 'current' as const }];
  const releases = releaseRepositories(cas, distributions, () => undefined);
  expect(releases.map(({ path, suite = '' }) => `${path} ${suite}`.trim())).toEqual([
    'sw/production/cas/1/al9/x86_64/release',
    'sw/production/cas/1/debian bookworm-release',
  ]);
});
