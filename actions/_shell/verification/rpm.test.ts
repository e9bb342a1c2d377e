import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { criteriaFor } from '#core/criteria/applied.ts';
import { judge } from '#core/criteria/judge.ts';
import type { LockedPackage } from '#core/ppa/lock.ts';
import { readCriteria } from '#shell/criteria.ts';
import { buildRpm, dropKey, makeKey, signRpm, signText } from '#shell/testing/packages.ts';
import { freshInstallation } from './fresh.ts';
import { factsOf, type Ground, rpmGround } from './testing/ground.ts';
import { upgradeFrom } from './upgrade.ts';

/** Real rpms, a yum repository signed twice (packages and repomd.xml), dnf on the booted rpm-on-debian. */
const repo = resolve(import.meta.dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'rpm-verification-'));
const known = await readCriteria(repo);
const criteria = criteriaFor(known, ['generic']);
const key = makeKey(folder, 'tiny');
const www = join(folder, 'www');
let ground: Ground;

function locked(name: string, version: string, signed = true): LockedPackage {
  const path = buildRpm(www, { name, version, arch: 'noarch' });
  if (signed) signRpm(path, key);
  const sha256 = execFileSync('sha256sum', [path], { encoding: 'utf8' }).slice(0, 64);
  const about = { name, version, arch: 'noarch', sha256, size: statSync(path).size, file: basename(path) };
  return { ...about, signer: key.fingerprint, url: 'http://x/y' };
}
const old = locked('tiny', '0.9-1');
const good = locked('tiny', '1.0-1');
const unsigned = locked('tiny-unsigned', '1.0-1', false);

beforeAll(async () => {
  execFileSync('createrepo_c', ['--quiet', '--no-database', www]);
  const repomd = join(www, 'repodata/repomd.xml');
  writeFileSync(`${repomd}.asc`, signText('--detach-sign', repomd, key));
  writeFileSync(join(www, 'key.asc'), key.armored);
  ground = await rpmGround({ folder: www });
}, 300_000);
afterAll(async () => {
  await ground.close();
  dropKey(key);
  rmSync(folder, { recursive: true });
});

test('an rpm installs, upgrades and goes without a trace', async () => {
  const fresh = await freshInstallation(ground.stage([good]), {});
  const upgrade = await upgradeFrom(ground.stage([good]), [old]);
  const rows = judge(factsOf(fresh, 'rpm', upgrade), criteria, known);
  expect(
    rows
      .filter(({ criterion }) => criterion.startsWith('QC_'))
      .map(({ criterion, result, comment }) => `${criterion} ${result}: ${comment}`),
  ).toEqual([
    'QC_DIST_1 OK: 1 package installed and removed, 0 more as dependencies.',
    'QC_DOC_1 OK: The release notes stand in release.xml.',
    'QC_DOC_4 OK: Nothing to administer.',
    'QC_DOC_5 WARNING: The licence is named, its text is not there: tiny.',
    'QC_FUNC_2 Not tested: The product card names no test command, and no tests of its package were looked for.',
    'QC_SEC_2 OK: It brings and makes no certificates; weaker signatures of packages are refused at intake.',
    'QC_SEC_5 OK: None among 2 changed paths, after installation.',
    'QC_SEC_6 OK: None found in readable files.',
    'QC_UPGRADE_1 OK: Upgraded from tiny 0.9-1; no configuration files to keep.',
  ]);
}, 180_000);

test('an unsigned rpm is refused by dnf, and that is the fault of the package', async () => {
  const { installation } = await freshInstallation(ground.stage([unsigned]), {});
  expect(installation.steps.at(-1)?.code).toBe(1);
  expect(installation.steps.at(-1)?.output).toContain('tiny-unsigned-1.0-1.noarch.rpm is not signed');
}, 180_000);
