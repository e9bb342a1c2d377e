import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { criteriaFor } from '#core/criteria/applied.ts';
import { judge } from '#core/criteria/judge.ts';
import { parseImage } from '#core/environment/image.ts';
import type { LockedPackage } from '#core/ppa/lock.ts';
import { soundOf } from '#core/yaml.ts';
import { readCriteria } from '#shell/criteria.ts';
import { nspawn } from '#shell/environment/nspawn.ts';
import type { GoldenImage } from '#shell/environment/ports.ts';
import { buildRpm, dropKey, makeKey, signRpm, signText } from '#shell/testing/packages.ts';
import { serveFolder } from '#shell/testing/serve-folder.ts';
import { dnf } from './dnf.ts';
import { freshInstallation } from './fresh.ts';
import type { Stage } from './stage.ts';
import { upgradeFrom } from './upgrade.ts';

/** Real rpms, a yum repository signed twice (packages and repomd.xml), dnf on the booted rpm-on-debian. */
const repo = resolve(import.meta.dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'rpm-verification-'));
const known = await readCriteria(repo);
const criteria = criteriaFor(known, ['generic']);
const key = makeKey(folder, 'tiny');
const www = join(folder, 'www');
const PRODUCT = {
  description: 'A small daemon, made for the tests of this room.',
  purpose: 'Tests.',
  supportEnds: ['2030-01-01'],
  day: '2026-06-01',
};
let golden: GoldenImage;
let server: Awaited<ReturnType<typeof serveFolder>>;

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
  const text = readFileSync(join(repo, 'repos/images/rpm-on-debian.yml'), 'utf8');
  golden = await nspawn.ensureImage(soundOf(parseImage('rpm-on-debian', text)), () => {});
  server = await serveFolder(www);
}, 300_000);
afterAll(async () => {
  await server.close();
  dropKey(key);
  rmSync(folder, { recursive: true });
});

function stageFor(package_: LockedPackage): Stage {
  const text = `[tiny]\nname=tiny\nbaseurl=${server.url}\ngpgcheck=1\nrepo_gpgcheck=1\ngpgkey=${server.url}/key.asc\n`;
  const files = [{ path: '/etc/yum.repos.d/tiny.repo', text }];
  return { provider: nspawn, golden, packages: dnf, files, locked: [package_], say: () => {} };
}

test('an rpm installs, upgrades and goes without a trace', async () => {
  const fresh = await freshInstallation(stageFor(good), {});
  const upgrade = await upgradeFrom(stageFor(good), [old]);
  const rows = judge({ ...fresh, product: PRODUCT, format: 'rpm', upgrade }, criteria, known);
  expect(
    rows
      .filter(({ criterion }) => criterion.startsWith('QC_'))
      .map(({ criterion, result, comment }) => `${criterion} ${result}: ${comment}`),
  ).toEqual([
    'QC_DIST_1 OK: 1 package installed and removed, 0 more as dependencies.',
    'QC_DOC_4 OK: Nothing to administer.',
    'QC_DOC_5 WARNING: The licence is named, its text is not there: tiny.',
    'QC_FUNC_2 Not tested: The product card names no test command.',
    'QC_SEC_2 OK: It brings and makes no certificates; its packages are signed with SHA-2.',
    'QC_SEC_5 OK: None among 2 changed paths, after installation.',
    'QC_SEC_6 OK: None found in readable files.',
    'QC_UPGRADE_1 OK: Upgraded from tiny 0.9-1; no configuration files to keep.',
  ]);
}, 60_000);

test('an unsigned rpm is refused by dnf, and that is the fault of the package', async () => {
  const { installation } = await freshInstallation(stageFor(unsigned), {});
  expect(installation.steps.at(-1)?.code).toBe(1);
  expect(installation.steps.at(-1)?.output).toContain('tiny-unsigned-1.0-1.noarch.rpm is not signed');
}, 60_000);
