import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { LockedPackage } from '#core/ppa/lock.ts';
import { withGpg } from '#shell/testing/make-key.ts';

/** A small daemon as a deb: a unit, a configuration file, a manual page, a licence; each trait spoils it in one way. */
export interface Tiny {
  readonly name: string;
  readonly version: string;
  readonly depends?: string;
  /** Text of the configuration file, so that versions differ. */
  readonly configuration?: string;
  readonly postinst?: string;
  readonly postrm?: string;
  /** Program of the unit. */
  readonly program?: string;
  /** Paths to leave out. */
  readonly without?: readonly string[];
  /** Further files by path. */
  readonly files?: Readonly<Record<string, string>>;
}

export const LISTENER = `#!/usr/bin/perl
use IO::Socket::INET;
my $server = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => 7777, Listen => 1, ReuseAddr => 1) or die "no port: $!";
mkdir '/var/lib/tiny'; open my $log, '>', '/var/log/tiny.log'; print $log "listening\\n"; close $log;
while (my $client = $server->accept) { close $client }
`;

function contentOf({ name, program = LISTENER, configuration = 'colour = green\n', without = [], files = {} }: Tiny) {
  const all: Record<string, string> = {
    [`usr/sbin/${name}`]: program,
    [`lib/systemd/system/${name}.service`]: `[Unit]\nDescription=${name}\n[Service]\nExecStart=/usr/sbin/${name}\n[Install]\nWantedBy=multi-user.target\n`,
    [`etc/${name}.conf`]: configuration,
    [`etc/logrotate.d/${name}`]: '/var/log/tiny.log {\n  weekly\n}\n',
    [`usr/share/man/man8/${name}.8`]: `.TH ${name.toUpperCase()} 8\n.SH NAME\n${name} \\- a small daemon\n`,
    [`usr/share/doc/${name}/copyright`]: 'Licence: Apache-2.0, see /usr/share/common-licenses/Apache-2.0\n',
    ...files,
  };
  return Object.entries(all).filter(([path]) => !without.includes(path));
}

/** Builds the deb below `<root>/pool` and tells how a lock would name it. */
export function buildTiny(root: string, tiny: Tiny): LockedPackage {
  const { name, version, depends, postinst, postrm } = tiny;
  const tree = mkdtempSync(join(tmpdir(), 'tiny-'));
  const put = (path: string, text: string, mode: number) => {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text, { mode });
  };
  for (const [path, text] of contentOf(tiny)) put(path, text, /bin\//.test(path) ? 0o755 : 0o644);
  const needs = depends === undefined ? '' : `Depends: ${depends}\n`;
  const about = 'Maintainer: Tiny Provider <tiny@example.org>\nDescription: a small daemon\n';
  put('DEBIAN/control', `Package: ${name}\nVersion: ${version}\nArchitecture: all\n${needs}${about}`, 0o644);
  put('DEBIAN/conffiles', `/etc/${name}.conf\n`, 0o644);
  if (postinst !== undefined) put('DEBIAN/postinst', `#!/bin/sh\nset -e\n${postinst}\n`, 0o755);
  if (postrm !== undefined) put('DEBIAN/postrm', `#!/bin/sh\nset -e\n${postrm}\n`, 0o755);
  const file = `${name}_${version}_all.deb`;
  mkdirSync(join(root, 'pool'), { recursive: true });
  const path = join(root, 'pool', file);
  execFileSync('dpkg-deb', ['--root-owner-group', '-Znone', '--build', tree, path], { stdio: 'pipe' });
  rmSync(tree, { recursive: true });
  const bytes = readFileSync(path);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { name, version, arch: 'all', sha256, size: bytes.length, file, signer: 'A'.repeat(16), url: 'http://x/y' };
}

/** A signed apt repository over `<root>/pool`: suite `bookworm`, component `main`, its sources too. Gives the armored public key. */
export function signRepository(root: string): string {
  const suite = join(root, 'dists/bookworm');
  for (const path of ['pool', 'dists/bookworm/main/binary-amd64', 'dists/bookworm/main/source'])
    mkdirSync(join(root, path), { recursive: true });
  const ftparchive = (...args: string[]) => execFileSync('apt-ftparchive', args, { cwd: root, stdio: 'pipe' });
  writeFileSync(join(suite, 'main/binary-amd64/Packages'), ftparchive('packages', 'pool'));
  writeFileSync(join(suite, 'main/source/Sources'), ftparchive('sources', 'pool'));
  const about = ['Suite=bookworm', 'Codename=bookworm', 'Components=main', 'Architectures=amd64'];
  const options = about.flatMap((each) => ['-o', `APT::FTPArchive::Release::${each}`]);
  writeFileSync(join(suite, 'Release'), ftparchive(...options, 'release', 'dists/bookworm'));
  return withGpg((gpg) => {
    gpg('--quick-generate-key', 'tiny@example.org', 'ed25519', 'sign', 'never');
    gpg('--clearsign', '--output', join(suite, 'InRelease'), join(suite, 'Release'));
    return gpg('--armor', '--export');
  });
}
