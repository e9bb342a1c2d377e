import { expect, test } from 'vitest';
import type { Lock } from '#core/ppa/lock.ts';
import type { PublishedState } from '#core/repository/published.ts';
import { candidatePlan, emergencyPlan, sitesGet } from './candidate.ts';
import { culpritsIn } from './culprits.ts';
import { verificationPlan } from './plan.ts';

// What the programs really said (Debian 12: apt 2.6, dpkg 1.21, dnf 4.14).
const SAID: readonly (readonly [string, string, string[]])[] = [
  [
    'apt, a dependency nobody has',
    'The following packages have unmet dependencies:\n tiny-orphan : Depends: nowhere-to-be-found but it is not installable\nE: Unable to correct problems, you have held broken packages.',
    ['tiny-orphan'],
  ],
  [
    'dpkg, a script that fails',
    'dpkg: error processing package tiny-failing (--configure):\n installed tiny-failing package post-installation script subprocess returned error exit status 1\nErrors were encountered while processing:\n tiny-failing\nE: Sub-process /usr/bin/dpkg returned an error code (1)',
    ['tiny-failing'],
  ],
  [
    'dpkg, a file of two packages',
    "dpkg: error processing archive /var/cache/apt/archives/tiny-two_1.0_all.deb (--unpack):\n trying to overwrite '/etc/tiny.conf', which is also in package tiny 1.0",
    ['tiny-two'],
  ],
  [
    'dnf, a dependency nobody has',
    'Error: \n Problem: conflicting requests\n  - nothing provides nowhere needed by storm-backend-1.0-1.noarch from UMD-5-candidate-base',
    ['storm-backend'],
  ],
  [
    'dnf, a file of two packages',
    'Error: Transaction test error:\n  file /etc/storm.conf conflicts between attempted installs of storm-a-1.0-1.noarch and storm-b-1.0-1.noarch',
    ['storm-a'],
  ],
  ['nobody is named', 'E: The package cache file is corrupted', []],
];
test.each(SAID)('%s', (_, output, names) => {
  expect(culpritsIn(output)).toEqual(names);
});

const LOCK: Lock = {
  ...{ product: 'voms', provider: 'INFN', version: '2.1.1', ppa: 'INFN.voms.debian-12.amd64-2.1.1' },
  ...{ release: 'releases/umd/5/INFN/voms-2.1.1', type: 'revision' },
  packages: ['voms-server', 'voms-clients'].map((name) => ({
    ...{ name, version: '2.1.1-1', arch: 'amd64', sha256: `${name.length}`.repeat(32).slice(0, 64), size: 1 },
    ...{ file: `${name}.deb`, signer: 'A'.repeat(16), url: 'https://x/y' },
  })),
};
const repository = (
  area: 'untested' | 'testing' | 'candidate' | 'production',
  part: '' | 'base' | 'updates',
  versions: string[],
) => ({
  ...{ id: `${area}/${part}`, area, part, lane: 'umd-5', os: 'debian-12', arch: 'amd64', format: 'deb' as const },
  ...{ path: 'x', suite: 'bookworm', snapshot: 'f'.repeat(64) },
  packages: LOCK.packages.flatMap(({ name, sha256 }) =>
    versions.map((version) => ({
      name,
      version,
      arch: 'amd64',
      sha256: version === '2.1.1-1' ? sha256 : 'a',
      ppa: 'p',
    })),
  ),
});
const state = (...repositories: ReturnType<typeof repository>[]): PublishedState =>
  ({ generatedAt: '', publicUrl: '', signer: '', repositories }) as unknown as PublishedState;

test('a PPA is tried from untested, and upgraded from the newest that production has', () => {
  const untested = repository('untested', '', ['2.1.1-1']);
  const base = repository('production', 'base', ['2.1.0-9']);
  const updates = repository('production', 'updates', ['2.1.0-10']);
  const plan = verificationPlan(LOCK, state(base, untested, updates));
  expect(plan.production.map(({ part }) => part)).toEqual(['base', 'updates']);
  expect(plan.from).toEqual([
    { name: 'voms-server', version: '2.1.0-10' },
    { name: 'voms-clients', version: '2.1.0-10' },
  ]);
  expect(verificationPlan(LOCK, state(untested)).from).toEqual([]);
  expect(verificationPlan(LOCK, state(untested, repository('production', 'base', ['2.1.1-1']))).from).toEqual([]);
  expect(() => verificationPlan(LOCK, state(base))).toThrow('does not serve voms-server.deb, voms-clients.deb');
});

test('what it may break is asked of the next release alone, and beside what is in testing', () => {
  const untested = repository('untested', '', ['2.1.1-1']);
  const [candidate, testing] = [repository('candidate', 'base', ['2.0-1']), repository('testing', '', ['2.0.5-1'])];
  const versions = (packages: readonly { version: string }[] = []) => packages.map(({ version }) => version).join(' ');
  const { closure, besideTesting } = verificationPlan(LOCK, state(untested, candidate, testing));
  expect([versions(closure.before), versions(closure.after)]).toEqual(['2.0-1 2.0-1', '2.0-1 2.0-1 2.1.1-1 2.1.1-1']);
  expect(versions(besideTesting?.before)).toBe('2.0-1 2.0-1 2.0.5-1 2.0.5-1');
  expect(versions(besideTesting?.after)).toBe('2.0-1 2.0-1 2.0.5-1 2.0.5-1 2.1.1-1 2.1.1-1');
  expect(besideTesting?.repositories.map(({ area }) => area)).toEqual(['candidate', 'testing', 'untested']);
  expect(
    verificationPlan(LOCK, state(untested, candidate, repository('testing', '', []))).besideTesting,
  ).toBeUndefined();
});

test('a candidate is installed in the newest versions, and only when it is published as its head says', () => {
  const platform = { os: 'debian-12', arch: 'amd64', format: 'deb' as const };
  const lane = { distribution: 'umd', major: 5 };
  const published = state(
    repository('candidate', 'base', ['2.1.0-9']),
    repository('candidate', 'updates', ['2.1.1-1']),
  );
  expect(candidatePlan(platform, lane, [LOCK], published).packages).toEqual([
    { name: 'voms-server', version: '2.1.1-1' },
    { name: 'voms-clients', version: '2.1.1-1' },
  ]);
  const behind = state(repository('candidate', 'base', ['2.1.0-9']));
  expect(() => candidatePlan(platform, lane, [LOCK], behind)).toThrow('does not serve voms-server.deb');
  expect(() => candidatePlan(platform, { ...lane, major: 6 }, [], published)).toThrow('does not serve anything');
});

test('an emergency is production and its own packages of testing, nothing else that is tried there', () => {
  const platform = { os: 'debian-12', arch: 'amd64', format: 'deb' as const };
  const lane = { distribution: 'umd', major: 5 };
  const base = repository('production', 'base', ['2.1.0-9']);
  const testing = repository('testing', '', ['2.1.1-1', '9.9.9-1']);
  const plan = emergencyPlan(platform, lane, [LOCK], state(base, testing, repository('candidate', 'base', ['3.0-1'])));
  expect(plan.packages).toEqual([
    { name: 'voms-server', version: '2.1.1-1' },
    { name: 'voms-clients', version: '2.1.1-1' },
  ]);
  const { before, after, repositories } = sitesGet(plan);
  expect([before, after].map((all) => [...new Set(all.map(({ version }) => version))])).toEqual([
    ['2.1.0-9'],
    ['2.1.0-9', '2.1.1-1'],
  ]);
  expect(repositories.map(({ area }) => area)).toEqual(['production', 'testing']);
  expect(() => emergencyPlan(platform, lane, [LOCK], state(base))).toThrow('does not serve voms-server.deb');
  expect(emergencyPlan(platform, lane, [], state(base)).packages).toEqual([]);
});
