import type { PackageFormat } from '#core/distribution/distribution.ts';
import { byText } from '#core/text.ts';
import { type ClientFile, distributionOf } from './client-files.ts';
import { sha256Text } from './digest.ts';
import { grouped } from './group.ts';
import type { Head } from './listing.ts';

/**
 * `umd-release`: the package that a site installs once and that brings the client files, the keys and the priorities
 * (domain.md section 6). One per lane and operating system, for every architecture.
 */
export interface ReleasePackage {
  readonly name: string;
  readonly format: PackageFormat;
  /** `clients/umd-5-al9`: where it lies, and the client files it is made of. */
  readonly folder: string;
  readonly major: number;
  readonly summary: string;
  readonly url: string;
  readonly contact: string;
  /** Absolute paths; what an administrator may change is configuration. */
  readonly files: readonly { readonly path: string; readonly text: string; readonly configuration: boolean }[];
  /** Says what it holds, whatever its version. */
  readonly content: string;
}

export interface ReleaseFacts {
  readonly publicUrl: string;
  readonly titles: Readonly<Record<string, string>>;
  readonly contacts: Readonly<Record<string, string>>;
}

/** Goes up when packages are built otherwise from the same files. */
const RECIPE = 2;

/** @param texts everything that is served below `clients/` and `keys/` */
export function releasePackages(
  heads: readonly Head[],
  texts: readonly ClientFile[],
  { publicUrl, titles, contacts }: ReleaseFacts,
): readonly ReleasePackage[] {
  const groups = grouped(heads, ({ lane, os }) => `clients/${lane}-${os}`);
  return [...groups].map(([folder, [head]]) => {
    const distribution = distributionOf(head);
    const own = texts.filter(({ key }) => key.startsWith(`${folder}/`));
    const keys = texts.filter(({ key }) => key.startsWith('keys/'));
    const files = head.format === 'deb' ? aptFiles(own) : yumFiles(own, keys, publicUrl);
    const about = {
      ...{ name: `${distribution}-release`, format: head.format, folder, major: Number(/\d+$/.exec(head.lane)?.[0]) },
      summary: `Repositories of ${titles[distribution] ?? distribution} ${/\d+$/.exec(head.lane)?.[0]}`,
      ...{ url: publicUrl, contact: contacts[distribution] ?? 'nobody@example.org' },
      files: [...files].sort((left, right) => byText(left.path, right.path)),
    };
    return { ...about, content: sha256Text(JSON.stringify({ ...about, recipe: RECIPE })) };
  });
}

/** The key is in the .sources themselves. */
function aptFiles(own: readonly ClientFile[]): ReleasePackage['files'] {
  return own.map(({ key, text }) => {
    const name = key.replace(/^.*\//, '');
    const folder = name.endsWith('.pref') ? 'preferences.d' : 'sources.list.d';
    return { path: `/etc/apt/${folder}/${name}`, text, configuration: true };
  });
}

/** With the keys on the site's own disk: who has the package needs nothing of ours by the network to trust it. */
function yumFiles(own: readonly ClientFile[], keys: readonly ClientFile[], publicUrl: string): ReleasePackage['files'] {
  const place = (key: string) =>
    `/etc/pki/rpm-gpg/RPM-GPG-KEY-${key.replace(/^keys\/|\.asc$/g, '').replaceAll('/', '-')}`;
  const local = (text: string) =>
    keys.reduce((so, { key }) => so.replaceAll(`${publicUrl}/${key}`, `file://${place(key)}`), text);
  return [
    ...keys.map(({ key, text }) => ({ path: place(key), text, configuration: false })),
    ...own.map(({ key, text }) => {
      return { path: `/etc/yum.repos.d/${key.replace(/^.*\//, '')}`, text: local(text), configuration: true };
    }),
  ];
}

/** Rises with the minute it is made in, and never falls: `5.20260601.0817`. @param last of the one before */
export function releaseVersion(major: number, now: Date, last: string | undefined): string {
  const [day = '', time = ''] = now.toISOString().slice(0, 16).replaceAll('-', '').replace(':', '').split('T');
  const [, lastDay = '', lastTime = ''] = /^\d+\.(\d{8})\.(\d{4})$/.exec(last ?? '') ?? [];
  if (`${day}${time}` > `${lastDay}${lastTime}`) return `${major}.${day}.${time}`;
  return `${major}.${lastDay}.${String(Number(lastTime) + 1).padStart(4, '0')}`;
}

export function debControl({ name, summary, contact, url }: ReleasePackage, version: string): string {
  return `Package: ${name}
Version: ${version}
Architecture: all
Maintainer: ${name} <${contact}>
Section: admin
Priority: optional
Homepage: ${url}
Description: ${summary}
 Client files of the repositories with the key that signs them, and the
 priority of their packages. A newer one takes the place of an older one.
`;
}

/**
 * A client file that an administrator put there before there was a package: dpkg would ask what to do with it, and end
 * when nobody answers. It is kept under a name that apt does not read.
 */
export function debPreinst({ files }: ReleasePackage): string {
  const paths = files.filter(({ configuration }) => configuration).map(({ path }) => path);
  return `#!/bin/sh
set -e
if [ "$1" = install ] && [ -z "$2" ]; then
  for file in ${paths.join(' ')}; do
    if [ -f "$DPKG_ROOT$file" ]; then mv -f "$DPKG_ROOT$file" "$DPKG_ROOT$file.dpkg-old"; fi
  done
fi
`;
}

/** The same for rpm, which would leave the older file in its place. Who has our key as a file has the package. */
function rpmPretrans({ files }: ReleasePackage): string {
  const paths = files.filter(({ configuration }) => configuration).map(({ path }) => `"${path}"`);
  const [key] = files.filter(({ configuration }) => !configuration);
  return `%pretrans -p <lua>
if not posix.stat("${key?.path}") then
  for _, file in ipairs({${paths.join(', ')}}) do
    if posix.stat(file) then os.rename(file, file .. ".rpmsave") end
  end
end
`;
}

/** @param tree folder that holds the files as they will lie */
export function rpmSpec(made: ReleasePackage, version: string, tree: string): string {
  const { name, summary, url, files } = made;
  const listed = files.map(({ path, configuration }) => {
    return `${configuration ? '%config(noreplace) ' : ''}%attr(0644, root, root) ${path}`;
  });
  return `Name: ${name}
Version: ${version}
Release: 1
Summary: ${summary}
License: CC0-1.0
URL: ${url}
BuildArch: noarch
AutoReqProv: no
Provides: ${name}(keys) = ${version}
%description
Client files of the repositories with the keys that sign them, and the
priority of their packages. A newer one takes the place of an older one.
%install
cp -a ${tree}/. %{buildroot}/
${rpmPretrans(made)}%files
${listed.join('\n')}
`;
}
