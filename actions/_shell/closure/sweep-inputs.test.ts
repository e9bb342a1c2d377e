import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { REPORTS_INDEX } from '#core/verification/report-place.ts';
import { verifyPool } from '#shell/pool-care.ts';
import { runProcess } from '#shell/process.ts';
import { publish } from '#shell/publish.ts';
import { openStore } from '#shell/store.ts';
import { buildDeb } from '#shell/testing/build-packages.ts';
import { publishingSite, wanting } from '#shell/testing/publishing.ts';
import { buildTiny, signRepository } from '#shell/verification/testing/tiny.ts';
import { checkClosure } from './check.ts';
import { takeIn } from './collect.ts';
import { layInputs } from './hand-on.ts';
import { basePath, closureKey } from './question.ts';
import { reproduceClosure } from './reproduce.ts';
import { sweepInputs } from './sweep-inputs.ts';

const site = await publishingSite();
const shop = await site.openShop();
const store = openStore(shop.store);
afterAll(() => site.shut());
const folderOf = (name: string) => mkdtempSync(join(site.folder, `${name}-`));
const later = (days: number) => new Date(Date.now() + days * 86_400_000);

/** An answer about one package against a base of its own, handed on into the store. @returns its name and its base's key */
async function answered(name: string): Promise<{ readonly inputs: string; readonly object: string }> {
  const root = folderOf('base');
  buildTiny(root, { name: `${name}-base`, version: '1.0' });
  const key = signRepository(root);
  const list = `deb [signed-by=/etc/apt/keyrings/base.asc] file:${root} bookworm main\n`;
  const base = [
    { path: '/etc/apt/sources.list.d/base.list', text: list },
    { path: '/etc/apt/keyrings/base.asc', text: key },
  ];
  const pooled = await shop.publishing.pool.addAll([
    buildDeb(site.folder, { name, version: '1.0', depends: `${name}-base` }),
  ]);
  const wanted = wanting('untested', pooled, 'deb');
  const { state } = await publish([wanted], shop.publishing);
  const snapshot = state.shown[0]?.head.snapshot ?? '';
  const [keep, folder] = [folderOf('keep'), folderOf('handed')];
  const platform = { os: 'debian-12', arch: 'amd64', format: 'deb' } as const;
  const about = { platform, publicUrl: shop.url, repositories: [{ ...wanted, snapshot }], base, keep };
  const { inputs, faults } = await checkClosure({ ...about, before: [], after: wanted.packages, now: new Date() });
  expect(faults).toEqual([]);
  const keys = await layInputs([inputs], { keep, publicUrl: shop.url, folder });
  await takeIn(new Map(keys.map((each) => [each, readFileSync(join(folder, each))])), store);
  const file = /[0-9a-f]{64}\.gz/.exec(readFileSync(join(shop.store, closureKey(inputs)), 'utf8'))?.[0] ?? '';
  return { inputs, object: basePath(file) };
}

const pool = (...words: string[]) =>
  runProcess(['npx', 'tsx', 'scripts/pool.ts', ...words, '--store', shop.store], {
    cwd: join(import.meta.dirname, '../../..'),
  });

test('only what no answer, record or day’s word names goes; the one that a record names is given again after years', async () => {
  const [named, other] = [await answered('named'), await answered('other')];
  const stray = `pool/ab/ab${'0'.repeat(62)}/base.xml.gz`;
  await store.put(stray, 'named by nothing', 'content');
  await store.put(REPORTS_INDEX, JSON.stringify({ commit: '', reports: [{ closures: [named.inputs] }] }), 'pointer');
  const packages = (await verifyPool(shop.store)).packages;

  expect(await sweepInputs(store, later(0))).toEqual([]);
  expect(await sweepInputs(store, later(0.1))).toBeUndefined(); // once a day
  const gone: string[] = [];
  for (let day = 1; day <= 29; day += 1) gone.push(...((await sweepInputs(store, later(day))) ?? []));
  expect(gone).toEqual([]);
  const dry = await pool('sweep', '--dry-run');
  expect(dry.stdout).toContain(`unnamed for 29 days: ${stray}\n`);
  expect(dry.stdout).toContain(`${closureKey(other.inputs)}\n`);
  expect(dry.stdout).not.toContain(named.inputs);
  expect(dry.stdout.trim().split('\n').at(-1)).toBe('0 would be removed');
  expect(await sweepInputs(store, later(30))).toEqual([stray]);
  for (let day = 31; day <= 440; day += 1) gone.push(...((await sweepInputs(store, later(day))) ?? []));
  const records = [expect.stringMatching(/^base\/[0-9a-f]{32}\.json$/), expect.stringMatching(/^base\//)];
  expect(gone).toEqual([...records, closureKey(other.inputs), other.object]);

  // No folder is left that would hold no package, and none went with it.
  const { packages: left, faults } = await verifyPool(shop.store);
  expect([left, faults]).toEqual([packages, []]);
  rmSync(join(shop.store, 'sw'), { recursive: true });
  const { said, again } = await reproduceClosure(named.inputs, { publicUrl: shop.url, keep: folderOf('again') });
  expect(again).toEqual({ faults: said.faults, notes: said.notes });
  expect(said.inputs).toBe(named.inputs);
}, 60_000);

test('base metadata beside a package or other base metadata of the same bytes goes alone; by hand a sweep is the same', async () => {
  const starts = (await store.list('pool')).filter((name) => /^[0-9a-f]{2}$/.test(name)).sort();
  const below = await Promise.all(
    starts.map(async (start) => (await store.list(`pool/${start}`)).map((digest) => `pool/${start}/${digest}`).sort()),
  );
  const folders = below.flat();
  const kinds = await Promise.all(folders.map(async (folder) => (await store.list(folder)).join(' ')));
  for (const kind of [/\.deb$/m, /^base/]) expect(kinds.some((names) => kind.test(names))).toBe(true);
  for (const folder of folders) writeFileSync(join(shop.store, folder, 'base.rpm'), 'x');
  const lines = (word: string) => folders.map((folder) => `${word}: ${folder}/base.rpm\n`).join('');
  rmSync(join(shop.store, 'closure/sweep.json'));
  for (let day = 0; day < 30; day += 1) await sweepInputs(store, later(day - 31));
  expect((await pool('sweep', '--dry-run')).stdout).toBe(`${lines('goes')}${folders.length} would be removed\n`);
  expect((await pool('sweep')).stdout).toBe(`${lines('removed')}${folders.length} removed\n`);
  expect((await pool('sweep')).stdout).toBe('Swept today already.\n');
  expect(await Promise.all(folders.map(async (folder) => (await store.list(folder)).join(' ')))).toEqual(kinds);
  expect((await pool('sweep', '--dry')).code).not.toBe(0);
}, 60_000);
