import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { run } from '../run.ts';

const MACROS = {
  _buildhost: 'build.example',
  use_source_date_epoch_as_buildtime: '1',
  clamp_mtime_to_source_date_epoch: '1',
  _binary_payload: 'w1.gzdio',
  _build_id_links: 'none',
  __os_install_post: '%{nil}',
  debug_package: '%{nil}',
  _buildshell: '/bin/bash',
  _rpmfilename: '%%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm',
  _binaries_in_noarch_packages_terminate_build: '0',
};
/** Two at a time: as many cores as the machine surely has. */
const AT_ONCE = 2;

/**
 * The same packages as rpms: their files, descriptions, dependencies and the last ten entries of their changelogs, and what
 * rpmbuild finds in the files besides (sonames, interpreters, modules), as in any rpm distribution.
 */
export async function realRpms(folder: string, debs: readonly string[], say: (line: string) => void): Promise<void> {
  const left = [...debs];
  const work = async () => {
    for (let deb = left.shift(); deb !== undefined; deb = left.shift()) {
      if (left.length % 100 === 0) say(`building rpms of real packages: ${left.length} left`);
      await rebuild(folder, deb, ['1']);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

/** Later releases of one of them. */
export async function realRpmChanges(folder: string, deb: string, count: number): Promise<void> {
  await rebuild(
    folder,
    deb,
    Array.from({ length: count }, (_, index) => `1.${index + 1}`),
  );
}

async function rebuild(folder: string, deb: string, releases: readonly string[]): Promise<void> {
  const top = join(folder, '..', `build-${basename(deb, '.deb')}`);
  const tree = join(top, 'tree');
  await mkdir(tree, { recursive: true });
  await run('dpkg-deb', ['-x', deb, tree]);
  const control = await run('dpkg-deb', ['-f', deb]);
  const facts = { control, tree, files: await filesOf(tree), changelog: await changelogOf(tree) };
  for (const release of releases) {
    await writeFile(join(top, 'one.spec'), renderSpec(facts, release));
    const macros = Object.entries({ ...MACROS, _topdir: top, _dbpath: join(top, 'db'), _rpmdir: folder });
    const args = macros.flatMap(([key, value]) => ['--define', `${key} ${value}`]);
    await run('rpmbuild', ['-bb', '--nodeps', '--quiet', ...args, join(top, 'one.spec')], {
      env: { SOURCE_DATE_EPOCH: '1700000000' },
    });
  }
  await rm(top, { recursive: true });
}

/** Files and links with names that a spec can say. */
async function filesOf(tree: string): Promise<readonly string[]> {
  const entries = await readdir(tree, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
  return paths.map((path) => path.slice(tree.length)).filter((path) => /^[\w./+~@:=,-]+$/.test(path)).sort(); // biome-ignore format: one thought
}

interface Facts {
  readonly control: string;
  readonly tree: string;
  readonly files: readonly string[];
  readonly changelog: readonly Entry[];
}

function renderSpec({ control, tree, files, changelog }: Facts, release: string): string {
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(control)?.[1] ?? '';
  const [, epoch = '0', upstream = '1'] = /^(?:(\d+):)?(.*?)(?:-[^-]*)?$/.exec(field('Version')) ?? [];
  const [summary = '', ...description] = (/^Description: ([\s\S]*?)(?=\n\S|$(?![\s\S]))/m.exec(control)?.[1] ?? '').split('\n'); // biome-ignore format: one call
  const entries = (from: readonly string[], to: string) =>
    from.flatMap((name) => dependenciesOf(field(name)).map((one) => `${to}: ${one}\n`)).join('');
  return `Name: ${field('Package')}
${epoch === '0' ? '' : `Epoch: ${epoch}\n`}Version: ${upstream.replaceAll('-', '_')}
Release: ${release}.el9
Summary: ${escaped(summary)}
License: Unknown
URL: ${escaped(field('Homepage')) || 'https://www.debian.org'}
Group: ${field('Section') || 'misc'}
${field('Architecture') === 'all' ? 'BuildArch: noarch\n' : ''}${entries(['Pre-Depends', 'Depends'], 'Requires')}${entries(['Recommends'], 'Recommends')}${entries(['Suggests'], 'Suggests')}${entries(['Provides'], 'Provides')}${entries(['Conflicts'], 'Conflicts')}
%description
${description.map((line) => escaped(line.trim()) || '.').join('\n')}
%install
cp -a ${tree}/. %{buildroot}
find %{buildroot} -depth -name '*[^A-Za-z0-9_./+~@:=,-]*' -exec rm -rf {} +
%files
${files.map((path) => `${escaped(path)}\n`).join('')}
%changelog
${changelog.map(({ day, who, lines }) => `* ${day} ${who}\n${lines.map((line) => `- ${line}\n`).join('')}`).join('\n')}`;
}

function escaped(text: string): string {
  return text.replaceAll('%', '%%');
}

/** The first of alternatives, without what only Debian can say. */
function dependenciesOf(text: string): readonly string[] {
  return text.split(', ').flatMap((entry) => {
    const found = /^([a-z0-9][a-z0-9+.-]+)(?::\w+)?(?: \((<<|<=|=|>=|>>) ([\w.+~:]+(?:-[\w.+~]+)?)\))?/.exec(entry);
    if (found === null) return [];
    const [, name = '', relation, version] = found;
    return [relation === undefined ? name : `${name} ${relation.replace(/(.)\1/, '$1')} ${version}`];
  });
}

interface Entry {
  readonly day: string;
  readonly who: string;
  readonly lines: readonly string[];
}

/** The ten latest entries of the Debian changelog that is in the package, newest first. */
async function changelogOf(tree: string): Promise<readonly Entry[]> {
  const docs = join(tree, 'usr/share/doc');
  if (!existsSync(docs)) return [];
  const paths = (await readdir(docs)).flatMap((name) => ['changelog.Debian.gz', 'changelog.gz'].map((file) => join(docs, name, file))); // biome-ignore format: one call
  const path = paths.find((one) => existsSync(one));
  if (path === undefined) return [];
  const text = gunzipSync(await readFile(path)).toString();
  const entries = [
    ...text.matchAll(/^\S+ \([^)]*\)[^\n]*\n([\s\S]*?)\n -- (.*?) {2}(\w{3}), +(\d+) (\w{3}) (\d{4})/gm),
  ];
  return entries
    .slice(0, 10)
    .map(([, body = '', who = '', , date, month, year]) => {
      const at = new Date(`${date} ${month} ${year} 12:00 UTC`);
      const [week, , , ...rest] = at.toUTCString().split(/[ ,]+/);
      const lines = body.split('\n').map((line) => escaped(line.trim())).filter((line) => line !== ''); // biome-ignore format: one thought
      return { at, day: `${week} ${month} ${Number(date)} ${rest[0]}`, who: escaped(who), lines };
    })
    .sort((left, right) => right.at.getTime() - left.at.getTime());
}
