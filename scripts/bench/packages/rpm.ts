import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../run.ts';
import type { Made } from './deb.ts';

/** Packages that one spec makes: rpmbuild is slow to start and quick to go on. */
const PER_SPEC = 500;

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
};

/** Small, true rpms into a folder; the same ones give the same bytes. One spec holds one version of each name. */
export async function buildRpms(folder: string, made: readonly Made[]): Promise<void> {
  const once = new Set(made.map(({ name }) => name)).size === made.length;
  const step = once ? PER_SPEC : 1;
  for (let at = 0; at < made.length; at += step) await buildSpec(folder, made.slice(at, at + step));
}

async function buildSpec(folder: string, made: readonly Made[]): Promise<void> {
  const top = join(folder, '.build');
  await mkdir(top, { recursive: true });
  const spec = join(top, 'many.spec');
  await writeFile(spec, renderSpec(made));
  const macros = Object.entries({ ...MACROS, _topdir: top, _dbpath: join(top, 'db'), _rpmdir: folder });
  const defines = macros.flatMap(([key, value]) => ['--define', `${key} ${value}`]);
  await run('rpmbuild', ['-bb', '--nodeps', '--quiet', ...defines, spec], {
    env: { SOURCE_DATE_EPOCH: '1700000000' },
  });
  await rm(top, { recursive: true });
}

function renderSpec(made: readonly Made[]): string {
  const parts = made.map(
    ({ name, version, depends }) => `%package -n ${name}
Version: ${version.replace(/-.*/, '')}
Summary: generated package ${name} that stands for a middleware service
${depends.map((other) => `Requires: ${other} >= 1.0\n`).join('')}
%description -n ${name}
It offers nothing, but says as much about itself as the packages of a
distribution do: a summary, a description over a few lines and what
it needs, so that indexes of it are of the usual size.

%files -n ${name}
/usr/share/${name}
`,
  );
  const files = made.flatMap(({ name }) => ['start', 'service.conf', 'copyright'].map((file) => `${name}/${file}`));
  return `Name: many
Version: 1.0
Release: 1.el9
Summary: many
License: Apache-2.0
URL: https://middleware.example.org
AutoReqProv: no
%description
Many.
${parts.join('\n')}
%install
mkdir -p %{buildroot}/usr/share && cd %{buildroot}/usr/share
mkdir ${made.map(({ name }) => name).join(' ')}
for file in ${files.join(' ')}; do :> $file; done

%changelog
* Mon Jan 01 2024 Generated Middleware <generated@example.org> - 1.0-1
- Made anew
`;
}
