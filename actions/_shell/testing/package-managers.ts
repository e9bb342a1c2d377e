import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A real client that must not forgive anything: every failed fetch and every bad signature is an error. */
export interface Client {
  /** Fetches the metadata; throws when the client is not content. */
  refresh(): Promise<void>;
  /** `name version` of everything on offer, sorted. */
  offers(): Promise<readonly string[]>;
  /** Fetches a package, with its checksum (and rpm's signature) checked. */
  install(name: string): Promise<void>;
  /** dnf: what is installed becomes what is on offer. The others fetch it. */
  upgrade(name: string): Promise<void>;
}

/** apt-get with a root of its own: nothing of this machine's apt is read or changed. */
export function aptClient(folder: string, sources: string): Client {
  for (const name of [
    'etc/sources.list.d',
    'etc/preferences.d',
    'etc/apt.conf.d',
    'etc/trusted.gpg.d',
    'lib/lists/partial',
    'cache/archives/partial',
  ]) {
    mkdirSync(join(folder, name), { recursive: true });
  }
  writeFileSync(join(folder, 'status'), '');
  writeFileSync(join(folder, 'etc/sources.list.d/try.sources'), sources.replace('Enabled: no', 'Enabled: yes'));
  const config = `Dir "${folder}"; Dir::Etc "etc"; Dir::State "lib"; Dir::State::status "${folder}/status"; Dir::Cache "cache";
Dir::Log "log"; Dir::Etc::main ""; Dir::Etc::parts "apt.conf.d"; APT::Architecture "amd64"; APT::Architectures { "amd64"; };
APT::Sandbox::User "root"; APT::Update::Error-Mode "any"; Acquire::Retries "0"; APT::Get::AllowUnauthenticated "false";`;
  writeFileSync(join(folder, 'apt.conf'), config);
  const env = { PATH: process.env.PATH, APT_CONFIG: join(folder, 'apt.conf'), LC_ALL: 'C.UTF-8' };
  const apt = async (program: string, ...args: string[]) => (await run(program, args, { env, cwd: folder })).stdout;
  return {
    refresh: async () => void (await apt('apt-get', '-q', 'update')),
    offers: async () =>
      [...(await apt('apt-cache', 'dumpavail')).matchAll(/^Package: (.*)$[\s\S]*?^Version: (.*)$/gm)]
        .map(([, name, version]) => `${name} ${version}`)
        .sort(),
    install: async (name) => void (await apt('apt-get', '-q', '-y', '--download-only', 'install', name)),
    upgrade: async (name) =>
      void (await apt('apt-get', '-q', '-y', '--download-only', '--only-upgrade', 'install', name)),
  };
}

/** dnf with an installroot of its own. Debian's dnf forgives much by default and has a plugin that gets in the way. */
export function dnfClient(folder: string, repoFile: string): Client {
  for (const name of ['repos', 'root']) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'dnf.conf'), '[main]\n');
  writeFileSync(join(folder, 'repos/try.repo'), repoFile.replace('enabled=0', 'enabled=1'));
  const options = {
    reposdir: `${folder}/repos`,
    skip_if_unavailable: '0',
    retries: '1',
    metadata_expire: '0',
  };
  const fixed = [
    '-q',
    '-y',
    `--config=${folder}/dnf.conf`,
    '--disableplugin=local',
    `--installroot=${folder}/root`,
    '--releasever=12',
    '--forcearch=x86_64',
  ];
  const settings = Object.entries(options).map(([name, value]) => `--setopt=${name}=${value}`);
  const dnf = async (...args: string[]) => (await run('dnf', [...fixed, ...settings, ...args])).stdout;
  return {
    refresh: async () => void (await dnf('makecache')),
    offers: async () =>
      (await dnf('repoquery', '--queryformat', '%{name} %{evr}', '*'))
        .split('\n')
        .filter((line) => line !== '')
        .sort(),
    install: async (name) => void (await dnf('install', name)),
    upgrade: async (name) => void (await dnf('upgrade', name)),
  };
}

/** zypper with a root of its own. It is handed the key once, as an administrator accepts it, and then asks for nothing. */
export function zypperClient(folder: string, repoFile: string): Client {
  const root = join(folder, 'root');
  for (const name of ['etc/zypp/repos.d', 'var/lib/rpm']) mkdirSync(join(root, name), { recursive: true });
  writeFileSync(join(root, 'etc/zypp/repos.d/try.repo'), repoFile.replace('enabled=0', 'enabled=1'));
  const env = { PATH: process.env.PATH, HOME: folder, LC_ALL: 'C.UTF-8', ZYPP_LOCKFILE_ROOT: root };
  const zypper = async (...args: string[]) =>
    (await run('zypper', ['--root', root, '--non-interactive', '--gpg-auto-import-keys', ...args], { env })).stdout;
  return {
    refresh: async () => void (await zypper('refresh', '--force')),
    offers: async () =>
      [
        ...(await zypper('--xmlout', '--no-refresh', 'search', '--details')).matchAll(
          /<solvable .*?name="([^"]*)".*?edition="([^"]*)"/g,
        ),
      ]
        .map(([, name, version]) => `${name} ${version}`)
        .sort(),
    install: async (name) => void (await zypper('install', '--download-only', name)),
    upgrade: async (name) => void (await zypper('update', '--download-only', name)),
  };
}
