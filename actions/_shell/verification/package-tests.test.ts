import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testsVerdict } from '#core/criteria/package-tests.ts';
import type { LockedPackage } from '#core/ppa/lock.ts';
import { makeKey, withGpg } from '#shell/testing/make-key.ts';
import { runPackageTests } from './package-tests.ts';
import { aptVoucher } from './source-voucher.ts';
import { debGround, type Ground } from './testing/ground.ts';
import { buildTiny, signRepository } from './testing/tiny.ts';

/** Real autopkgtest on a real booted system; the sources lie beside the packages, as in a provider's pool. */
const folder = mkdtempSync(join(tmpdir(), 'package-tests-'));

/** A native source package with these tests, by dpkg-source itself. */
function buildSource(name: string, tests: Readonly<Record<string, string>>, control: string): void {
  const tree = join(mkdtempSync(join(folder, 'source-')), `${name}-1.0`);
  mkdirSync(join(tree, 'debian/source'), { recursive: true });
  mkdirSync(join(tree, 'debian/tests'));
  const put = (path: string, text: string, mode = 0o644) => writeFileSync(join(tree, 'debian', path), text, { mode });
  const people = 'Tiny Provider <tiny@example.org>';
  put('source/format', '3.0 (native)\n');
  put(
    'changelog',
    `${name} (1.0) bookworm; urgency=low\n\n  * First.\n\n -- ${people}  Mon, 02 Feb 2026 08:00:00 +0000\n`,
  );
  put('control', `Source: ${name}\nMaintainer: ${people}\n\nPackage: ${name}\nArchitecture: all\nDescription: tiny\n`);
  put('tests/control', control);
  for (const [test, text] of Object.entries(tests)) put(`tests/${test}`, text, 0o755);
  execFileSync('dpkg-source', ['--build', tree], { cwd: join(folder, 'pool'), stdio: 'pipe' });
}
const good = buildTiny(folder, { name: 'tiny', version: '1.0' });
const bad = buildTiny(folder, { name: 'tiny-bad', version: '1.0' });
const moved = buildTiny(folder, { name: 'tiny-moved', version: '1.0' });
const stranger = makeKey('stranger');
const bare = buildTiny(folder, { name: 'tiny-bare', version: '1.0' });
const CONTROL = 'Tests: configured far\nDepends: @\nRestrictions: needs-root\n';
const configured = (name: string) => `#!/bin/sh\ngrep green /etc/${name}.conf\n`;
buildSource(
  'tiny',
  { configured: configured('tiny'), far: '#!/bin/sh\nexit 1\n' },
  'Tests: configured\nDepends: @\n\nTests: far\nRestrictions: needs-internet\n',
);
buildSource('tiny-bad', { configured: '#!/bin/sh\ngrep black /etc/tiny-bad.conf\n', far: '#!/bin/sh\n' }, CONTROL);
buildSource('tiny-moved', { configured: configured('tiny-moved') }, 'Tests: configured\nDepends: @\n');
const key = signRepository(folder);
const fingerprint = withGpg((gpg, home) => {
  writeFileSync(join(home, 'key.asc'), key);
  return /^fpr:+([0-9A-F]+):/m.exec(gpg('--with-colons', '--show-keys', join(home, 'key.asc')))?.[1] ?? '';
});
let ground: Ground;

beforeAll(async () => {
  ground = await debGround({ folder, key });
}, 300_000);
afterAll(async () => {
  await ground.close();
  rmSync(folder, { recursive: true });
});

/** @param keys of the provider's record */
function tested(
  locked: LockedPackage,
  { allow = [new URL(ground.url).host], keys = [{ fingerprint, armored: key }] } = {},
) {
  const there = { ...locked, url: `${ground.url}/pool/${locked.file}` };
  const archives = [join(folder, 'pool', locked.file)];
  const authority = async () => ({ suites: [{ url: `${ground.url}/`, suite: 'bookworm' }], keys });
  const voucher = aptVoucher(authority, allow, new Date());
  return runPackageTests(ground.stage([there]), { archives, locked: [there], allow, voucher });
}
const said = async (...asked: Parameters<typeof tested>) => testsVerdict(await tested(...asked)).said;

test('the tests that its source brings pass or fail, and one that needs the network is left out', async () => {
  const [passing, failing] = await Promise.all([tested(good), tested(bad)]);
  expect(passing.tests.map(({ name, result }) => `${name} ${result}`)).toEqual([
    'tiny far SKIP',
    'tiny configured PASS',
  ]);
  expect(testsVerdict(passing).result).toBe('OK');
  expect(testsVerdict(failing)).toMatchObject({
    ...{ result: 'FAIL', said: 'tests of its package fail: tiny-bad configured (non-zero exit status 1)' },
  });
}, 300_000);

test('where no source is to be had nothing is said of the product, and why', async () => {
  expect(testsVerdict(await tested(bare))).toMatchObject({
    ...{ result: 'Not tested', said: expect.stringContaining('its source does not lie beside its packages') },
  });
  expect(await said(good, { allow: [] })).toContain('can be changed on the way');
}, 180_000);

test('a source that its provider did not sign, whole and as it is, is not run', async () => {
  expect(await said(good, { keys: [{ fingerprint: stranger.fingerprint, armored: stranger.public }] })).toContain(
    'which the provider has not declared',
  );
  const [dsc, archive] = ['dsc', 'tar.xz'].map((ending) => join(folder, `pool/tiny-moved_1.0.${ending}`)) as [
    string,
    string,
  ];
  const whole = [dsc, archive].map((path) => readFileSync(path));
  // Another word in the middle of it: as long as before.
  const bytes = Buffer.from(whole[1]!);
  bytes[40] = (bytes[40] ?? 0) ^ 1;
  writeFileSync(archive, bytes);
  expect(await said(moved)).toMatch(/tiny-moved_1\.0\.tar\.xz has sha256 [0-9a-f]{64}/);
  // The .dsc names the other bytes: the signed index does not name that .dsc.
  const [was, is] = [whole[1]!, bytes].map((each) => createHash('sha256').update(each).digest('hex'));
  writeFileSync(dsc, whole[0]!.toString().replace(was!, is!));
  expect(await said(moved)).toMatch(/its \.dsc has sha256 [0-9a-f]{64}, and its provider's signed index says/);
  // A version of it that was never listed.
  writeFileSync(join(folder, 'pool/tiny-bare_1.0.dsc'), whole[0]!.toString().replaceAll('tiny-moved', 'tiny-bare'));
  expect(await said(bare)).toContain('no signed index of its provider lists its source');
}, 180_000);
