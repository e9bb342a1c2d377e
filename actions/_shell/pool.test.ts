import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { poolPath } from '#core/repository/fragment.ts';
import { type Incoming, openPool } from './pool.ts';
import { buildDeb, buildRpm } from './testing/build-packages.ts';

let folder: string;
let deb: Incoming;
let rpm: Incoming;
const store = () => mkdtempSync(join(folder, 'store-'));
const pooled = (root: string) => readdirSync(join(root, 'pool'), { recursive: true }).sort();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pool-'));
  deb = buildDeb(folder, { name: 'says-deb', version: '2:1.0~rc1-1' });
  rpm = buildRpm(folder, { name: 'says-rpm', version: '1.0~rc1-1.el9' });
});
afterAll(() => rmSync(folder, { recursive: true }));

test('describes a deb as apt-ftparchive does, but for the path', async () => {
  const { fragment } = await openPool(store()).add(deb.path, deb);
  const judge = execFileSync('apt-ftparchive', ['packages', deb.file], { cwd: folder, encoding: 'utf8' });
  expect(fragment).toMatchObject({ name: 'says-deb', version: '2:1.0~rc1-1', arch: 'all', file: deb.file });
  if (fragment.format === 'deb') expect(fragment.stanza.replace('@PATH@', deb.file)).toBe(judge.replace(/\n\n$/, '\n'));
});

test('describes an rpm as createrepo_c does, but for path and file time', async () => {
  const { fragment } = await openPool(store()).add(rpm.path, rpm);
  const alone = mkdtempSync(join(folder, 'alone-'));
  cpSync(rpm.path, join(alone, rpm.file));
  execFileSync('createrepo_c', ['--quiet', '--simple-md-filenames', '--no-database', alone]);
  const judge = (kind: string) => gunzipSync(readFileSync(join(alone, 'repodata', `${kind}.xml.gz`))).toString();
  if (fragment.format !== 'rpm') throw new Error('not an rpm');
  expect(fragment).toMatchObject({ name: 'says-rpm', version: '1.0~rc1-1.el9', arch: 'noarch', file: rpm.file });
  const same = (text: string) => text.replace('@PATH@', rpm.file).replace(/time file="\d+"/, '');
  expect(judge('filelists')).toContain(fragment.filelists);
  expect(judge('other')).toContain(fragment.other);
  expect(same(judge('primary'))).toContain(same(fragment.primary));
  expect(fragment.primary).toContain('<time file="1700000000" build="1700000000"/>');
});

test('keeps an object for good: the same bytes again, under another name too, change nothing', async () => {
  const root = store();
  const [first] = await openPool(root).addAll([deb, rpm]);
  const before = statSync(first?.path as string);
  const again = await openPool(root).add(deb.path, { ...deb, file: 'other_1_all.deb' });
  expect(again).toEqual(first);
  expect(statSync(again.path)).toEqual(before);
  expect(pooled(root).filter((name) => /\.(deb|rpm|json)$/.test(String(name)))).toEqual(
    [
      poolPath(deb.sha256, 'fragment.json'),
      poolPath(deb.sha256, deb.file),
      poolPath(rpm.sha256, 'fragment.json'),
      poolPath(rpm.sha256, rpm.file),
    ]
      .map((path) => path.replace('pool/', ''))
      .sort(),
  );
});

test('refuses what is not what was announced, and leaves nothing behind', async () => {
  const root = store();
  const page = join(folder, 'page.deb');
  writeFileSync(page, '<html>404</html>');
  const web = {
    path: page,
    file: 'page.deb',
    sha256: 'b5dc4a3b5be7c8d5f1f6e5ecb8e4fd7ad24b1c5de1ee3ad6e5ee9a1d0d0d0d0d',
  };
  const pool = openPool(root);
  await expect(pool.add(page, { ...web, format: 'deb' })).rejects.toMatchObject({ code: 'POOL_DIGEST' });
  const sha256 = execFileSync('sha256sum', [page], { encoding: 'utf8' }).slice(0, 64);
  await expect(pool.addAll([deb, { ...web, sha256, format: 'deb' }])).rejects.toMatchObject({ code: 'POOL_FORMAT' });
  await expect(pool.addAll([rpm, { ...web, sha256, format: 'rpm', file: 'page.rpm' }])).rejects.toMatchObject({
    code: 'POOL_FORMAT',
  });
  for (const file of ['../x.deb', 'a%b.deb', 'a%2f..%2fb.deb', '.deb', 'x.rpm', 'a b.deb']) {
    await expect(pool.add(deb.path, { ...deb, file })).rejects.toMatchObject({ code: 'POOL_NAME' });
  }
  expect(pooled(root)).toEqual([]);
  await expect(pool.fragment(deb.sha256)).rejects.toMatchObject({ code: 'POOL_MISSING' });
  expect(await pool.has(deb.sha256)).toBe(false);
});

test('names a package without the marks of URLs', async () => {
  const pool = openPool(store());
  const file = 'says-deb_2%3a1.0%7Erc1-1_all.deb';
  const { path } = await pool.add(deb.path, { ...deb, file });
  expect(path).toMatch(/\/says-deb_2:1\.0~rc1-1_all\.deb$/);
  expect(pool.path(deb.sha256, file)).toBe(path);
});

test('two at once: both find the object', async () => {
  const root = store();
  mkdirSync(root, { recursive: true });
  const both = await Promise.all([openPool(root).addAll([deb, rpm]), openPool(root).addAll([rpm, deb])]);
  expect(both[0]).toEqual([...both[1]].reverse());
  expect(pooled(root).filter((name) => String(name).startsWith('.incoming'))).toEqual([]);
});
