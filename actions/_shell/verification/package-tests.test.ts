import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testsVerdict } from '#core/criteria/package-tests.ts';
import type { LockedPackage } from '#core/ppa/lock.ts';
import { runPackageTests } from './package-tests.ts';
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
const bare = buildTiny(folder, { name: 'tiny-bare', version: '1.0' });
const CONTROL = 'Tests: configured far\nDepends: @\nRestrictions: needs-root\n';
const configured = (name: string) => `#!/bin/sh\ngrep green /etc/${name}.conf\n`;
buildSource(
  'tiny',
  { configured: configured('tiny'), far: '#!/bin/sh\nexit 1\n' },
  'Tests: configured\nDepends: @\n\nTests: far\nRestrictions: needs-internet\n',
);
buildSource('tiny-bad', { configured: '#!/bin/sh\ngrep black /etc/tiny-bad.conf\n', far: '#!/bin/sh\n' }, CONTROL);
const key = signRepository(folder);
let ground: Ground;

beforeAll(async () => {
  ground = await debGround({ folder, key });
}, 300_000);
afterAll(async () => {
  await ground.close();
  rmSync(folder, { recursive: true });
});

function tested(locked: LockedPackage, allow = [new URL(ground.url).host]) {
  const there = { ...locked, url: `${ground.url}/pool/${locked.file}` };
  const archives = [join(folder, 'pool', locked.file)];
  return runPackageTests(ground.stage([there]), { archives, locked: [there], allow });
}

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
  expect(testsVerdict(await tested(good, [])).said).toContain('can be changed on the way');
}, 180_000);
