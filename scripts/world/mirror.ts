import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { refusal } from '#core/fault-codes.ts';
import { OLD_SUITE, SUITE, SUITE_UPDATES } from './materials.ts';
import { run } from './process.ts';

/** Debian's own keyring, where its package puts it; without it apt's trusted keys count. */
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** An apt of its own: own sources, lists, status and archives; the host's proxy and transport settings still hold. */
export interface IsolatedApt {
  readonly archives: string;
  /** Standard output of `apt-get`. */
  get(...args: readonly string[]): Promise<string>;
  /** The same, started in `folder`: where `download` puts its files. */
  getInto(folder: string, ...args: readonly string[]): Promise<string>;
  close(): Promise<void>;
}

/** Addresses before `/dists/<suite>/` in the host's own apt sources, as apt itself reads them, in their order. */
async function hostArchives(suite: string): Promise<readonly string[]> {
  const lists = await mkdtemp(join(tmpdir(), 'lists-'));
  try {
    const text = await run('apt-get', ['update', '--print-uris', '-o', `Dir::State::lists=${lists}`]);
    const found = [...text.matchAll(/^'(\S+)\/dists\/([^/']+)\/[^']*'/gm)];
    return [...new Set(found.filter(([, , name]) => name === suite).map(([, address]) => address as string))];
  } finally {
    await rm(lists, { recursive: true });
  }
}

function sourceLine(address: string, suite: string): string {
  const signed = existsSync(KEYRING) ? ` [signed-by=${KEYRING}]` : '';
  return `deb${signed} ${address} ${suite} main\n`;
}

async function sourcesAt(archive: string): Promise<string> {
  const mended = await Promise.all(
    SUITE_UPDATES.map(async (suite) => (await hostArchives(suite)).slice(0, 1).map((at) => sourceLine(at, suite))),
  );
  return [sourceLine(archive, SUITE), sourceLine(archive, OLD_SUITE), ...mended.flat()].join('');
}

const SETTINGS = (dir: string): readonly string[] => [
  `Dir::State=${dir}`,
  `Dir::State::lists=${dir}/lists`,
  `Dir::State::status=${dir}/status`,
  `Dir::Cache=${dir}/cache`,
  'Dir::Cache::pkgcache=pkgcache.bin', // container images switch it off, and then every call parses the lists anew
  `Dir::Etc::sourcelist=${dir}/sources.list`,
  'Dir::Etc::sourceparts=/dev/null',
  'Dir::Etc::preferences=/dev/null',
  'Dir::Etc::preferencesparts=/dev/null',
  'APT::Architecture=amd64',
  'APT::Architectures=amd64',
  'APT::Install-Recommends=false',
  'APT::Sandbox::User=root',
  'APT::Update::Error-Mode=any', // else a failed fetch ends with 0 (publishing.md, trap 6)
  'Acquire::Languages=none',
  'Acquire::Retries=3',
];

function aptIn(dir: string): IsolatedApt {
  const options = SETTINGS(dir).flatMap((setting) => ['-o', setting]);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  return {
    archives: join(dir, 'cache/archives'),
    get: (...args) => run('apt-get', ['-q', ...options, ...args], { env }),
    getInto: (cwd, ...args) => run('apt-get', ['-q', ...options, ...args], { env, cwd }),
    close: () => rm(dir, { recursive: true, force: true }),
  };
}

/**
 * An isolated apt whose lists are fetched, from the first archive of the host's sources that has both suites with
 * Debian's signature.
 * @param dir made anew; `close` removes it
 * @throws ProvisioningError WORLD_MIRROR_MISSING
 */
export async function openMirror(dir: string): Promise<IsolatedApt> {
  const complaints: string[] = [];
  for (const archive of await hostArchives(SUITE)) {
    await rm(dir, { recursive: true, force: true });
    for (const folder of ['lists/partial', 'cache/archives/partial'])
      await mkdir(join(dir, folder), { recursive: true });
    await writeFile(join(dir, 'status'), '');
    await writeFile(join(dir, 'sources.list'), await sourcesAt(archive));
    const apt = aptIn(dir);
    const failure = await apt.get('update').then(
      () => undefined,
      (cause: Error) => cause.message,
    );
    if (failure === undefined) return apt;
    complaints.push(failure);
  }
  await rm(dir, { recursive: true, force: true });
  throw refusal(
    'WORLD_MIRROR_MISSING',
    `No archive in apt's sources gave ${SUITE} and ${OLD_SUITE}. ${complaints.join(' ')}`.trim(),
  );
}
