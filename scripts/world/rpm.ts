import { lstat, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { RPM_REQUIRES } from './materials.ts';
import { run } from './process.ts';
import { renderSpec, type SpecFacts, type SpecFile } from './spec.ts';

/** Debian's own: SysV scripts and their cron job stand in for units where systemd is missing; overrides are lintian's. */
const LEFT_OUT = ['etc/init.d', 'etc/cron.d', 'usr/share/lintian'];

/** Names the same build on every machine: rpm writes host, time and payload settings into its header. */
const REPRODUCIBLE: Readonly<Record<string, string>> = {
  _buildhost: 'build.umd.example',
  use_source_date_epoch_as_buildtime: '1',
  clamp_mtime_to_source_date_epoch: '1',
  _binary_payload: 'w9.gzdio',
  _build_id_links: 'none',
  __os_install_post: '%{nil}',
  debug_package: '%{nil}',
  _buildshell: '/bin/bash', // rpmbuild would run under dash (testbed.md, traps)
  _dbpath: '%{_topdir}/db', // Debian's rpm keeps it under the home directory
};

async function moveIfThere(root: string, from: string, to: string): Promise<void> {
  await mkdir(dirname(join(root, to)), { recursive: true });
  await rename(join(root, from), join(root, to)).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ENOENT') throw cause;
  });
}

/** From the ways of Debian to those of rpm systems: units below /usr, the licence where licences are. */
async function layOut(root: string, name: string): Promise<void> {
  for (const path of LEFT_OUT) await rm(join(root, path), { recursive: true, force: true });
  await moveIfThere(root, 'lib/systemd/system', 'usr/lib/systemd/system');
  await rm(join(root, 'lib'), { recursive: true, force: true });
  await moveIfThere(root, `usr/share/doc/${name}/copyright`, `usr/share/licenses/${name}/copyright`);
}

async function filesOf(root: string): Promise<readonly SpecFile[]> {
  const paths = (await readdir(root, { recursive: true })).sort();
  return Promise.all(
    paths.map(async (path) => {
      const found = await lstat(join(root, path));
      const kind = found.isDirectory() ? 'directory' : found.isSymbolicLink() ? 'link' : 'file';
      return { path: `/${path}`, kind, mode: (found.mode & 0o7777).toString(8).padStart(4, '0') };
    }),
  );
}

async function unitsOf(root: string): Promise<readonly string[]> {
  const folder = join(root, 'usr/lib/systemd/system');
  const names = await readdir(folder).catch(() => []);
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return names.filter((_, index) => /^\[Install\]$/m.test(texts[index] ?? '')).sort();
}

/** ` -- Name <mail>  Thu, 20 Oct 2022 10:03:19 +0200`: the newest entry's last line. */
async function lastChange(root: string, name: string): Promise<Pick<SpecFacts, 'packager' | 'date'>> {
  const packed = await readFile(join(root, `usr/share/doc/${name}/changelog.Debian.gz`));
  const found = /^ -- (.+?) {2}(.+)$/m.exec((await promisify(gunzip)(packed)).toString());
  return { packager: found?.[1] ?? '', date: new Date(found?.[2] ?? '') };
}

async function licenceOf(root: string, name: string): Promise<string> {
  const text = await readFile(join(root, `usr/share/licenses/${name}/copyright`), 'utf8');
  return /^License: (\S+)$/m.exec(text)?.[1] ?? '';
}

/** Fields of the deb's control file; lines that go on keep their breaks, ` .` is an empty one. */
async function controlOf(deb: string): Promise<Readonly<Record<string, string>>> {
  const text = await run('dpkg-deb', ['--field', deb]);
  const fields = [...text.matchAll(/^([A-Za-z-]+): ?(.*(?:\n .*)*)/gm)];
  return Object.fromEntries(fields.map(([, key, value]) => [key, (value ?? '').replace(/\n \.?/g, '\n')]));
}

async function factsOf(deb: string, content: string): Promise<SpecFacts> {
  const control = await controlOf(deb);
  const { Package: name = '', Version = '', Homepage: homepage = '' } = control;
  await layOut(content, name);
  const [summary = '', ...description] = (control.Description ?? '').split('\n');
  const [version = '', revision = ''] = Version.split('-');
  return {
    name,
    version,
    release: revision.replace(/[~+].*/, ''), // a rebuild for a Debian release says nothing to an rpm system
    summary,
    description: description.join('\n').trim(),
    homepage,
    licence: await licenceOf(content, name),
    requires: RPM_REQUIRES[name] ?? [],
    units: await unitsOf(content),
    files: await filesOf(content),
    ...(await lastChange(content, name)),
  };
}

/**
 * A noarch rpm with the content of a deb, the same bytes on every machine; not signed.
 * @param into folder for the rpm
 * @returns path of the rpm
 */
export async function rpmOfDeb(deb: string, into: string): Promise<string> {
  const top = await mkdtemp(join(tmpdir(), 'rpm-'));
  try {
    const content = join(top, 'content');
    await run('dpkg-deb', ['--extract', deb, content]);
    const facts = await factsOf(deb, content);
    await writeFile(join(top, 'spec'), renderSpec(facts));
    const macros = { _topdir: top, _rpmdir: into, _build_name_fmt: '%%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm' };
    const defines = Object.entries({ ...REPRODUCIBLE, ...macros, content }).flatMap(([name, value]) => [
      '--define',
      `${name} ${value}`,
    ]);
    const epoch = String(facts.date.getTime() / 1000);
    await mkdir(into, { recursive: true });
    await run('rpmbuild', ['--quiet', '-bb', ...defines, join(top, 'spec')], {
      env: { SOURCE_DATE_EPOCH: epoch, HOME: top },
    });
    return join(into, `${facts.name}-${facts.version}-${facts.release}.noarch.rpm`);
  } finally {
    await rm(top, { recursive: true });
  }
}
