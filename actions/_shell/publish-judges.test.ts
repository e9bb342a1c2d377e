import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { publish } from './publish.ts';
import { publishingSite, wanting } from './testing/publishing.ts';

const { folder, openShop, shut } = await publishingSite();
afterAll(shut);

const read = (...path: string[]) => readFileSync(join(...path), 'utf8');

/** createrepo_c over the same packages under the same paths: the elements it writes, without the file's time. */
function judgeRpm(root: string, kind: string): string[] {
  const out = mkdtempSync(join(folder, 'judge-'));
  const list = execFileSync('find', ['-L', 'pool', '-name', '*.rpm'], { cwd: root, encoding: 'utf8' });
  writeFileSync(join(out, 'list'), list);
  execFileSync('createrepo_c', [
    '-q',
    '--no-database',
    '--simple-md-filenames',
    '--pkglist',
    join(out, 'list'),
    '-o',
    out,
    root,
  ]);
  return elements(gunzipSync(readFileSync(join(out, 'repodata', `${kind}.xml.gz`))).toString());
}
const elements = (xml: string) =>
  xml
    .split(/(?=<package )/)
    .map((one) => one.replace(/time file="\d+"/, '').replace(/<\/\w+>$/, ''))
    .sort();

test('holds what createrepo_c and apt-ftparchive would write, entry for entry', async () => {
  const { store, publishing, pooled } = await openShop();
  const all = (['deb', 'rpm'] as const).map((format) => wanting('untested', pooled, format));
  await publish(all, publishing);
  const [debRoot, rpmRoot] = all.map(({ path }) => join(store, path)) as [string, string];
  const repodata = join(rpmRoot, 'repodata');
  for (const kind of ['primary', 'filelists', 'other']) {
    const file = readdirSync(repodata).find((name) => name.endsWith(`-${kind}.xml.gz`)) ?? '';
    expect(elements(gunzipSync(readFileSync(join(repodata, file))).toString())).toEqual(judgeRpm(rpmRoot, kind));
  }
  const merged = mkdtempSync(join(folder, 'merged-'));
  execFileSync('mergerepo_c', ['--no-database', '--repo', rpmRoot, '-o', merged], { stdio: 'pipe' });
  expect(read(merged, 'repodata/repomd.xml')).toContain('type="primary"');
  const solv = execFileSync('sh', ['-c', 'zcat "$1"/*-primary.xml.gz | rpmmd2solv | dumpsolv', 'sh', repodata], {
    encoding: 'utf8',
  });
  expect(solv.match(/^solvable:name: says-rpm$/gm)).toHaveLength(2);

  const ours = gunzipSync(readFileSync(join(debRoot, 'dists/bookworm/main/binary-amd64/Packages.gz'))).toString();
  const links = execFileSync('find', ['-L', 'pool', '-name', '*.deb'], { cwd: debRoot, encoding: 'utf8' })
    .trim()
    .split('\n');
  const judge = links.map((path) =>
    execFileSync('apt-ftparchive', ['packages', path], { cwd: debRoot, encoding: 'utf8' }).trim(),
  );
  expect(ours.trim().split('\n\n').sort()).toEqual(judge.sort());
  expect(judge).toHaveLength(3);
});
