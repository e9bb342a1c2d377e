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
  const ours = (kind: string) => {
    const file = readdirSync(repodata).find((name) => name.endsWith(`-${kind}.xml.gz`)) ?? '';
    return gunzipSync(readFileSync(join(repodata, file))).toString();
  };
  for (const kind of ['primary', 'filelists', 'other']) expect(elements(ours(kind))).toEqual(judgeRpm(rpmRoot, kind));
  const merged = mkdtempSync(join(folder, 'merged-'));
  execFileSync('mergerepo_c', ['--no-database', '--repo', rpmRoot, '-o', merged], { stdio: 'pipe' });
  expect(read(merged, 'repodata/repomd.xml')).toContain('type="primary"');
  // createrepo_c takes over what it finds in ours: with --skip-stat it opens no package that is described already.
  const copy = mkdtempSync(join(folder, 'updated-'));
  execFileSync('cp', ['-RL', `${rpmRoot}/pool`, `${rpmRoot}/repodata`, copy]);
  for (const name of ours('primary').matchAll(/<location href="([^"]*)"/g))
    writeFileSync(join(copy, name[1] ?? ''), '');
  execFileSync('createrepo_c', ['-q', '--no-database', '--simple-md-filenames', '--update', '--skip-stat', copy]);
  const updated = gunzipSync(readFileSync(join(copy, 'repodata/primary.xml.gz'))).toString();
  const ids = (xml: string) => [...xml.matchAll(/pkgid="YES">([0-9a-f]{64})</g)].map(([, id]) => id).sort();
  expect(ids(updated)).toEqual(ids(ours('primary')));
  expect(ids(updated)).toHaveLength(3);
  const solv = execFileSync('sh', ['-c', 'zcat "$1"/*-primary.xml.gz | rpmmd2solv | dumpsolv', 'sh', repodata], {
    encoding: 'utf8',
  });
  expect(solv.match(/^solvable:name: says-rpm$/gm)).toHaveLength(2);

  const stanzas = gunzipSync(readFileSync(join(debRoot, 'dists/bookworm/main/binary-amd64/Packages.gz'))).toString();
  const links = execFileSync('find', ['-L', 'pool', '-name', '*.deb'], { cwd: debRoot, encoding: 'utf8' })
    .trim()
    .split('\n');
  const judge = links.map((path) =>
    execFileSync('apt-ftparchive', ['packages', path], { cwd: debRoot, encoding: 'utf8' }).trim(),
  );
  expect(stanzas.trim().split('\n\n').sort()).toEqual(judge.sort());
  expect(judge).toHaveLength(3);
  const asked = `import solv, sys
pool = solv.Pool()
pool.setdisttype(solv.Pool.DISTTYPE_DEB)
repo = pool.add_repo('ours')
repo.add_debpackages(solv.xfopen(sys.argv[1]))
print(' '.join(sorted(one.name + '=' + one.evr for one in repo.solvables)))`;
  const index = join(debRoot, 'dists/bookworm/main/binary-amd64/Packages.gz');
  const libsolv = execFileSync('/usr/bin/python3', ['-I', '-c', asked, index], { encoding: 'utf8' });
  expect(libsolv.trim()).toBe('libsays=1.0-1 says-deb=1.0-1 says-deb=1:1.1-1');
  const described = execFileSync('sh', ['-c', 'deb2solv $(find -L pool -name "*.deb") | dumpsolv'], { cwd: debRoot, encoding: 'utf8' }); // biome-ignore format: one thought
  const fieldsOf = (field: string) =>
    [...described.matchAll(new RegExp(`^solvable:${field}: (.*)$`, 'gm'))].map(([, value]) => value);
  const pairs = fieldsOf('name').map((name, index) => `${name}=${fieldsOf('evr')[index]}`);
  expect(pairs.sort().join(' ')).toBe(libsolv.trim());
});
