import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import type { Compression } from '#core/distribution/distribution.ts';
import type { Advisory } from '#core/repository/advisory.ts';
import { publish } from './publish.ts';
import { checkPublished } from './publish-check.ts';
import { buildRpm } from './testing/build-packages.ts';
import { publishingSite, wanting } from './testing/publishing.ts';

const run = promisify(execFile); // the server of the test must answer meanwhile
const { folder, openShop, shut } = await publishingSite();
afterAll(shut);

const PPA = 'INFN.says.al9.x86_64-1.0.0';
const ADVISORY: Advisory = {
  ...{ ppa: PPA, kind: 'security', severity: 'Important', title: 'grid', issued: '2026-02-20' },
  ...{ description: 'Mended.', from: 'infn@example.org', cves: ['CVE-2026-0001'], links: [] },
};
const LABEL = (stream: string, version: number) => `grid:${stream}:${version}:c0ffee00`;
const modules = (stream: string, version: number, artifact: string) => `---
document: modulemd
version: 2
data:
  name: grid
  stream: "${stream}"
  version: ${version}
  context: c0ffee00
  arch: x86_64
  summary: The grid
  description: >-
    A module.
  license:
    module: [MIT]
  artifacts:
    rpms:
    - ${artifact}
...
`;

/** dnf on a root of its own. */
function dnfOf(name: string, url: string): (...args: string[]) => Promise<string> {
  const root = join(folder, name);
  mkdirSync(join(root, 'repos'), { recursive: true });
  writeFileSync(join(root, 'dnf.conf'), '[main]\nmodule_platform_id=platform:el9\n');
  writeFileSync(join(root, 'repos/try.repo'), `[try]\nname=try\nbaseurl=${url}\nenabled=1\ngpgcheck=0\n`);
  const settings = [`reposdir=${root}/repos`, 'skip_if_unavailable=0', 'metadata_expire=0', `cachedir=${root}/cache`];
  const fixed = ['-q', '-y', `--config=${root}/dnf.conf`, '--disableplugin=local', `--installroot=${root}/root`];
  const options = [...fixed, '--releasever=9', '--forcearch=x86_64', ...settings.map((one) => `--setopt=${one}`)];
  const env = { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' };
  return async (...args) => (await run('dnf', [...options, ...args], { env, timeout: 30_000 })).stdout;
}

/** Two streams of one module, each with a version of its own of one package, and a package of no module. */
async function grid(compression: Compression) {
  const shop = await openShop();
  const built = [
    buildRpm(folder, { name: 'storm', version: '1:1.0-1.el9', module: LABEL('one', 1) }),
    buildRpm(folder, { name: 'storm', version: '1:1.1-1.el9', module: LABEL('one', 2) }),
    buildRpm(folder, { name: 'storm', version: '2:0.5-1.el9', module: LABEL('two', 1) }),
    buildRpm(folder, { name: 'plain', version: '1:3.0-1.el9' }),
  ];
  const pooled = await shop.publishing.pool.addAll(built);
  const texts = [
    modules('one', 1, 'storm-1:1.0-1.el9.noarch'),
    modules('one', 2, 'storm-1:1.1-1.el9.noarch'),
    modules('two', 1, 'storm-2:0.5-1.el9.noarch'),
  ];
  const { sha256 } = await shop.publishing.pool.addText(texts.join(''), 'modules');
  const wanted = {
    ...wanting('production', pooled, 'rpm'),
    metadata: [{ kind: 'modules', sha256, ppa: PPA } as const],
  };
  const distributions = shop.publishing.distributions.map((one) => ({
    ...one,
    platforms: Object.fromEntries(Object.entries(one.platforms).map(([key, of]) => [key, { ...of, compression }])),
  }));
  const publishing = { ...shop.publishing, distributions, advisories: new Map([[PPA, ADVISORY]]) };
  await publish([wanted], publishing);
  expect(await checkPublished([wanted], publishing)).toEqual([]);
  return { url: `${shop.url}/${wanted.path}`, path: join(shop.store, wanted.path) };
}

const listed = async (dnf: (...args: string[]) => Promise<string>) =>
  (await dnf('updateinfo', 'list'))
    .split('\n')
    .flatMap((line) => line.trim().split(/\s+/)[2] ?? [])
    .sort();

test('dnf tells of updates in the stream that a site has enabled, and of no other; as zstd where the platform reads it', async () => {
  const { url, path } = await grid('zst');
  const file = readdirSync(join(path, 'repodata')).find((name) => name.endsWith('-updateinfo.xml.zst')) ?? '';
  const dnf = dnfOf('site', url);
  await dnf('module', 'enable', 'grid:one');
  await dnf('install', 'storm-1:1.0-1.el9', 'plain');
  // Of the other stream it would be told, were there no <module>: 2:0.5 is newer.
  expect(await listed(dnf)).toEqual(['storm-1:1.1-1.el9.noarch']);
  await dnf('module', 'reset', 'grid');
  await dnf('module', 'enable', 'grid:two');
  expect(await listed(dnf)).toEqual(['storm-2:0.5-1.el9.noarch']);

  const text = execFileSync('zstd', ['-dcq', join(path, 'repodata', file)]);
  const solv = execFileSync('sh', ['-c', 'updateinfoxml2solv | dumpsolv'], { input: text, encoding: 'utf8' });
  const streams = [...solv.matchAll(/update:module:stream: (\S+)/g)].map(([, stream]) => stream);
  expect(streams.slice(0, 3).sort()).toEqual(['one', 'one', 'two']);
  expect(solv).toContain('storm << 2:0.5-1.el9');
  expect(solv).toContain('plain << 1:3.0-1.el9');
}, 60_000);

test('without its stream dnf installs no package that was built for one: why the split refuses it', async () => {
  const { publishing, url } = await openShop();
  const wanted = wanting(
    'production',
    await publishing.pool.addAll([buildRpm(folder, { name: 'lonely', version: '1.0-1', module: LABEL('one', 1) })]),
    'rpm',
  );
  await publish([wanted], publishing);
  await expect(dnfOf('lonely', `${url}/${wanted.path}`)('install', 'lonely')).rejects.toThrow(
    /No available modular metadata for modular package/,
  );
}, 60_000);
