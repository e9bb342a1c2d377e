import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Incoming } from '#shell/pool.ts';

interface Content {
  readonly name: string;
  /** deb `[epoch:]upstream[-revision]`, rpm `[epoch:]version-release`. */
  readonly version: string;
  readonly arch?: string;
  readonly depends?: string;
  /** rpm: absolute path of its one file, which says name and version; `/usr/bin/<name>` unless given. */
  readonly file?: string;
  /** rpm: the stream it says it was built for, `name:stream:version:context`. */
  readonly module?: string;
}

/** A real deb by dpkg-deb: one script, a copyright file. Same content gives the same bytes. */
export function buildDeb(folder: string, { name, version, arch = 'all', depends }: Content): Incoming {
  const tree = join(folder, `tree-${name}`);
  mkdirSync(join(tree, 'DEBIAN'), { recursive: true });
  mkdirSync(join(tree, 'usr/bin'), { recursive: true });
  const control = [
    `Package: ${name}`,
    `Version: ${version}`,
    `Architecture: ${arch}`,
    ...(depends === undefined ? [] : [`Depends: ${depends}`]),
    'Maintainer: Sample Provider <support@example.org>',
    'Description: says its version',
    ' A script that says which version it is,',
    ' for <publishing> & reading "repositories".',
  ];
  writeFileSync(join(tree, 'DEBIAN/control'), `${control.join('\n')}\n`);
  writeFileSync(join(tree, 'usr/bin', name), `#!/bin/sh\necho ${name} ${version}\n`, { mode: 0o755 });
  const file = `${name}_${version.replace(/^\d+:/, '')}_${arch}.deb`;
  execFileSync('dpkg-deb', ['--root-owner-group', '-Zgzip', '-b', tree, join(folder, file)], {
    env: { ...process.env, SOURCE_DATE_EPOCH: '1700000000' },
    stdio: 'pipe',
  });
  rmSync(tree, { recursive: true });
  return incoming(folder, file, 'deb');
}

/** A real rpm by rpmbuild. Same content gives the same bytes. */
export function buildRpm(
  folder: string,
  { name, version, arch = 'noarch', depends, file = `/usr/bin/${name}`, module }: Content,
): Incoming {
  const [, epoch, upstream, release] = /^(?:(\d+):)?(.*)-(.*)$/.exec(version) ?? [];
  const spec = `Name: ${name}
Version: ${upstream}
Release: ${release}
Summary: says its version, <for> "reading" & publishing
License: Apache-2.0
AutoReqProv: no
${arch === 'noarch' ? 'BuildArch: noarch' : ''}
${depends === undefined ? '' : `Requires: ${depends}`}${epoch === undefined ? '' : `\nEpoch: ${epoch}`}${module === undefined ? '' : `\nModularityLabel: ${module}`}
%description
A script that says which version it is.
%install
mkdir -p %{buildroot}/usr/bin
printf '#!/bin/sh\\necho ${name} ${version}\\n' > %{buildroot}${file}
%files
%attr(755, root, root) ${file}
%changelog
* Mon Jan 01 2024 Sample Provider <support@example.org> - ${version}
- First & last
`;
  const [specFile, top] = [join(folder, `${name}.spec`), join(folder, 'rpmbuild')];
  writeFileSync(specFile, spec);
  const macros = { _topdir: top, _rpmdir: folder, _rpmfilename: '%{NVRA}.rpm', _buildhost: 'example.org' };
  const clamp = { use_source_date_epoch_as_buildtime: '1', clamp_mtime_to_source_date_epoch: '1' };
  const defines = Object.entries({ ...macros, ...clamp }).flatMap(([key, value]) => ['--define', `${key} ${value}`]);
  execFileSync('rpmbuild', ['-bb', '--nodeps', '--target', arch, ...defines, specFile], {
    env: { ...process.env, SOURCE_DATE_EPOCH: '1700000000' },
    stdio: 'pipe',
  });
  rmSync(top, { recursive: true });
  return incoming(folder, `${name}-${upstream}-${release}.${arch}.rpm`, 'rpm');
}

function incoming(folder: string, file: string, format: 'deb' | 'rpm'): Incoming {
  const path = join(folder, file);
  return { path, file, format, sha256: createHash('sha256').update(readFileSync(path)).digest('hex') };
}
