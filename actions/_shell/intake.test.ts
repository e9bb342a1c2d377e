import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import type { PpaPlan } from '#core/release/plan.ts';
import type { ReleasePackage } from '#core/release/release.ts';
import { takePackages } from '#shell/intake.ts';
import {
  aptRepository,
  buildDeb,
  buildRpm,
  dropKey,
  type Key,
  makeKey,
  signRpm,
  signText,
} from '#shell/testing/packages.ts';
import { type ProviderServer, serveFolder, sha256Of } from '#shell/testing/provider.ts';

let [folder, root, rpm, deb, other] = ['', '', '', '', ''];
let [key, server] = [{} as Key, {} as ProviderServer];
const lines: string[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'intake-test-'));
  root = join(folder, 'www');
  key = makeKey(folder, 'provider');
  deb = buildDeb(join(root, 'debian/pool'), { name: 'voms-server', version: '2:2.1.0-3', arch: 'amd64' });
  other = buildDeb(join(root, 'other'), { name: 'voms-doc', version: '2.1.0-3', arch: 'all' });
  rpm = signRpm(buildRpm(join(root, 'yum/Packages/v'), { name: 'voms', version: '2.1.0-1', arch: 'noarch' }), key);
  aptRepository(join(root, 'debian'), 'bookworm', 'amd64', key);
  execFileSync('createrepo_c', ['--quiet', join(root, 'yum')]);
  server = await serveFolder(root);
});
afterAll(async () => {
  await server.close();
  dropKey(key);
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  lines.length = 0;
  server.asked.length = 0;
});

const declaredDeb: ReleasePackage = {
  ...{ kind: 'package', name: 'voms-server', version: '2.1.0', release: '3', arch: 'amd64' },
  file: 'voms-server_2.1.0-3_amd64.deb',
};
const declaredRpm: ReleasePackage = {
  ...{ kind: 'package', name: 'voms', version: '2.1.0', release: '1', arch: 'noarch' },
  file: 'voms-2.1.0-1.noarch.rpm',
};
const planOf = (packages: ReleasePackage[], url: string | undefined, format: 'deb' | 'rpm' = 'deb'): PpaPlan => {
  const [os, arch] = format === 'deb' ? ['debian-12', 'amd64'] : ['al9', 'x86_64'];
  const id = { provider: 'INFN', product: 'voms', os, arch, version: { major: 2, minor: 1, revision: 0 } };
  const synch = { protocol: format === 'deb' ? 'deb' : 'yum', ...(url === undefined ? {} : { url }) } as const;
  const name = `INFN.voms.${os}.${arch}-2.1.0`;
  return { ...{ id, name, format, synch, packages }, type: 'major', emergency: false, incremental: false };
};
const take = (...plans: PpaPlan[]) => {
  const throwAway = join(folder, `work-${Math.random()}`);
  mkdirSync(throwAway, { mode: 0o700 });
  return takePackages(plans, {
    folder: throwAway,
    keys: [key],
    suiteOf: () => 'bookworm',
    limits: { bytes: 1e6, milliseconds: 5000 },
    allow: [server.host],
    now: new Date('2026-01-01'),
    progress: (line) => lines.push(line),
  });
};

test('packages without address are found through the signed apt index and the yum index', async () => {
  const plans = [planOf([declaredDeb], `${server.url}/debian`), planOf([declaredRpm], `${server.url}/yum/`, 'rpm')];
  const { taken, faults } = await take(...plans);
  expect(faults).toEqual([]);
  expect(taken.map(({ locked }) => locked)).toEqual([
    {
      ...{ name: 'voms-server', version: '2:2.1.0-3', arch: 'amd64', file: 'voms-server_2.1.0-3_amd64.deb' },
      ...{ sha256: sha256Of(deb), size: statSync(deb).size, signer: key.fingerprint },
      url: `${server.url}/debian/pool/voms-server_2.1.0-3_amd64.deb`,
    },
    {
      ...{ name: 'voms', version: '2.1.0-1', arch: 'noarch', file: 'voms-2.1.0-1.noarch.rpm' },
      ...{ sha256: sha256Of(rpm), size: statSync(rpm).size, signer: key.fingerprint },
      url: `${server.url}/yum/Packages/v/voms-2.1.0-1.noarch.rpm`,
    },
  ]);
  expect(lines).toHaveLength(2);
  expect(server.asked.filter((path) => path.endsWith('InRelease'))).toHaveLength(1);
});

test('a deb with an own address and no repository needs a signature beside it', async () => {
  const declared = {
    ...declaredDeb,
    name: 'voms-doc',
    arch: 'all',
    file: basename(other),
    url: `${server.url}/other/${basename(other)}`,
  };
  const plan = planOf([declared], undefined);
  expect((await take(plan)).faults.map(({ code }) => code)).toEqual(['PACKAGE_SIGNATURE_MISSING']);
  writeFileSync(`${other}.asc`, signText('--detach-sign', other, key));
  expect((await take(plan)).taken[0]?.locked.signer).toBe(key.fingerprint);
  writeFileSync(`${other}.asc`, signText('--detach-sign', deb, key));
  expect((await take(plan)).faults.map(({ code }) => code)).toEqual(['PACKAGE_SIGNATURE_BAD']);
});

test('all faults at once, each with its PPA and file; what is good is told too', async () => {
  const wrong = { ...declaredDeb, arch: 'i386', release: '4', url: `${server.url}/other/${basename(other)}` };
  const { taken, faults } = await take(
    planOf([wrong, { ...declaredDeb, file: 'absent.deb', name: 'absent' }, declaredDeb], `${server.url}/debian`),
    planOf([{ ...declaredRpm, file: 'absent-1-1.noarch.rpm' }], `${server.url}/yum`, 'rpm'),
  );
  const told = faults.map(({ file, code }) => `${file} ${code}`).sort();
  expect(told).toEqual([
    'absent-1-1.noarch.rpm PACKAGE_UNLISTED',
    'absent.deb PACKAGE_UNLISTED',
    'voms-server_2.1.0-3_amd64.deb PACKAGE_ARCH',
    'voms-server_2.1.0-3_amd64.deb PACKAGE_NAME',
    'voms-server_2.1.0-3_amd64.deb PACKAGE_SIGNATURE_MISSING',
    'voms-server_2.1.0-3_amd64.deb PACKAGE_VERSION',
  ]);
  expect(new Set(faults.map(({ ppa }) => ppa))).toEqual(
    new Set(['INFN.voms.debian-12.amd64-2.1.0', 'INFN.voms.al9.x86_64-2.1.0']),
  );
  expect(taken).toHaveLength(1);
});

test('our own accident is not held against the release', async () => {
  const path = process.env.PATH;
  process.env.PATH = '/nowhere';
  onTestFinished(() => {
    process.env.PATH = path;
  });
  await expect(take(planOf([declaredDeb], `${server.url}/debian`))).rejects.toMatchObject({ code: 'COMMAND_MISSING' });
});
