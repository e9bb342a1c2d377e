import { verifyFindings } from '#core/criteria/checker.ts';
import type { PackageContent, VersionOf } from '#core/criteria/facts.ts';
import { namesInExpression } from '#core/criteria/licences.ts';
import type { Outcome } from '#core/environment/system.ts';
import type { LockedPackage } from '#core/ppa/lock.ts';
import type { ThrowAwaySystem } from '#shell/environment/ports.ts';
import { FETCH_LIMIT, INSTALL_LIMIT, type PackageManager, versionsOf } from './package-manager.ts';

const ARCHIVES = '/var/cache/apt/archives';
const GET = [
  'apt-get',
  '--yes',
  '--quiet',
  '--no-install-recommends',
  '--allow-downgrades',
  '-oDpkg::Use-Pty=0',
  '-oDpkg::Options::=--force-confold',
  '-oAcquire::Languages=none',
  '-oAcquire::Retries=2',
];

/** apt names what it fetched by name, version and architecture, with the colon of an epoch escaped. */
const archiveOf = ({ name, version, arch }: LockedPackage): string =>
  `${name}_${version.replaceAll(':', '%3a')}_${arch}.deb`;

const spec = (wanted: VersionOf | string): string =>
  typeof wanted === 'string' ? wanted : `${wanted.name}=${wanted.version}`;

export const apt = aptWithin(INSTALL_LIMIT);

/** @param limit milliseconds that an installation with its scripts may take */
export function aptWithin(limit: number): PackageManager {
  return {
    async setUp(system, files, packages) {
      for (const { path, text } of files) await system.writeFile(path, text);
      // 1001 lets even an older version of ours win over the distribution's own (testbed.md, "Traps").
      const pins = packages.map(
        ({ name, version }) => `Package: ${name}\nPin: version ${version}\nPin-Priority: 1001\n`,
      );
      await system.writeFile('/etc/apt/preferences.d/umd', pins.join('\n'));
    },

    // Without this mode a repository that cannot be had is a warning only.
    refresh: (system) => system.run([...GET, 'update', '-oAPT::Update::Error-Mode=any'], { timeout: FETCH_LIMIT }),

    fetch: (system, packages) =>
      system.run([...GET, 'install', '--download-only', ...packages.map(spec)], { timeout: FETCH_LIMIT }),

    async foreignFiles(system, packages) {
      const { stdout } = await system.run(['sh', '-c', `cd ${ARCHIVES} && sha256sum -- *.deb`]);
      const fetched = stdout.split('\n').map((line) => ({ sha256: line.slice(0, 64), file: line.slice(66) }));
      return packages.flatMap((each) => {
        const file = archiveOf(each);
        return fetched.some((found) => found.file === file && found.sha256 === each.sha256) ? [] : [file];
      });
    },

    archives: async (_, packages) => packages.map((each) => `${ARCHIVES}/${archiveOf(each)}`),

    async verify(system, names) {
      const { stdout } = await system.run(['dpkg', '--verify', ...names]);
      return { tool: 'dpkg-verify', findings: verifyFindings('dpkg-verify', stdout) };
    },

    async dependencies(system, packages) {
      const names = new Set(packages.map(({ name }) => name));
      const { stdout } = await system.run([...GET, 'install', '--simulate', '--no-download', ...packages.map(spec)]);
      const all = [...stdout.matchAll(/^Inst (?<name>\S+)/gm)].map((found) => found.groups?.name ?? '');
      return all.filter((name) => !names.has(name));
    },

    install: (system, packages, timeout = limit) =>
      system.run([...GET, 'install', '--no-download', ...packages.map(spec)], { timeout }),

    remove: (system, names) => system.run([...GET, 'remove', ...names], { timeout: limit }),

    purge: (system, names) => system.run(['dpkg', '--purge', ...names], { timeout: limit }),

    async installed(system, names) {
      const format = '${db:Status-Status} ${Package}\\t${Version}\\n';
      const { stdout } = await system.run(['dpkg-query', '--show', `--showformat=${format}`, ...names]);
      return versionsOf(stdout.replaceAll(/^(?!installed ).*$/gm, '').replaceAll(/^installed /gm, ''));
    },

    content: async (system, names) => parseContent(await contentText(system, names)),

    isOwnState: ({ path }) =>
      /^\/(var\/(lib\/(dpkg|apt|systemd|ucf)|cache\/(apt|debconf|ldconfig|man)|log\/(apt|dpkg\.log|alternatives\.log))|etc\/(ld\.so\.cache$|apt\/|(passwd|group|shadow|gshadow|subuid|subgid)-?$))/.test(
        path,
      ),
  };
}

// Debian Policy 12.5: the licence stands in /usr/share/doc/<package>/copyright, directly or through a link of the folder.
const CONTENT = `for name; do
  echo "package $name"
  if [ -s "/usr/share/doc/$name/copyright" ]; then
    echo "licence text"
    # Names of licences: machine-readable copyright files have fields, others refer to the common texts.
    if grep -q '^License:' "/usr/share/doc/$name/copyright"; then sed -n 's/^License: */called /p' "/usr/share/doc/$name/copyright"
    else grep -ho '/usr/share/common-licenses/[A-Za-z0-9.+-]*' "/usr/share/doc/$name/copyright" | sed 's,.*/,called ,; s,[.]$,,'; fi
  fi
  dpkg-query --listfiles "$name" | while IFS= read -r path; do
    if [ ! -d "$path" ] || [ -L "$path" ]; then echo "file $path"; fi
  done
  dpkg-query --show --showformat='\${Conffiles}\\n' "$name" | awk 'NF { print "configuration " $1 }'
done
`;

async function contentText(system: ThrowAwaySystem, names: readonly string[]): Promise<Outcome> {
  return system.run(['sh', '-c', CONTENT, 'content', ...names]);
}

/** The lines of CONTENT; also what dnf's twin of it prints. */
export function parseContent({ stdout }: Pick<Outcome, 'stdout'>): PackageContent[] {
  return stdout
    .split(/^package /m)
    .slice(1)
    .map((block): PackageContent => {
      const [name = '', ...lines] = block.split('\n');
      const having = (word: string) =>
        lines.flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []));
      const [licence] = having('licence');
      return {
        name,
        files: having('file'),
        configuration: having('configuration'),
        licence: licence === 'text' || licence === 'named' ? licence : 'none',
        licences: [...new Set(having('called').flatMap(namesInExpression))],
      };
    });
}
