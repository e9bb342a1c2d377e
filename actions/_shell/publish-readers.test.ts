import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { publish } from './publish.ts';
import { publishingSite, wanting } from './testing/publishing.ts';

const { folder, openShop, shut } = await publishingSite();
afterAll(shut);

const shop = await openShop();
const all = (['deb', 'rpm'] as const).map((format) => wanting('untested', shop.pooled, format));
await publish(all, shop.publishing);
const [DEBS, RPMS] = all.map(({ path }) => join(shop.store, path)) as [string, string];
const INDEX = 'dists/bookworm/main/binary-amd64/Packages.gz';
const RPM_NAMES = ['libsays 1.0-1.el9', 'says-rpm 1.0-1.el9', 'says-rpm 1.1-1.el9'];
const DEB_NAMES = ['libsays 1.0-1', 'says-deb 1.0-1', 'says-deb 1:1.1-1'];

/** A repository of ours as plain files that a test may break. */
function copyOf(root: string): string {
  const copy = mkdtempSync(join(folder, 'copy-'));
  cpSync(root, copy, { recursive: true, dereference: true, filter: (path) => !path.includes('/snapshots') });
  return copy;
}

const run = (file: string, args: readonly string[], input?: Buffer) =>
  execFileSync(file, args, { input, encoding: 'utf8', stdio: 'pipe', timeout: 60_000 });
const indexIn = (repodata: string, kind: string) =>
  join(repodata, readdirSync(repodata).find((name) => name.endsWith(`${kind}.xml.gz`)) ?? 'none');
/** `name version-release` of an rpm-md primary index, by the elements that createrepo_c itself writes. */
const namesIn = (primary: string) =>
  [...primary.matchAll(/<name>([^<]+)<[\s\S]*?ver="([^"]+)" rel="([^"]+)"/g)].map(([, ...parts]) => `${parts[0]} ${parts[1]}-${parts[2]}`).sort(); // biome-ignore format: one thought
const solvables = (dump: string) => {
  const field = (name: string) =>
    [...dump.matchAll(new RegExp(`^solvable:${name}: (.*)$`, 'gm'))].map(([, one]) => one);
  return field('name')
    .map((name, at) => `${name} ${field('evr')[at]}`)
    .sort();
};

/** Reader → what it finds in a repository of ours; throws when it is not content. */
const READERS = {
  mergerepo_c: (root: string) => {
    const out = mkdtempSync(join(folder, 'merged-'));
    run('mergerepo_c', ['--no-database', '--all', '--repo', root, '-o', out]);
    return namesIn(gunzipSync(readFileSync(indexIn(join(out, 'repodata'), 'primary'))).toString());
  },
  'createrepo_c --update': (root: string) => {
    // Packages that cannot be opened: what it says of them it can only have from our metadata.
    for (const [, href = ''] of gunzipSync(
      readFileSync(indexIn(join(shop.store, all[1]?.path ?? '', 'repodata'), 'primary')),
    )
      .toString()
      .matchAll(/<location href="([^"]*)"/g))
      writeFileSync(join(root, href), '');
    run('createrepo_c', ['-q', '--no-database', '--simple-md-filenames', '--update', '--skip-stat', root]);
    return namesIn(gunzipSync(readFileSync(join(root, 'repodata/primary.xml.gz'))).toString());
  },
  rpmmd2solv: (root: string) => {
    const primary = gunzipSync(readFileSync(indexIn(join(root, 'repodata'), 'primary')));
    return solvables(run('sh', ['-c', 'set -e; f=$(mktemp); rpmmd2solv > "$f"; dumpsolv "$f"; rm "$f"'], primary));
  },
  deb2solv: (root: string) =>
    solvables(run('sh', ['-c', 'set -e; f=$(mktemp); deb2solv $(find -L "$0"/pool -name "*.deb" | sort) > "$f"; dumpsolv "$f"; rm "$f"', root])), // biome-ignore format: one thought
  "libsolv's Packages": (root: string) => {
    const script = `import solv, sys
pool = solv.Pool()
pool.setdisttype(solv.Pool.DISTTYPE_DEB)
repo = pool.add_repo('ours')
assert repo.add_debpackages(solv.xfopen(sys.argv[1]))
print('\\n'.join(sorted(one.name + ' ' + one.evr for one in repo.solvables)))`;
    return run('/usr/bin/python3', ['-I', '-c', script, join(root, INDEX)])
      .trim()
      .split('\n');
  },
  'apt-ftparchive': (root: string) => {
    const ours = gunzipSync(readFileSync(join(root, INDEX))).toString().trim().split('\n\n').sort(); // biome-ignore format: one thought
    const files = run('find', ['-L', join(root, 'pool'), '-name', '*.deb', '-printf', 'pool/%P\n'])
      .trim()
      .split('\n');
    const judge = files.map((file) =>
      execFileSync('apt-ftparchive', ['packages', file], { cwd: root, encoding: 'utf8', stdio: 'pipe' }).trim(),
    );
    expect(ours).toEqual(judge.sort());
    return ours.map((one) => `${/^Package: (.*)$/m.exec(one)?.[1]} ${/^Version: (.*)$/m.exec(one)?.[1]}`).sort();
  },
} as const;

/** One byte of what is packed, for readers that check it, or of what is in it. */
function breakByte(path: string, at: (open: Buffer) => number): void {
  const open = gunzipSync(readFileSync(path));
  const place = at(open);
  expect(place).toBeGreaterThan(0);
  open[place] = (open[place] ?? 0) ^ 1;
  rmSync(path);
  writeFileSync(path, gzipSync(open));
}
const version = (open: Buffer, text: string) => open.indexOf(text) + text.length - 1;

test.each([
  ['mergerepo_c', 'rpm'],
  ['createrepo_c --update', 'rpm'],
  ['rpmmd2solv', 'rpm'],
  ['deb2solv', 'deb'],
  ["libsolv's Packages", 'deb'],
  ['apt-ftparchive', 'deb'],
] as const)('%s reads ours; one byte changed, and it does not say the same', (name, format) => {
  const [root, wanted] = format === 'rpm' ? [RPMS, RPM_NAMES] : [DEBS, DEB_NAMES];
  const said = (path: string) => {
    try {
      return READERS[name](path).join('\n');
    } catch (error) {
      return `not content: ${(error as Error).message}`;
    }
  };
  expect(said(copyOf(root))).toBe(wanted.join('\n'));
  const broken = copyOf(root);
  if (name === 'deb2solv') {
    const file = run('find', ['-L', join(broken, 'pool'), '-name', 'libsays*.deb']).trim();
    const bytes = readFileSync(file);
    const at = bytes.indexOf('control.tar');
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(file, bytes);
  } else if (format === 'deb') breakByte(join(broken, INDEX), (open) => version(open, 'Version: 1.0'));
  else breakByte(indexIn(join(broken, 'repodata'), 'primary'), (open) => version(open, 'ver="1.0'));
  expect(said(broken)).not.toBe(wanted.join('\n'));
  if (format === 'rpm' && name !== 'rpmmd2solv') {
    // Bytes of the packed file itself: they look at its checksum or its end.
    const torn = copyOf(root);
    const file = indexIn(join(torn, 'repodata'), 'primary');
    const bytes = readFileSync(file);
    bytes[bytes.length - 6] = (bytes[bytes.length - 6] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    expect(said(torn)).not.toBe(wanted.join('\n'));
  }
});
