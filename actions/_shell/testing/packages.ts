import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** Real packages and keys for tests, made by the field's own tools. Nothing of ours is used. */

export interface Named {
  readonly name: string;
  readonly version: string;
  readonly arch: string;
  /** Source package; the name when absent. */
  readonly source?: string;
  /** Bytes of ballast. */
  readonly weight?: number;
  /** rpm: the stream it says it was built for. */
  readonly module?: string;
}

const quiet = { stdio: 'pipe', encoding: 'utf8' } as const;
const run = (file: string, args: string[], env: Record<string, string> = {}) =>
  execFileSync(file, args, { ...quiet, env: { ...process.env, LC_ALL: 'C', ...env } });

/** @returns path of the deb made in `folder`, named as dpkg names it (without the epoch) */
export function buildDeb(folder: string, { name, version, arch, source, weight = 10 }: Named): string {
  const tree = mkdtempSync(join(tmpdir(), 'deb-'));
  const share = join(tree, 'usr/share/doc', name);
  mkdirSync(share, { recursive: true });
  mkdirSync(join(tree, 'DEBIAN'), { mode: 0o755 });
  writeFileSync(join(share, 'README'), 'x'.repeat(weight));
  const fields = [
    `Package: ${name}`,
    `Version: ${version}`,
    `Architecture: ${arch}`,
    ...(source ? [`Source: ${source}`] : []),
  ];
  const control = [...fields, 'Maintainer: A Packager <packager@provider.example>', 'Description: a test', ''].join(
    '\n',
  );
  writeFileSync(join(tree, 'DEBIAN/control'), control);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}_${version.replace(/^\d+:/, '')}_${arch}.deb`);
  run('dpkg-deb', ['--root-owner-group', '-Zgzip', '--build', tree, file]);
  rmSync(tree, { recursive: true });
  return file;
}

/** @param version `[epoch:]version-release` @returns path of the rpm (or source rpm when `arch` is `src`) */
export function buildRpm(folder: string, { name, version, arch, weight = 10, module }: Named): string {
  const tree = mkdtempSync(join(tmpdir(), 'rpm-'));
  const [, epoch = '', upstream = '', release = ''] = /^(?:(\d+):)?(.*)-(.*)$/.exec(version) ?? [];
  const header = [
    `Name: ${name}`,
    `Version: ${upstream}`,
    `Release: ${release}`,
    ...(epoch ? [`Epoch: ${epoch}`] : []),
    ...(module ? [`ModularityLabel: ${module}`] : []),
  ];
  const target = arch === 'noarch' || arch === 'src' ? ['BuildArch: noarch'] : [];
  const install = `%install\nmkdir -p %{buildroot}/usr/share/${name}\nhead -c ${weight} /dev/zero > %{buildroot}/usr/share/${name}/data`;
  const spec = [
    ...header,
    ...target,
    'Summary: a test',
    'License: MIT',
    '%description',
    'A test.',
    install,
    '%files',
    `/usr/share/${name}`,
    '',
  ];
  writeFileSync(join(tree, 'p.spec'), spec.join('\n'));
  const define = [`_topdir ${tree}`, '_buildshell /bin/bash', '_build_id_links none', 'debug_package %{nil}'];
  const options = [...define.flatMap((text) => ['--define', text]), ...(target.length > 0 ? [] : ['--target', arch])];
  run('rpmbuild', [arch === 'src' ? '-bs' : '-bb', ...options, join(tree, 'p.spec')], { HOME: tree });
  const made = readdirSync(tree, { recursive: true, encoding: 'utf8' }).find((path) => path.endsWith('.rpm')) ?? '';
  mkdirSync(folder, { recursive: true });
  const file = join(folder, basename(made));
  copyFileSync(join(tree, made), file);
  rmSync(tree, { recursive: true });
  return file;
}

export interface Key {
  readonly home: string;
  readonly fingerprint: string;
  /** Armored public key. */
  readonly armored: string;
}

/** A key in a gpg home of its own below `folder`. @param algorithm of gpg: `ed25519`, `rsa3072` */
export function makeKey(folder: string, name: string, algorithm = 'ed25519', expire = 'never'): Key {
  const home = join(folder, `key-${name}`);
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const gpg = (...args: string[]) => run('gpg', ['--homedir', home, '--batch', '--quiet', ...args]);
  gpg('--passphrase', '', '--quick-gen-key', `${name} <${name}@provider.example>`, algorithm, 'sign', expire);
  const fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(gpg('--list-keys', '--with-colons'))?.[1] ?? '';
  return { home, fingerprint, armored: gpg('--armor', '--export', fingerprint) };
}

/** A key that expired long ago, and a text it signed while it was valid. */
export function makeExpired(folder: string, file: string): Key & { clearSigned: string } {
  const home = join(folder, 'key-expired');
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const gpg = (...args: string[]) =>
    run('gpg', ['--homedir', home, '--batch', '--quiet', '--faked-system-time', '20200101T000000!', ...args]);
  gpg('--passphrase', '', '--quick-gen-key', 'expired <expired@provider.example>', 'ed25519', 'sign', '1y');
  const fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(gpg('--list-keys', '--with-colons'))?.[1] ?? '';
  const clearSigned = gpg('--output', '-', '--clearsign', file);
  return { home, fingerprint, armored: gpg('--armor', '--export', fingerprint), clearSigned };
}

/** The public key with its revocation. */
export function revoked({ home, fingerprint }: Key): string {
  const certificate = readFileSync(join(home, 'openpgp-revocs.d', `${fingerprint}.rev`), 'utf8');
  writeFileSync(join(home, 'revocation.asc'), certificate.slice(certificate.indexOf(':-----BEGIN') + 1));
  const gpg = (...args: string[]) => run('gpg', ['--homedir', home, '--batch', '--quiet', ...args]);
  gpg('--import', join(home, 'revocation.asc'));
  return gpg('--armor', '--export', fingerprint);
}

/** Ends the agent that gpg started for this key. */
export function dropKey({ home }: Key): void {
  run('gpgconf', ['--homedir', home, '--kill', 'all']);
  rmSync(home, { recursive: true, force: true });
}

export function signRpm(file: string, { home, fingerprint }: Key, digest = 'sha512'): string {
  const define = ['__gpg /usr/bin/gpg', `_gpg_name ${fingerprint}`, `_gpg_path ${home}`, `_gpg_digest_algo ${digest}`];
  run('rpmsign', [...define.flatMap((text) => ['--define', text]), '--addsign', file], { HOME: home });
  return file;
}

/** gpg's signature of a file: `--clearsign` or `--detach-sign`, armored. @returns the text */
export function signText(mode: '--clearsign' | '--detach-sign', file: string, key: Key, digest = 'SHA512'): string {
  const choice = ['--armor', '--digest-algo', digest, '--local-user', key.fingerprint, '--output', '-', mode, file];
  return run('gpg', ['--homedir', key.home, '--batch', '--quiet', ...choice]);
}

/** Makes a signed apt repository of the debs in `root/pool` by apt-ftparchive. @param also fields of Release */
export function aptRepository(
  root: string,
  suite: string,
  arch: string,
  key: Key,
  also: Record<string, string> = {},
  digest = 'SHA512',
) {
  const binary = join(root, 'dists', suite, `main/binary-${arch}`);
  mkdirSync(binary, { recursive: true });
  const packages = execFileSync('apt-ftparchive', ['packages', 'pool'], { ...quiet, cwd: root });
  writeFileSync(join(binary, 'Packages'), packages);
  run('gzip', ['-k', '-f', join(binary, 'Packages')]);
  const fields = { Suite: suite, Codename: suite, Components: 'main', Architectures: arch };
  const options = Object.entries(fields).flatMap(([name, value]) => [
    '-o',
    `APT::FTPArchive::Release::${name}=${value}`,
  ]);
  const release = join(dirname(dirname(binary)), 'Release');
  rmSync(release, { force: true });
  rmSync(join(dirname(release), 'InRelease'), { force: true });
  const head = Object.entries(also).map(([name, value]) => `${name}: ${value}\n`);
  writeFileSync(release, head.join('') + run('apt-ftparchive', [...options, 'release', dirname(release)]));
  writeFileSync(join(dirname(release), 'InRelease'), signText('--clearsign', release, key, digest));
}
