import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PublishedRepository } from '#core/repository/published.ts';
import type { WantedRepository } from '#core/repository/wanted.ts';
import type { Incoming, PooledPackage } from '#shell/pool.ts';
import { publish } from '#shell/publish.ts';
import { buildDeb, buildRpm } from '#shell/testing/build-packages.ts';
import { publishingSite, wanting } from '#shell/testing/publishing.ts';
import { buildTiny, signRepository } from '#shell/verification/testing/tiny.ts';
import { checkClosure } from './check.ts';

let site: Awaited<ReturnType<typeof publishingSite>>;
let shop: Awaited<ReturnType<typeof site.openShop>>;
beforeAll(async () => {
  site = await publishingSite();
  shop = await site.openShop();
}, 60_000);
afterAll(() => site.shut());

const PLATFORMS = {
  deb: { os: 'debian-12', arch: 'amd64', format: 'deb' },
  rpm: { os: 'al9', arch: 'x86_64', format: 'rpm' },
} as const;

async function pooled(packages: readonly Incoming[]): Promise<readonly PooledPackage[]> {
  return shop.publishing.pool.addAll(packages);
}

/** Publishes both states as untested and production, and asks whether the second may follow the first. */
async function asked(format: 'deb' | 'rpm', before: readonly PooledPackage[], after: readonly PooledPackage[]) {
  const wanted: WantedRepository[] = [wanting('production', before, format), wanting('untested', after, format)];
  const { state } = await publish(wanted, shop.publishing);
  const repositories = wanted.map((one): PublishedRepository => {
    const snapshot = state.shown.find(({ head }) => head.id === one.id)?.head.snapshot ?? '';
    return { ...one, snapshot };
  });
  const keep = mkdtempSync(join(site.folder, 'keep-'));
  const input = {
    ...{ platform: PLATFORMS[format], publicUrl: shop.url, repositories, base: [], keep, now: new Date() },
    ...{ before: wanted[0]?.packages ?? [], after: wanted[1]?.packages ?? [] },
  };
  return { result: await checkClosure(input), input };
}

test.each([['deb'], ['rpm']] as const)(
  '%s: what is lost, what goes back and who shares a file',
  async (format) => {
    const build = format === 'deb' ? buildDeb : buildRpm;
    const of = (number: string) => (format === 'deb' ? number : `${number}-1`);
    const [needy, needed, old, newer] = await pooled([
      build(site.folder, { name: 'needy', version: of('1.0'), depends: 'needed' }),
      build(site.folder, { name: 'needed', version: of('1.0') }),
      build(site.folder, { name: 'retold', version: of('1.0') }),
      build(site.folder, { name: 'retold', version: of('2.0') }),
    ]);
    const [one, two] = [needy, needed] as [PooledPackage, PooledPackage];
    const arch = format === 'deb' ? 'all' : 'noarch';
    const { result } = await asked(format, [one, two, newer as PooledPackage], [one, old as PooledPackage]);
    expect(result).toEqual({
      faults: [
        `needy ${of('1.0')} (${arch}) cannot be installed: needy ${of('1.0')} (${arch}) needs needed, which nothing has ` +
          `(needed ${of('1.0')} (${arch}) of umd-5/production/${PLATFORMS[format].os}/${PLATFORMS[format].arch}/base had it).`,
        `retold (${arch}) goes back from ${of('2.0')} to ${of('1.0')}: sites that have ${of('2.0')} would never get it.`,
      ],
      notes: [`needed (${arch}) is no longer there.`],
      base: [],
      inputs: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  },
  60_000,
);

test.each([['deb'], ['rpm']] as const)(
  '%s: an update whose reverse dependencies cannot follow breaks them; what was withdrawn and is newer is told',
  async (format) => {
    const build = format === 'deb' ? buildDeb : buildRpm;
    const of = (number: string) => (format === 'deb' ? number : `${number}-1`);
    const bound = format === 'deb' ? 'engine (<< 2)' : 'engine < 2';
    const [old, next, bad, driver] = (await pooled([
      build(site.folder, { name: 'engine', version: of('1.0') }),
      build(site.folder, { name: 'engine', version: of('2.0') }),
      build(site.folder, { name: 'engine', version: of('3.0') }),
      build(site.folder, { name: 'driver', version: of('1.0'), depends: bound }),
    ])) as [PooledPackage, PooledPackage, PooledPackage, PooledPackage];
    // The older one stays installable, and still nobody who upgrades has it.
    const { result, input } = await asked(format, [old, driver], [old, next, driver]);
    const arch = format === 'deb' ? 'all' : 'noarch';
    expect(result.faults).toHaveLength(1);
    expect(result.faults[0]).toMatch(/^driver 1\.0(-1)? \((all|noarch)\) cannot be installed: .*needs engine \(?<<? 2/);
    const withdrawn = wanting('untested', [bad], format).packages;
    const told = await checkClosure({ ...input, withdrawn });
    expect(told.faults).toEqual(result.faults);
    expect(told.notes).toEqual([
      `engine (${arch}): sites that took ${of('3.0')} before it was withdrawn keep it, because ${of('2.0')} is older.`,
    ]);
    expect(told.inputs).not.toBe(result.inputs);
  },
  60_000,
);

const tiny = (name: string, path: string) => {
  const root = mkdtempSync(join(site.folder, 'tiny-'));
  const { file, sha256 } = buildTiny(root, { name, version: '1.0', files: { [path]: name }, depends: 'tiny-base' });
  return { path: join(root, 'pool', file), file, sha256, format: 'deb' as const };
};

test('files of two packages that have not met before; the same question is answered from what is kept', async () => {
  const [left, right] = (await pooled([tiny('left', 'etc/shared.conf'), tiny('right', 'etc/shared.conf')])) as [
    PooledPackage,
    PooledPackage,
  ];
  const { result, input } = await asked('deb', [left], [left, right]);
  expect(result.faults).toEqual([
    expect.stringContaining('right 1.0 (all) needs tiny-base, which nothing has.'),
    'left and right both own /etc/shared.conf.',
  ]);
  expect(readdirSync(join(input.keep, 'closure'))).toHaveLength(1);
  const gone = { ...input, publicUrl: 'http://127.0.0.1:1' };
  expect(await checkClosure(gone)).toEqual(result);
  await expect(checkClosure({ ...gone, after: [] })).rejects.toMatchObject({ code: 'PUBLISHED_UNREACHABLE' });
}, 60_000);

test('rpm: files of two packages that have not met before, though each is whole alone', async () => {
  const [left, right] = (await pooled(
    ['left', 'right'].map((name) => buildRpm(site.folder, { name, version: '1.0-1', file: '/usr/bin/shared' })),
  )) as [PooledPackage, PooledPackage];
  const { result } = await asked('rpm', [left], [left, right]);
  expect(result.faults).toEqual(['left and right both own /usr/bin/shared.']);
  expect((await asked('rpm', [left, right], [left, right])).result.faults).toEqual([]);
}, 60_000);

test('the declared base is fetched by apt, its signature checked, once a day', async () => {
  const root = mkdtempSync(join(site.folder, 'base-'));
  buildTiny(root, { name: 'tiny-base', version: '1.0' });
  const key = signRepository(root);
  const address = `file:${root}`;
  const base = (text: string) => [
    {
      path: '/etc/apt/sources.list.d/base-tiny.list',
      text: `deb [signed-by=/etc/apt/keyrings/base-tiny.asc] ${address} bookworm main\n`,
    },
    { path: '/etc/apt/keyrings/base-tiny.asc', text },
  ];
  const [fine] = (await pooled([tiny('fine', 'etc/fine.conf')])) as [PooledPackage];
  const { input } = await asked('deb', [], [fine]);
  const result = await checkClosure({ ...input, base: base(key) });
  expect(result.faults).toEqual([]);
  expect(result.base).toEqual([{ id: 'bookworm main', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
  buildTiny(root, { name: 'tiny-more', version: '1.0' });
  rmSync(join(root, 'dists'), { recursive: true });
  const resigned = signRepository(root);
  const later = (hours: number) => ({
    ...input,
    base: base(key),
    now: new Date(input.now.getTime() + hours * 3_600_000),
  });
  expect(await checkClosure(later(23))).toEqual(result);
  await expect(checkClosure(later(25))).rejects.toMatchObject({ code: 'ENVIRONMENT_FAULT' });
  const renewed = await checkClosure({ ...later(25), base: base(resigned) });
  expect(renewed.base).not.toEqual(result.base);
}, 60_000);

test('the declared base of an rpm platform is fetched by dnf, and files in it are found', async () => {
  const root = mkdtempSync(join(site.folder, 'rpms-'));
  buildRpm(root, { name: 'os-tool', version: '1.0-1' });
  execFileSync('createrepo_c', ['--quiet', '--no-database', root]);
  const text = `[base-os]\nname=os\nbaseurl=file://${root}\nenabled=1\ngpgcheck=0\nskip_if_unavailable=0\n`;
  const base = [{ path: '/etc/yum.repos.d/base-os.repo', text }];
  const needs = (name: string, depends: string) => buildRpm(site.folder, { name, version: '1.0-1', depends });
  const after = await pooled([needs('content', '/usr/bin/os-tool'), needs('wanting', '/usr/bin/other')]);
  const { input } = await asked('rpm', [], after);
  const result = await checkClosure({ ...input, base });
  expect(result.faults).toEqual([expect.stringMatching(/^wanting .* needs \/usr\/bin\/other, which nothing has\.$/)]);
  expect(result.base.map(({ id }) => id)).toEqual(['base-os']);
  const lost = [{ path: '/etc/yum.repos.d/base-os.repo', text: text.replace(root, `${root}-gone`) }];
  await expect(checkClosure({ ...input, base: lost })).rejects.toMatchObject({ code: 'ENVIRONMENT_FAULT' });
}, 60_000);
