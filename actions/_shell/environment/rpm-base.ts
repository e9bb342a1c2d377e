import { copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { RpmOnDeb } from '#core/environment/image.ts';
import { mustRun } from '#shell/process.ts';

/** Work folder inside the root, taken away afterwards. */
const WORK = '/root/umd-base';

// Debian's rpm keeps its database under the home directory, and rpmbuild would run its scripts under dash.
const MACROS = '%_dbpath /var/lib/rpm\n%_buildshell /bin/bash\n';
// Debian's own dnf.conf lets dnf pass over a repository with a bad signature.
const DNF = `[main]
gpgcheck=1
best=True
skip_if_unavailable=False
install_weak_deps=False
keepcache=True
zchunk=False
`;

// What rpm's own dependency generator finds in the root's libraries and Perl modules, and the names of its debs.
const PROVIDES = `set -eu
{
  find /usr/lib/x86_64-linux-gnu -maxdepth 1 -name '*.so*'
  find /usr/share/perl5 /usr/share/perl /usr/lib/x86_64-linux-gnu/perl* -name '*.pm'
} > files
/usr/lib/rpm/rpmdeps --provides < files
dpkg-query --show --showformat '\${Package}\\n' | tr '[:upper:]' '[:lower:]'
`;

/**
 * Settles rpm and dnf in a root made of debs, and installs one generated rpm that provides what these debs are, so that
 * rpms find their base (testbed.md, "rpm platforms where no EL mirror is reachable").
 * @param kept where the generated package is copied to
 */
export async function buildRpmBase(
  rpm: RpmOnDeb,
  root: string,
  kept: string,
  contained: readonly string[],
): Promise<void> {
  const inside = (...argv: string[]) =>
    mustRun([...contained, 'chroot', root, ...argv], {
      env: { PATH: '/usr/sbin:/usr/bin', HOME: '/root', LANG: 'C.UTF-8' },
    });
  await put(root, '/etc/rpm/macros', MACROS);
  await put(root, '/etc/dnf/dnf.conf', DNF);
  await put(root, '/etc/dnf/vars/releasever', `${rpm.releasever}\n`);
  // Folders that the base of rpm systems owns and Debian has not.
  for (const path of ['/usr/share/licenses', '/etc/yum.repos.d']) await mkdir(join(root, path), { recursive: true });
  await put(root, `${WORK}/provides.sh`, PROVIDES);
  const found = await inside('bash', '-c', `cd ${WORK} && bash provides.sh`);
  await put(root, `${WORK}/base.spec`, specOf(rpm, found.split('\n')));
  await inside('rpmbuild', '--quiet', '-bb', '--define', `_topdir ${WORK}`, '--target', rpm.arch, `${WORK}/base.spec`);
  const folder = join(root, WORK, 'RPMS', rpm.arch);
  const [file = ''] = await readdir(folder);
  await copyFile(join(folder, file), kept);
  await inside('rpm', '--force-debian', '--nodeps', '--install', `${WORK}/RPMS/${rpm.arch}/${file}`);
  await rm(join(root, WORK), { recursive: true });
}

function specOf(rpm: RpmOnDeb, found: readonly string[]): string {
  const provides = [...new Set([...found, ...rpm.names, ...rpm.paths])].filter((name) => name !== '').sort();
  return `Name: ${rpm.base}
Version: ${rpm.releasever}
Release: 1
Summary: What the Debian packages of this root provide, in the words of rpm
License: CC0-1.0
AutoReqProv: no
${provides.map((name) => `Provides: ${name}`).join('\n')}

%description
Generated from the root it is installed in. It holds no files.

%files
`;
}

async function put(root: string, path: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
}
