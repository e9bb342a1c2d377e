import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import type { Advisory } from '#core/repository/advisory.ts';
import { publish } from './publish.ts';
import { checkPublished } from './publish-check.ts';
import { dnfClient } from './testing/package-managers.ts';
import { publishingSite } from './testing/publishing.ts';

const { folder, openShop, shut } = await publishingSite();
afterAll(shut);

const ADVISORY: Advisory = {
  ...{ ppa: 'INFN.says.al9.x86_64-1.0.0', kind: 'security', severity: 'Important', title: 'Says 1.1' },
  ...{ description: 'Says less to strangers & "friends".', issued: '2026-06-01', from: 'says@infn.example' },
  ...{ cves: ['CVE-2026-0001'], links: ['https://infn.example/notes?a=1&b=2'] },
};

test('dnf lists the advisory of an update, by severity and CVE, and upgrades what is about security', async () => {
  const { store, publishing, first, second } = await openShop();
  await publish(first, publishing);
  const home = join(folder, 'dnf');
  const dnf = dnfClient(home, readFileSync(join(store, 'clients/umd-5-al9/UMD-5-base.repo'), 'utf8'));
  await dnf.install('says-rpm');
  await publish(second, { ...publishing, advisories: new Map([[ADVISORY.ppa, ADVISORY]]) });
  expect(await checkPublished(second, publishing)).toEqual([]);
  await dnf.refresh();
  const fixed = [`--config=${home}/dnf.conf`, '--disableplugin=local', `--installroot=${home}/root`, '--releasever=12'];
  const settings = [`--setopt=reposdir=${home}/repos`, '--forcearch=x86_64', '-q', '-y'];
  const run = async (...args: string[]) => (await promisify(execFile)('dnf', [...fixed, ...settings, ...args])).stdout;
  expect((await run('updateinfo', 'list', '--sec-severity', 'Important')).trim()).toBe(
    'INFN.says.al9.x86_64-1.0.0 Important/Sec. says-rpm-1.1-1.el9.noarch',
  );
  const info = await run('updateinfo', 'info', '--cve', 'CVE-2026-0001');
  expect(info).toContain('Says less to strangers & "friends".');
  expect((await run('updateinfo', 'list', '--sec-severity', 'Critical')).trim()).toBe('');
  await run('upgrade', '--security');
  expect(execFileSync(join(home, 'root/usr/bin/says-rpm'), { encoding: 'utf8' })).toBe('says-rpm 1.1-1.el9\n');
}, 60_000);
