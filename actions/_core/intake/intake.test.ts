import { expect, test } from 'vitest';
import type { Lock, LockedPackage } from '#core/ppa/lock.ts';
import type { PpaPlan } from '#core/release/plan.ts';
import type { ReleasePackage } from '#core/release/release.ts';
import { compareDeclared } from './declared.ts';
import { lockOf } from './lock-of.ts';
import { marker, quoted, readMarker } from './markdown.ts';
import { nextAttempt, readMemory, refusalComment, splitComment } from './memory.ts';
import type { PackageFacts } from './package-facts.ts';
import { birthLabels, isUnlabelled, pullRequestText, readOrigin } from './pull-request.ts';
import { type KnownPull, knownPpas, missingPpas, unlabelled, unsplitReleases } from './unsplit.ts';

const declared: ReleasePackage = {
  kind: 'package',
  name: 'voms-server',
  version: '2.1.0',
  release: '3',
  arch: 'amd64',
  file: 'voms-server_2.1.0-3_amd64.deb',
};
const facts: PackageFacts = { format: 'deb', name: 'voms-server', version: '2.1.0-3', arch: 'amd64', source: 'voms' };
const codes = (actual: Partial<PackageFacts>, said: Partial<ReleasePackage> = {}) =>
  compareDeclared({ ...declared, ...said }, { ...facts, ...actual }).map(({ code }) => code);

test('a package is what was declared, epoch said or not', () => {
  expect(codes({})).toEqual([]);
  expect(codes({ version: '1:2.1.0-3' })).toEqual([]);
  expect(codes({ version: '1:2.1.0-3' }, { version: '1:2.1.0' })).toEqual([]);
  expect(codes({}, { version: '0:2.1.0' })).toEqual([]);
});

test('every difference is named at once', () => {
  expect(codes({ arch: 'i386' })).toEqual(['PACKAGE_ARCH']);
  expect(codes({ arch: 'all' })).toEqual(['PACKAGE_ARCH']);
  expect(codes({ version: '2.1.0-4' })).toEqual(['PACKAGE_VERSION']);
  expect(codes({}, { version: '1:2.1.0' })).toEqual(['PACKAGE_VERSION']);
  const other: PackageFacts = { format: 'rpm', name: 'bdii', version: '1-1', arch: 'src', source: 'bdii' };
  expect(codes(other)).toEqual(['PACKAGE_FORMAT', 'PACKAGE_NAME', 'PACKAGE_VERSION', 'PACKAGE_ARCH']);
});

const plan: PpaPlan = {
  id: {
    provider: 'INFN',
    product: 'voms',
    os: 'debian-12',
    arch: 'amd64',
    version: { major: 2, minor: 1, revision: 0 },
  },
  name: 'INFN.voms.debian-12.amd64-2.1.0',
  format: 'deb',
  type: 'minor',
  emergency: false,
  incremental: false,
  synch: { protocol: 'deb', url: 'https://provider.example/debian' },
  packages: [declared],
};
const RELEASE = 'releases/umd/5/INFN/voms-2.1.0';
const packageOf = (name: string, version = '2.1.0-3'): LockedPackage => ({
  name,
  version,
  arch: 'amd64',
  sha256: 'ab'.repeat(32),
  size: 2048,
  file: `${name}_${version}_amd64.deb`,
  signer: 'D78611D5268B758B05EA2ADCA440B848FC8955F0',
  url: `https://provider.example/${name}.deb`,
});
const lock = (packages: LockedPackage[], also: Partial<Lock> = {}): Lock => ({
  product: 'voms',
  provider: 'INFN',
  version: '2.1.0',
  ppa: plan.name,
  release: RELEASE,
  type: 'minor',
  packages,
  ...also,
});

test('a full release locks its own packages; an incremental one keeps what it does not replace', () => {
  const [server, client, old] = [
    packageOf('voms-server'),
    packageOf('voms-clients'),
    packageOf('voms-server', '2.0-1'),
  ];
  const present = lock([old, client], { ppa: 'INFN.voms.debian-12.amd64-2.0.0', version: '2.0.0' });
  expect(lockOf(plan, RELEASE, [server], present)).toEqual(lock([server]));
  expect(lockOf({ ...plan, incremental: true }, RELEASE, [server], present)).toEqual(lock([client, server]));
  const said = { reason: 'rebuilt', group: 'voms' };
  expect(lockOf({ ...plan, ...said }, RELEASE, [server])).toEqual(lock([server], said));
});

test('the labels a PPA is born with', () => {
  expect(birthLabels({ type: 'minor' }, 5, false)).toEqual([
    'RolloutProgress: Unverified',
    'ReleaseType: Minor',
    'UMDRelease: 5',
  ]);
  expect(birthLabels({ type: 'revision' }, 5, true)).toContain('Emergency');
  expect(isUnlabelled(['Delayed', 'hold: holidays'])).toBe(true);
  expect(isUnlabelled(['ReleaseType: Minor'])).toBe(false);
});

test('a pull request names packages, its release, what comes next, and remembers where it is from', () => {
  const origin = { release: RELEASE, blob: 'c0ffee', total: 2, emergency: true };
  const text = pullRequestText(lock([packageOf('voms-server')], { reason: '@all <b>' }), plan, origin, 12);
  expect(text).toContain('| voms-server | 2.1.0-3 | amd64 | 2 KiB | `abababababababab…` | `A440B848FC8955F0` |');
  expect(text).toContain('from #12');
  expect(text).not.toMatch(/@all|<b>/);
  expect(readOrigin(text)).toEqual({ ...origin, from: 12 });
  expect(readOrigin('written by hand')).toBeUndefined();
});

test("strangers' words cannot break out of a table or ring anybody", () => {
  expect(quoted('a | b\n<script> @team #1 `x`')).toBe('a &#124; b &#60;script&#62; &#64;team &#35;1 &#96;x&#96;');
  expect(readMarker('split', quoted(marker('split', { xml: 'a' })))).toBeUndefined();
});

const AT = new Date('2026-03-01T12:00:00Z');
const release = { folder: RELEASE, blob: 'b10b' };
const fault = { ppa: plan.name, file: declared.file, sentence: 'No.', hint: 'Yes.' };

test('a refusal is remembered by release.xml; only what may pass is tried again, ever later', () => {
  const permanent = refusalComment(release, [{ ...fault, code: 'FETCH_DIGEST' }]);
  expect(permanent).toContain('FETCH_DIGEST');
  const memory = readMemory(permanent, AT);
  expect(memory).toEqual({ blob: 'b10b', attempts: 1, retriable: false, at: AT });
  expect(nextAttempt(memory, 'b10b', false)).toBeUndefined();
  expect(nextAttempt(memory, 'b10b', true)).toEqual(new Date(0));
  expect(nextAttempt(memory, 'other', false)).toEqual(new Date(0));
  expect(nextAttempt(undefined, 'b10b', false)).toEqual(new Date(0));

  const passing = refusalComment(release, [{ ...fault, code: 'FETCH_TIMEOUT' }], { ...memory!, attempts: 2 });
  const later = readMemory(passing, AT);
  expect(later).toMatchObject({ attempts: 3, retriable: true });
  expect(nextAttempt(later, 'b10b', false)).toEqual(new Date('2026-03-01T12:20:00Z'));
  expect(nextAttempt({ ...later!, attempts: 9 }, 'b10b', false)).toEqual(new Date('2026-03-02T00:00:00Z'));
  expect(nextAttempt({ ...later!, attempts: 10 }, 'b10b', false)).toBeUndefined();
});

test('one permanent fault among passing ones makes the refusal permanent; another release.xml counts anew', () => {
  const mixed = [
    { ...fault, code: 'FETCH_TIMEOUT' },
    { ...fault, code: 'PACKAGE_ARCH' },
  ];
  expect(readMemory(refusalComment(release, mixed), AT)?.retriable).toBe(false);
  const before = { blob: 'other', attempts: 7, retriable: true, at: AT };
  expect(readMemory(refusalComment(release, [{ ...fault, code: 'FETCH_TIMEOUT' }], before), AT)?.attempts).toBe(1);
  const done = splitComment(release, [{ ppa: plan.name, pull: 7 }]);
  expect(done).toContain('| INFN.voms.debian-12.amd64-2.1.0 | #7 |');
  expect(readMemory(done, AT), 'a success is no refusal').toBeUndefined();
});

const tree = (paths: string[]) => paths.map((path) => ({ path, blob: 'b10b' }));
const pull = (also: Partial<KnownPull> = {}): KnownPull => ({
  number: 3,
  branch: `ppa/${plan.name}`,
  open: true,
  labels: ['RolloutProgress: Unverified', 'ReleaseType: Minor', 'UMDRelease: 5'],
  body: marker('ppa', { release: RELEASE, xml: 'b10b', of: '1' }),
  ...also,
});

test('which releases of candidate may need a split', () => {
  const files = tree([`${RELEASE}/release.xml`, `${RELEASE}/x/../release.xml`, 'releases/README.md', 'repos/umd.yml']);
  expect(unsplitReleases(files, []).map(({ folder }) => folder)).toEqual([RELEASE]);
  const doubtful = (pulls: KnownPull[]) => unsplitReleases(files, pulls).length;
  expect(doubtful([])).toBe(1);
  expect(doubtful([pull()])).toBe(0);
  expect(doubtful([pull({ open: false })])).toBe(0);
  expect(doubtful([pull({ body: 'no memory' })])).toBe(1);
  expect(doubtful([pull({ body: marker('ppa', { release: RELEASE, xml: 'b10b', of: '2' }) })])).toBe(1);
  expect(doubtful([pull({ branch: undefined })]), "a fork's words count nothing").toBe(1);
  expect(doubtful([pull({ branch: 'ppa/../main' })])).toBe(1);
});

test('which PPAs of a release are to be opened', () => {
  const missing = (known: ReturnType<typeof knownPpas>, present?: Lock, which = plan) =>
    missingPpas(RELEASE, [which], known, () => present).map(({ kind }) => kind);
  const none = knownPpas([], []);
  expect(missing(none)).toEqual(['open']);
  expect(missing(knownPpas([], [pull({ body: '' })]))).toEqual([]);
  expect(missing(knownPpas(tree([`${RELEASE}/${plan.name}/verification.yml`]), []))).toEqual([]);
  const other = knownPpas(
    [],
    [pull({ body: marker('ppa', { release: 'releases/umd/5/INFN/x-1.0.0', xml: 'a', of: '1' }) })],
  );
  expect(missing(other)).toEqual(['taken']);
  const at = (ppa: string) => lock([packageOf('voms-server')], { ppa });
  expect(missing(none, at('INFN.voms.debian-12.amd64-2.0.9'))).toEqual(['open']);
  expect(missing(none, at(plan.name))).toEqual([]);
  expect(missing(none, at('INFN.voms.debian-12.amd64-2.10.0'))).toEqual(['superseded']);
  expect(missing(none, at('INFN.voms.debian-12.amd64-2.10.0'), { ...plan, reason: 'withdrawn' })).toEqual(['open']);
});

test('open PPAs that never got their labels', () => {
  expect(unlabelled([pull()])).toEqual([]);
  expect(unlabelled([pull({ labels: [] })])).toEqual([{ pull: 3, id: plan.id, emergency: false }]);
  expect(unlabelled([pull({ labels: [], open: false }), pull({ labels: [], branch: 'feature' })])).toEqual([]);
});
