import { verifyFindings } from '#core/criteria/checker.ts';
import type { VersionOf } from '#core/criteria/facts.ts';
import { parseContent } from './apt.ts';
import { FETCH_LIMIT, INSTALL_LIMIT, type PackageManager, versionsOf } from './package-manager.ts';

const DNF = ['dnf', '--assumeyes', '--quiet', '--setopt=install_weak_deps=False', '--setopt=keepcache=True'];
// From the cache only: the lists and packages that were fetched before the network was cut.
const OFFLINE = [...DNF, '--cacheonly'];

/** `name-[epoch:]version-release`; dnf takes it with and without epoch. */
const spec = (wanted: VersionOf | string): string =>
  typeof wanted === 'string' ? wanted : `${wanted.name}-${wanted.version}`;

export const dnf: PackageManager = {
  async setUp(system, files) {
    // Repositories of ours have priority 1 in their client file: that is dnf's pin.
    for (const { path, text } of files) await system.writeFile(path, text);
  },

  refresh: (system) => system.run([...DNF, 'makecache'], { timeout: FETCH_LIMIT }),

  fetch: (system, packages) =>
    system.run([...DNF, 'install', '--downloadonly', ...packages.map(spec)], { timeout: FETCH_LIMIT }),

  async foreignFiles(system, packages) {
    const { stdout } = await system.run(['find', '/var/cache/dnf', '-name', '*.rpm', '-exec', 'sha256sum', '{}', '+']);
    const fetched = stdout.split('\n').map((line) => ({ sha256: line.slice(0, 64), file: line.split('/').at(-1) }));
    return packages
      .filter(({ file, sha256 }) => !fetched.some((each) => each.file === file && each.sha256 === sha256))
      .map(({ file }) => file);
  },

  async archives(system, packages) {
    const { stdout } = await system.run(['find', '/var/cache/dnf', '-name', '*.rpm']);
    const fetched = stdout.split('\n');
    return packages.flatMap(({ file }) => fetched.find((path) => path.endsWith(`/${file}`)) ?? []);
  },

  async verify(system, names) {
    const { stdout } = await system.run(['rpm', '--verify', '--nodeps', ...names]);
    return { tool: 'rpm-verify', findings: verifyFindings('rpm-verify', stdout) };
  },

  async dependencies(system, packages) {
    const names = new Set(packages.map(({ name }) => name));
    const query = ['rpm', '-qp', '--queryformat', '%{NAME}\n', '{}', '+'];
    const { stdout } = await system.run(['find', '/var/cache/dnf', '-name', '*.rpm', '-exec', ...query]);
    return [...new Set(stdout.split('\n'))].filter((name) => name !== '' && !names.has(name));
  },

  install: (system, packages, timeout = INSTALL_LIMIT) =>
    system.run([...OFFLINE, 'install', '--allowerasing', ...packages.map(spec)], { timeout }),

  remove: (system, names) => system.run([...OFFLINE, 'remove', ...names], { timeout: INSTALL_LIMIT }),

  // rpm has no second step: what it keeps as .rpmsave was changed by the administrator.
  purge: async () => ({ code: 0, stdout: '', stderr: '' }),

  async installed(system, names) {
    const epoch = '%|EPOCH?{%{EPOCH}:}:{}|';
    const { stdout } = await system.run([
      'rpm',
      '-q',
      '--queryformat',
      `%{NAME}\\t${epoch}%{VERSION}-%{RELEASE}\\n`,
      ...names,
    ]);
    return versionsOf(stdout);
  },

  content: async (system, names) => parseContent(await system.run(['bash', '-c', CONTENT, 'content', ...names])),

  isOwnState: ({ path }) =>
    /^\/(var\/(lib\/(rpm|dnf|systemd)|cache\/(dnf|ldconfig|man)|log\/dnf|log\/hawkey)|etc\/(ld\.so\.cache$|pki\/rpm-gpg|(passwd|group|shadow|gshadow|subuid|subgid)-?$)|root\/\.)/.test(
      path,
    ),
};

// The licence is marked as such in the package, or named in its header only.
const CONTENT = `for name; do
  echo "package $name"
  if [ -n "$(rpm -q --licensefiles "$name")" ]; then echo "licence text"
  elif [ -n "$(rpm -q --queryformat '%{LICENSE}' "$name")" ]; then echo "licence named"; fi
  rpm -q --queryformat 'called %{LICENSE}\\n' "$name"
  rpm -q --queryformat '[%{FILEMODES:perms} file %{FILENAMES}\\n]' "$name" | sed -n 's/^[^d][^ ]* //p'
  rpm -q --configfiles "$name" | sed -n 's/^\\//configuration \\//p'
done
`;
