import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import type { Lock, MetadataKind } from '#core/ppa/lock.ts';
import { differing, parsePublishedState } from '#core/repository/published.ts';
import { type WantedRepository, wantedRepositories } from '#core/repository/wanted.ts';
import { publish } from './publish.ts';
import { checkPublished } from './publish-check.ts';
import { pointTo } from './publish-kept.ts';
import { picture, publishingSite } from './testing/publishing.ts';

const run = promisify(execFile); // the server of the test must answer meanwhile
const { folder, openShop, shut } = await publishingSite();
afterAll(shut);

type Shop = Awaited<ReturnType<typeof openShop>>;

const comps = (id: string, name: string, ...packages: string[]) => `<?xml version="1.0" encoding="UTF-8"?>
<comps>
  <group>
    <id>${id}</id>
    <name>${name}</name>
    <description>${name} &amp; more</description>
    <default>true</default>
    <uservisible>true</uservisible>
    <packagelist>
${packages.map((one) => `      <packagereq type="mandatory">${one}</packagereq>\n`).join('')}    </packagelist>
  </group>
</comps>
`;
const modules = (stream: string, artifact: string) => `---
document: modulemd
version: 2
data:
  name: says
  stream: "${stream}"
  version: 8090020231201152514
  context: 00000000
  arch: x86_64
  summary: It says its version
  description: >-
    A module.
  license:
    module: [Apache-2.0]
  profiles:
    default:
      rpms: [says-rpm]
  artifacts:
    rpms:
    - ${artifact}
...
`;

/** Locks of two PPAs of one platform: the version of says, and libsays with a group of the same name. */
async function locksOf({ pooled, publishing }: Shop): Promise<Record<'old' | 'new' | 'lib', Lock>> {
  const lock = async (product: string, version: string, file: RegExp, texts: readonly [MetadataKind, string][]) => {
    const packages = pooled.flatMap(({ sha256, fragment: { name, version: of, arch, size }, file: found }) =>
      file.test(found)
        ? [{ name, version: of, arch, sha256, size, file: found, signer: 'A'.repeat(40), url: 'https://x.example/x' }]
        : [],
    );
    const metadata = [];
    for (const [kind, text] of texts)
      metadata.push({ kind, url: 'https://x.example/m', ...(await publishing.pool.addText(text, kind)) });
    const head = {
      product,
      provider: 'INFN',
      version,
      ppa: `INFN.${product}.al9.x86_64-${version}`,
      type: 'minor' as const,
    };
    return { ...head, release: `releases/umd/5/INFN/${product}-${version}`, packages, metadata };
  };
  const of = (version: string, name: string) =>
    lock('says', `${version}.0`, new RegExp(`^says-rpm-${version}`), [
      ['group', comps('says', name, 'says-rpm')],
      ['modules', modules(version, `says-rpm-0:${version}-1.el9.noarch`)],
    ]);
  return {
    old: await of('1.0', 'Says'),
    new: await of('1.1', 'Says it'),
    lib: await lock('libsays', '1.0.0', /^libsays.*rpm$/, [['group', comps('says', 'Libraries', 'libsays')]]),
  };
}

const wantedBy = (
  { publishing: { distributions } }: Shop,
  tags: readonly (readonly Lock[])[],
  withdrawn: string[] = [],
) =>
  wantedRepositories({
    distributions: distributions.map((one) => ({ ...one, withdrawn })),
    candidate: tags.at(-1) ?? [],
    production: tags.map((locks, at) => ({ tag: `umd-5.${at}.0`, locks })),
    pulls: [],
  }).filter(({ format, area }) => format === 'rpm' && area === 'production');

function dnfOf(name: string, path: string, { store, url }: Shop): (...args: string[]) => Promise<string> {
  const root = join(folder, name);
  mkdirSync(join(root, 'repos'), { recursive: true });
  writeFileSync(join(root, 'dnf.conf'), '[main]\nmodule_platform_id=platform:el9\n');
  const key = `file://${store}/keys/umd.asc`;
  const repo = `[try]\nname=try\nbaseurl=${url}/${path}\nenabled=1\ngpgcheck=0\nrepo_gpgcheck=1\ngpgkey=${key}\n`;
  writeFileSync(join(root, 'repos/try.repo'), repo);
  const settings = [`reposdir=${root}/repos`, 'skip_if_unavailable=0', 'metadata_expire=0', `cachedir=${root}/cache`];
  const fixed = ['-q', '-y', `--config=${root}/dnf.conf`, '--disableplugin=local', `--installroot=${root}/root`];
  const options = [...fixed, '--releasever=9', '--forcearch=x86_64', ...settings.map((one) => `--setopt=${one}`)];
  const env = { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' };
  return async (...args) => (await run('dnf', [...options, ...args], { env, timeout: 60_000 })).stdout;
}

/** Without what is not of the repository: its name, and what the client enabled. */
const neutral = (said: string) =>
  said
    .replace(/^Repo +: .*$/gm, '')
    .replace(/ \[\w+\]/g, '')
    .replace(/ +/g, ' ');

const record = (store: string, path: string, type: string) => {
  const repomd = readFileSync(join(store, path, 'repodata/repomd.xml'), 'utf8');
  const href = new RegExp(`<data type="${type}">[\\s\\S]*?href="([^"]+)"`).exec(repomd)?.[1] ?? '';
  return readFileSync(join(store, path, href));
};

test('dnf lists the groups and modules of every PPA that a repository holds, and only those; the reference reads the same', async () => {
  const shop = await openShop();
  const { store, publishing } = shop;
  const { old, new: next, lib } = await locksOf(shop);
  const wanted = wantedBy(shop, [
    [old, lib],
    [next, lib],
  ]);
  const [base, updates] = wanted as [WantedRepository, WantedRepository];
  expect([base.part, base.metadata?.length, updates.metadata?.map(({ ppa }) => ppa)]).toEqual([
    'base',
    3,
    [next.ppa, next.ppa],
  ]);
  await publish(wanted, publishing);
  expect(await checkPublished(wanted, publishing)).toEqual([]);

  const dnf = dnfOf('dnf', base.path, shop);
  expect(await dnf('module', 'list')).toMatch(/says\s+1\.0\s+default\s+It says its version/);
  expect(await dnf('group', 'list', '--available')).toContain('Libraries');
  expect(await dnf('group', 'info', 'says')).toMatch(/Mandatory Packages:\s+libsays\s+says-rpm/);
  await dnf('module', 'enable', 'says:1.0');
  expect((await dnf('repoquery', 'says-rpm')).trim()).toBe('says-rpm-0:1.0-1.el9.noarch');
  const later = dnfOf('later', updates.path, shop);
  expect(await later('group', 'info', 'says')).toMatch(/Group: Says it[\s\S]*Mandatory Packages:\s+says-rpm\s*$/);
  expect(await later('module', 'list')).toMatch(/says\s+1\.1\s/);

  // The reference: the same texts put in by createrepo_c and modifyrepo_c are read to the same by dnf.
  const made = join(store, 'made');
  cpSync(join(store, base.path, 'pool'), join(made, 'pool'), {
    recursive: true,
    dereference: true,
    filter: (path) => !path.endsWith('.deb'),
  });
  for (const [kind, name] of [
    ['group', 'comps.xml'],
    ['modules', 'modules.yaml'],
  ] as const)
    writeFileSync(join(store, name), gunzipSync(record(store, base.path, kind)));
  execFileSync('createrepo_c', ['-q', '-g', join(store, 'comps.xml'), made]);
  execFileSync('modifyrepo_c', ['--mdtype=modules', join(store, 'modules.yaml'), join(made, 'repodata')], {
    stdio: 'pipe',
  });
  writeFileSync(
    join(made, 'repodata/repomd.xml.asc'),
    await publishing.signer.detach(readFileSync(join(made, 'repodata/repomd.xml'), 'utf8')),
  );
  const judge = dnfOf('judge', 'made', shop);
  for (const question of [
    ['module', 'info', 'says'],
    ['group', 'info', 'says'],
    ['group', 'list'],
  ])
    expect(neutral(await dnf(...question))).toBe(neutral(await judge(...question)));
  // createrepo_c takes both over from ours.
  const taken = mkdtempSync(join(folder, 'taken-'));
  cpSync(join(store, base.path), taken, { recursive: true, dereference: true });
  execFileSync('createrepo_c', [
    '-q',
    '--no-database',
    '--simple-md-filenames',
    '--update',
    '--keep-all-metadata',
    taken,
  ]);
  expect(
    readFileSync(join(taken, 'repodata/repomd.xml'), 'utf8')
      .match(/type="(group|modules)"/g)
      ?.sort(),
  ).toEqual(['type="group"', 'type="modules"']);

  // One byte of it changed is seen by the client and by the check.
  const file = readdirSync(join(store, base.path, 'repodata')).find((name) => name.endsWith('group.xml.gz')) ?? '';
  const path = join(store, base.path, 'repodata', file);
  const bytes = readFileSync(path);
  bytes[40] = (bytes[40] ?? 0) ^ 1;
  writeFileSync(path, bytes);
  await expect(dnfOf('fresh', base.path, shop)('group', 'list')).rejects.toThrow(/group\.xml\.gz - Cannot download/);
  expect(await checkPublished(wanted, publishing)).toEqual([
    `${base.id}: group is missing or not what the locks name.`,
  ]);
}, 60_000);

test('they are part of what a snapshot is: another word gives another one, none leaves everything as it was', async () => {
  const shop = await openShop();
  const { store, publishing } = shop;
  const { old, new: next, lib } = await locksOf(shop);
  const { metadata: _, ...bare } = old;
  const silent = wantedBy(shop, [[bare]]);
  expect(silent[0]).not.toHaveProperty('metadata');
  const without = await publish(silent, publishing);
  const repomd = readFileSync(join(store, silent[0]?.path ?? '', 'repodata/repomd.xml'), 'utf8');
  expect(repomd).not.toMatch(/group|modules/);

  const first = await publish(wantedBy(shop, [[old]]), publishing);
  expect(first.changed).toEqual([silent[0]?.id]);
  const snapshotOf = ({ state }: typeof first) => state.shown[0]?.head.snapshot ?? '';
  expect(snapshotOf(first)).not.toBe(snapshotOf(without));
  const before = picture(store);
  expect((await publish(wantedBy(shop, [[old]]), publishing)).changed).toEqual([]);
  expect(picture(store)).toEqual(before);
  const said = parsePublishedState(readFileSync(join(store, 'state.json'), 'utf8'));
  expect(differing(wantedBy(shop, [[old]]), said)).toEqual([]);
  expect(differing(silent, said)).toEqual([silent[0]?.id]);

  // The same on another machine.
  const other = await openShop();
  await locksOf(other);
  expect(snapshotOf(await publish(wantedBy(other, [[old]]), other.publishing))).toBe(snapshotOf(first));

  // Time travel: the kept snapshot is shown again as it was, with its groups, and stays so whatever Git wants.
  const wanted = wantedBy(shop, [[old, lib]]);
  const id = wanted[0]?.id ?? '';
  await publish(wanted, publishing);
  const shown = await pointTo(id, snapshotOf(first), publishing);
  expect(shown?.state.shown[0]?.head.snapshot).toBe(snapshotOf(first));
  expect(shown?.state.shown[0]?.head.metadata).toHaveLength(2);
  expect((await publish(wanted, publishing)).changed).toEqual([]);
  const bareAgain = await pointTo(id, snapshotOf(without), publishing);
  expect(bareAgain?.state.shown[0]?.head).not.toHaveProperty('metadata');
  expect(bareAgain?.state.shown[0]?.head.snapshot).toBe(snapshotOf(without));
  await pointTo(id, undefined, publishing);
  expect((await publish(wanted, publishing)).changed).toEqual([id]);
  expect(await checkPublished(wanted, publishing)).toEqual([]);

  // Withdrawn: the packages go, and what was said about them.
  const left = wantedBy(
    shop,
    [
      [old, lib],
      [next, lib],
    ],
    [next.ppa],
  );
  expect(left.find(({ part }) => part === 'updates')).toMatchObject({ packages: [] });
  expect(left.find(({ part }) => part === 'updates')).not.toHaveProperty('metadata');
}, 60_000);

test('what the pool cannot give as the lock names it is not published; the others are', async () => {
  const shop = await openShop();
  const { store, publishing } = shop;
  const { old, lib } = await locksOf(shop);
  const lost = { ...old, metadata: old.metadata?.map((one) => ({ ...one, sha256: 'f'.repeat(64) })) ?? [] };
  const { faults, state } = await publish(wantedBy(shop, [[lost]]), publishing);
  expect(faults.map(({ code }) => code)).toEqual(['POOL_MISSING', 'POOL_MISSING']);
  expect(state.shown.map(({ head }) => head.part)).toEqual(['updates']);
  const digest = lib.metadata?.[0]?.sha256 ?? '';
  writeFileSync(join(store, 'pool', digest.slice(0, 2), digest, 'comps.xml'), '<comps/>');
  expect((await publish(wantedBy(shop, [[lib]]), publishing)).faults.map(({ code }) => code)).toEqual(['POOL_DIGEST']);
});

test('a platform that reads zstd gets them so, and dnf reads them', async () => {
  const shop = await openShop();
  const { store, publishing } = shop;
  const { old } = await locksOf(shop);
  const wanted = wantedBy(shop, [[old]]);
  const distributions = publishing.distributions.map((one) => ({
    ...one,
    platforms: Object.fromEntries(
      Object.entries(one.platforms).map(([key, platform]) => [key, { ...platform, compression: 'zst' as const }]),
    ),
  }));
  await publish(wanted, { ...publishing, distributions });
  const path = wanted[0]?.path ?? '';
  expect(record(store, path, 'modules').subarray(0, 4)).toEqual(Buffer.from('28b52ffd', 'hex'));
  const dnf = dnfOf('zstd', path, shop);
  expect(await dnf('module', 'list')).toMatch(/says\s+1\.0\s/);
  expect(await dnf('group', 'info', 'says')).toMatch(/Mandatory Packages:\s+says-rpm/);
  expect(await checkPublished(wanted, publishing)).toEqual([]);
}, 60_000);
