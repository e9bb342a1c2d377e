/** The text of an rpm spec for content that was unpacked from a deb. Pure. */

export interface SpecFile {
  /** Absolute path on the installed system. */
  readonly path: string;
  readonly kind: 'directory' | 'file' | 'link';
  /** Octal, four digits; a link has none of its own. */
  readonly mode: string;
}

export interface SpecFacts {
  readonly name: string;
  readonly version: string;
  readonly release: string;
  readonly summary: string;
  readonly description: string;
  readonly homepage: string;
  readonly licence: string;
  readonly requires: readonly string[];
  /** systemd units that are enabled by themselves (they have an [Install] section). */
  readonly units: readonly string[];
  readonly files: readonly SpecFile[];
  /** Of the changelog's newest entry. */
  readonly packager: string;
  readonly date: Date;
}

/** Directories that the base system has: another package's, never ours. */
const FOREIGN = new Set([
  '/etc',
  '/etc/grid-security',
  '/usr',
  '/usr/lib',
  '/usr/lib/systemd',
  '/usr/lib/systemd/system',
  '/usr/sbin',
  '/usr/share',
  '/usr/share/doc',
  '/usr/share/licenses',
  '/usr/share/man',
  '/usr/share/man/man8',
  '/var',
  '/var/cache',
]);

function markOf(path: string): string {
  if (path.startsWith('/etc/')) return '%config(noreplace) ';
  if (path.startsWith('/usr/share/licenses/')) return '%license ';
  return /^\/usr\/share\/(doc|man)\//.test(path) ? '%doc ' : '';
}

function fileLine({ path, kind, mode }: SpecFile): string | undefined {
  if (!/^[\w/.+@~-]+$/.test(path)) throw new Error(`rpmbuild would misread the path ${path}.`);
  if (kind === 'link') return path;
  if (kind === 'file') return `${markOf(path)}%attr(${mode},root,root) ${path}`;
  return FOREIGN.has(path) ? undefined : `%dir %attr(${mode},root,root) ${path}`;
}

/** What the systemd macros of EL expand to; Debian's rpm has none (testbed.md, traps). */
function scriptlets(units: readonly string[]): string {
  if (units.length === 0) return '';
  const names = units.join(' ');
  return `
%post
if [ $1 -eq 1 ] && [ -x /usr/bin/systemctl ]; then
  systemctl --no-reload preset ${names} >/dev/null 2>&1 || :
fi
[ ! -d /run/systemd/system ] || systemctl daemon-reload >/dev/null 2>&1 || :

%preun
if [ $1 -eq 0 ] && [ -d /run/systemd/system ]; then
  systemctl --no-reload disable --now ${names} >/dev/null 2>&1 || :
elif [ $1 -eq 0 ] && [ -x /usr/bin/systemctl ]; then
  systemctl --no-reload disable ${names} >/dev/null 2>&1 || :
fi

%postun
[ ! -d /run/systemd/system ] || systemctl daemon-reload >/dev/null 2>&1 || :
if [ $1 -ge 1 ] && [ -d /run/systemd/system ]; then
  systemctl try-restart ${names} >/dev/null 2>&1 || :
fi
`;
}

/** `* Thu Oct 20 2022 Name <mail> - 3.0.22-2` */
function changelogEntry({ date, packager, version, release }: SpecFacts): string {
  const [weekday, day, month, year] = date.toUTCString().replace(',', '').split(' ');
  return `* ${weekday} ${month} ${day} ${year} ${packager} - ${version}-${release}`;
}

/** A percent sign would begin a macro. */
function plain(text: string): string {
  return text.replaceAll('%', '%%');
}

/** `%{content}` is defined by the caller: the folder with the content, laid out as it will be installed. */
export function renderSpec(facts: SpecFacts): string {
  return `Name: ${facts.name}
Version: ${facts.version}
Release: ${facts.release}
Summary: ${plain(facts.summary)}
License: ${facts.licence}
URL: ${facts.homepage}
BuildArch: noarch
AutoReqProv: no
${facts.requires.map((name) => `Requires: ${name}\n`).join('')}
%description
${plain(facts.description)}

%install
cp -a %{content}/. %{buildroot}/
${scriptlets(facts.units)}
%files
${facts.files
  .map(fileLine)
  .filter((line) => line !== undefined)
  .join('\n')}

%changelog
${plain(changelogEntry(facts))}
- Content of Debian's package of this version, laid out for rpm.
`;
}
