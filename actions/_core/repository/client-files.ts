import type { Compression, Distribution } from '#core/distribution/distribution.ts';
import { byText } from '#core/text.ts';
import { isOptional, repositoryTitle } from './area.ts';
import { grouped } from './group.ts';
import type { Head } from './listing.ts';

type Group = readonly [Head, ...Head[]];

/** A file for sites, below the store. */
export interface ClientFile {
  readonly key: string;
  readonly text: string;
}

export interface ClientFacts {
  /** Without slash at its end. */
  readonly publicUrl: string;
  /** Armored: what repository metadata is signed with. */
  readonly publicKey: string;
  /** Keys below the public URL that vouch for rpm packages: the providers'. */
  readonly packageKeys: readonly string[];
  /** Platform `<os>/<arch>` → what a person calls it. */
  readonly titles: Readonly<Record<string, string>>;
}

/** Path of a distribution's own key below the store and the public URL. */
export function keyPath(distribution: string): string {
  return `keys/${distribution}.asc`;
}

/**
 * `clients/umd-5-al9/UMD-5-base.repo` and deb822 twins, one per repository and operating system: base and updates enabled,
 * what is still on the way not (domain.md section 6, "Client files"). Architectures share a file.
 *
 * rpm packages keep their provider's signature, because the lock pins the provider's bytes and a signature of ours would
 * change them. So `gpgkey` lists the distribution's key (for the metadata) and the providers' (for the packages).
 */
export function clientFiles(repositories: readonly Head[], facts: ClientFacts): readonly ClientFile[] {
  const groups = grouped(repositories, clientFileKey);
  const files = [...groups.entries()].map(([key, group]) => {
    return { key, text: group[0].format === 'rpm' ? yum(group, facts) : apt(group, facts) };
  });
  const debs = repositories.filter(({ format, area }) => format === 'deb' && area === 'production');
  const pins = [...grouped(debs, ({ lane, os }) => `clients/${lane}-${os}`)].map(([folder, group]) => {
    return { key: `${folder}/${group[0].lane.toUpperCase()}.pref`, text: preferences(group) };
  });
  return [...files, ...pins].sort((left, right) => byText(left.key, right.key));
}

/** A product's own lies with it and is not among those that every site gets. */
export function clientFileKey(repository: Head): string {
  const name = `${titleOf(repository)}.${repository.format === 'rpm' ? 'repo' : 'sources'}`;
  const folder = repository.area === 'product' ? repository.path : `clients/${repository.lane}-${repository.os}`;
  return `${folder}/${name}`;
}

export function titleOf({ area, part, lane, ppa }: Pick<Head, 'area' | 'part' | 'lane' | 'ppa'>): string {
  const [, distribution = '', major = ''] = /^(.*)-(\d+)$/.exec(lane) ?? [];
  return repositoryTitle({ area, part, lane: { distribution, major: Number(major) }, ppa });
}

/** Is its client file on by default? */
export function isEnabled({ area }: Head): boolean {
  return !isOptional(area) && area !== 'candidate';
}

/** The mirror list names one immutable snapshot: repomd.xml and its signature cannot be fetched as one from a moving path. */
function yum(group: Group, { publicUrl, packageKeys, titles }: ClientFacts): string {
  const [first] = group;
  const path = first.path.replace(`/${first.os}/${first.arch}`, `/${first.os}/$basearch`);
  const keys = [keyPath(distributionOf(first)), ...packageKeys].map((key) => `${publicUrl}/${key}`);
  return `[${titleOf(first)}]
name=${titleOf(first)} for ${titles[`${first.os}/${first.arch}`] ?? first.os}
mirrorlist=${publicUrl}/${path}/mirrorlist
enabled=${isEnabled(first) ? 1 : 0}
gpgcheck=1
repo_gpgcheck=1
gpgkey=${keys.join('\n       ')}
priority=1
skip_if_unavailable=0
`;
}

function apt(group: Group, { publicUrl, publicKey, titles }: ClientFacts): string {
  const key = publicKey
    .trimEnd()
    .split('\n')
    .map((line) => ` ${line === '' ? '.' : line}`);
  const stanzas = [...grouped(group, ({ path }) => path).values()].map((here) => {
    const [first] = here;
    return `# ${titleOf(first)} for ${titles[`${first.os}/${first.arch}`] ?? first.os}
X-Repolib-Name: ${titleOf(first)}
Enabled: ${isEnabled(first) ? 'yes' : 'no'}
Types: deb
URIs: ${publicUrl}/${first.path}
Suites: ${first.suite}
Components: main
Architectures: ${here.map(({ arch }) => arch).join(' ')}
Signed-By:
${key.join('\n')}
`;
  });
  return stanzas.join('\n');
}

/** What the clients of a repository's platform read. */
export function compressionOf(head: Head, distributions: readonly Distribution[]): Compression {
  const own = distributions.find(({ distribution }) => distribution === distributionOf(head));
  return own?.platforms[`${head.os}/${head.arch}`]?.compression ?? 'gz';
}

export function distributionOf({ lane }: Pick<Head, 'lane'>): string {
  return lane.replace(/-\d+$/, '');
}

/** apt: a package of ours before one of the system's by the same name, as priority 1 says to dnf; what is optional stays so. */
function preferences(heads: readonly Head[]): string {
  const stanzas = heads.filter(isEnabled).map((head) => {
    const origin = distributionOf(head).toUpperCase();
    return `Package: *\nPin: release o=${origin},l=${titleOf(head)}\nPin-Priority: 600\n`;
  });
  return [...new Set(stanzas)].join('\n');
}
