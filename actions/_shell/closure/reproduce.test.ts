import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runProcess } from '#shell/process.ts';
import { publish } from '#shell/publish.ts';
import { openStore } from '#shell/store.ts';
import { buildDeb, buildRpm } from '#shell/testing/build-packages.ts';
import { publishingSite, wanting } from '#shell/testing/publishing.ts';
import { buildTiny, signRepository } from '#shell/verification/testing/tiny.ts';
import { checkClosure } from './check.ts';
import { takeIn } from './collect.ts';
import { layInputs } from './hand-on.ts';
import { basePath, closureKey } from './question.ts';
import { reproduceClosure } from './reproduce.ts';

const site = await publishingSite();
const shop = await site.openShop();
afterAll(() => site.shut());
const folderOf = (name: string) => mkdtempSync(join(site.folder, `${name}-`));

/** A signed apt repository that stands for the base; what a test does to it later is its own. */
function debBase() {
  const root = folderOf('base');
  buildTiny(root, { name: 'tiny-base', version: '1.0' });
  const key = signRepository(root);
  const list = `deb [signed-by=/etc/apt/keyrings/base.asc] file:${root} bookworm main\n`;
  return {
    root,
    base: [
      { path: '/etc/apt/sources.list.d/base.list', text: list },
      { path: '/etc/apt/keyrings/base.asc', text: key },
    ],
  };
}

async function published(format: 'deb' | 'rpm', after: Parameters<typeof shop.publishing.pool.addAll>[0]) {
  const pooled = await shop.publishing.pool.addAll(after);
  const wanted = [wanting('production', [], format), wanting('untested', pooled, format)];
  const { state } = await publish(wanted, shop.publishing);
  const repositories = wanted.map((one) => {
    const snapshot = state.shown.find(({ head }) => head.id === one.id)?.head.snapshot ?? '';
    return { ...one, snapshot };
  });
  const platform =
    format === 'deb'
      ? ({ os: 'debian-12', arch: 'amd64', format } as const)
      : ({ os: 'al9', arch: 'x86_64', format } as const);
  return { ...{ platform, publicUrl: shop.url, repositories }, ...{ before: [], after: wanted[1]?.packages ?? [] } };
}

/** As upload-artifact and publish do it: a folder laid by one machine, taken into the store by another. */
async function handOn(inputs: string, keep: string): Promise<readonly string[]> {
  const folder = folderOf('handed');
  const keys = await layInputs([inputs], { keep, publicUrl: shop.url, folder });
  const files = new Map(keys.map((key) => [key, readFileSync(join(folder, key))]));
  return takeIn(files, openStore(shop.store));
}

test('deb: an answer is given again from the pool, when base, snapshots and the machine that gave it are gone', async () => {
  const { root, base } = debBase();
  const whole = buildDeb(site.folder, { name: 'whole', version: '1.0', depends: 'tiny-base' });
  const needy = buildDeb(site.folder, { name: 'needy', version: '1.0', depends: 'tiny-base (>= 2)' });
  const keep = folderOf('keep');
  const input = { ...(await published('deb', [whole, needy])), base, keep, now: new Date() };
  const then = await checkClosure(input);
  expect(then.faults).toEqual([expect.stringMatching(/^needy 1\.0 \(all\) cannot be installed: .*tiny-base/)]);
  await expect(reproduceClosure(then.inputs, { publicUrl: shop.url, keep: folderOf('early') })).rejects.toMatchObject({
    code: 'PUBLISHED_UNREACHABLE',
  });
  const keys = await handOn(then.inputs, keep);
  expect(keys).toHaveLength(3);
  expect(keys).toContain(closureKey(then.inputs));
  expect(await handOn(then.inputs, keep)).toEqual([expect.stringMatching(/^base\//)]);

  // Another machine of the same day finds the base in the pool and fetches nothing.
  rmSync(root, { recursive: true });
  const other = { ...input, keep: folderOf('other') };
  expect(await checkClosure(other)).toEqual(then);
  const tomorrow = new Date(input.now.getTime() + 25 * 3_600_000);
  await expect(checkClosure({ ...other, keep: folderOf('late'), now: tomorrow })).rejects.toMatchObject({
    code: 'ENVIRONMENT_FAULT',
  });

  rmSync(keep, { recursive: true });
  rmSync(join(shop.store, 'sw'), { recursive: true });
  const again = await reproduceClosure(then.inputs, { publicUrl: shop.url, keep: folderOf('again') });
  expect(again.said).toEqual(then);
  expect(again.again).toEqual({ faults: then.faults, notes: then.notes });
  const argv = ['npx', 'tsx', 'scripts/closure.ts', then.inputs, '--url', shop.url];
  const { code, stdout } = await runProcess(argv, { cwd: join(import.meta.dirname, '../../..') });
  expect([code, stdout.trim().split('\n').at(-1)]).toEqual([0, 'The same answer: 1 faults.']);
}, 60_000);

test('rpm: likewise, with files of the base', async () => {
  const [root, keep] = [folderOf('rpms'), folderOf('keep')];
  buildRpm(root, { name: 'os-tool', version: '1.0-1' });
  expect((await runProcess(['createrepo_c', '--quiet', '--no-database', root])).code).toBe(0);
  const text = `[os]\nname=os\nbaseurl=file://${root}\nenabled=1\ngpgcheck=0\nskip_if_unavailable=0\n`;
  const base = [{ path: '/etc/yum.repos.d/os.repo', text }];
  const needs = (name: string, depends: string) => buildRpm(site.folder, { name, version: '1.0-1', depends });
  const packages = [needs('content', '/usr/bin/os-tool'), needs('wanting', '/usr/bin/other')];
  const then = await checkClosure({ ...(await published('rpm', packages)), base, keep, now: new Date() });
  expect(then.faults).toEqual([expect.stringMatching(/^wanting .* needs \/usr\/bin\/other/)]);
  expect(await handOn(then.inputs, keep)).toHaveLength(4);
  rmSync(join(shop.store, 'sw'), { recursive: true });
  const { again } = await reproduceClosure(then.inputs, { publicUrl: shop.url, keep: folderOf('again') });
  expect(again).toEqual({ faults: then.faults, notes: then.notes });
}, 60_000);

test('what untested holds of others is no part of the answer: it is given again without them', async () => {
  const lib = buildDeb(site.folder, { name: 'rare', version: '1.0', depends: 'nowhere' });
  const needy = buildDeb(site.folder, { name: 'fond', version: '1.0', depends: 'rare' });
  const keep = folderOf('keep');
  const all = await published('deb', [lib, needy]);
  const after = all.after.filter(({ name }) => name === 'fond');
  const then = await checkClosure({ ...all, after, base: [], keep, now: new Date() });
  expect(then.faults).toEqual(['fond 1.0 (all) cannot be installed: fond 1.0 (all) needs rare, which nothing has.']);
  await handOn(then.inputs, keep);
  const { again } = await reproduceClosure(then.inputs, { publicUrl: shop.url, keep: folderOf('again') });
  expect(again).toEqual({ faults: then.faults, notes: then.notes });
}, 60_000);

test('what is handed on is taken by its digests alone', async () => {
  const store = openStore(folderOf('store'));
  const sha256 = 'a'.repeat(64);
  const record = (file: string) =>
    JSON.stringify({ fetchedAt: '2026-01-01T00:00:00.000Z', parts: [{ id: 'x', files: { packages: file } }] });
  const lies = {
    [basePath(`${sha256}.gz`)]: 'other bytes',
    [closureKey(sha256)]: '{"question":{},"answer":{}}',
    [`base/${'b'.repeat(32)}.json`]: record(`${sha256}.gz`),
    [`base/${'c'.repeat(32)}.json`]: record('../../state.json'),
    'state.json': '{}',
    'sw/x': 'x',
    '../x': 'x',
    'pool/aa/../../state.json': 'x',
  };
  const files = new Map(Object.entries(lies).map(([key, text]) => [key, Buffer.from(text)]));
  // A question whose base is nowhere could not be answered again.
  const question = { base: [{ id: 'x', files: { packages: `${sha256}.gz` } }] };
  const inputs = execFileSync('sha256sum', { input: JSON.stringify(question), encoding: 'utf8' }).slice(0, 64);
  files.set(closureKey(inputs), Buffer.from(JSON.stringify({ question, answer: {} })));
  expect(await takeIn(files, store)).toEqual([]);
  expect(await store.list('pool')).toEqual([]);
  expect(await store.has('state.json')).toBe(false);
});

test('a base that a stranger put beside its digest is not believed', async () => {
  const { base } = debBase();
  const keep = folderOf('keep');
  const plain = buildDeb(site.folder, { name: 'plain', version: '1.0', depends: 'tiny-base' });
  const input = { ...(await published('deb', [plain])), base, keep, now: new Date() };
  const then = await checkClosure(input);
  await handOn(then.inputs, keep);
  const file = readFileSync(join(shop.store, closureKey(then.inputs)), 'utf8').match(/[0-9a-f]{64}\.gz/)?.[0] ?? '';
  writeFileSync(join(shop.store, basePath(file)), 'changed');
  await expect(reproduceClosure(then.inputs, { publicUrl: shop.url, keep: folderOf('again') })).rejects.toMatchObject({
    code: 'POOL_DIGEST',
  });
  mkdirSync(join(site.folder, 'fresh'));
  expect(await checkClosure({ ...input, keep: join(site.folder, 'fresh') })).toEqual(then); // it looks for itself
}, 60_000);
