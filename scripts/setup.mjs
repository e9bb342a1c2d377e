// Set-up of a machine, before anything of ours can be imported: Node's version, node modules, system packages.
// Runs in a moment when everything is there. Plain JavaScript without dependencies, because nothing is installed yet.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const PACKAGES = [
  'apt-utils', // apt-ftparchive: deb fragments and Release files
  'createrepo-c', // rpm fragments
  'curl', // a plain client of the published files, in tests
  'dnf', // a real client, and the rpm platform
  'dpkg-dev', // dpkg-deb and friends
  'fakeroot',
  'git',
  'gnupg-pkcs11-scd', // gpg's way to a key on a token, in tests
  'gpg',
  'gpg-agent',
  'gpgv',
  'iproute2', // ss: ports of a system under test
  'libsolv-tools',
  'mmdebstrap', // golden images
  'nginx-light', // serves a store in tests, with the configuration shipped in repos/serve
  'opensc', // pkcs11-tool: lays a certificate on a token, in tests
  'openssl', // a throw-away certificate, in tests
  'python3-solv', // the closure check's solver
  'rpm',
  'softhsm2', // a token, in tests
  'systemd', // systemd-analyze
  'systemd-container', // systemd-nspawn
  'xz-utils',
  'zstd',
  'zypper', // a real client; dnf-plugins-core, which excludes it on Debian, is not among these
];

function stop(code, sentence, hint) {
  console.error(`${code} ${sentence}\n  ${hint}`);
  process.exit(1);
}

function run(command, args, env = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  return error === undefined && status === 0;
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 15)) {
    stop('NODE_OLD', `This is Node ${process.versions.node}.`, 'Install Node 20.15 or newer.');
  }
}

/** Installed when npm's own record of node_modules was made from this lock file. */
function installModules() {
  const lock = readFileSync(join(root, 'package-lock.json'), 'utf8');
  const stamp = join(root, 'node_modules/.from-lock');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  console.log('set-up: installing the node modules of package-lock.json');
  if (!run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])) {
    stop('SETUP_MODULES', 'npm ci failed.', 'See its message above; the npm registry must be reachable once.');
  }
  writeFileSync(stamp, lock);
}

/** Names of PACKAGES that dpkg does not list as installed. */
function missingPackages() {
  const { stdout } = spawnSync('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\n', ...PACKAGES], {
    encoding: 'utf8',
  });
  const installed = new Set(
    (stdout ?? '')
      .split('\n')
      .filter((line) => line.endsWith(' installed'))
      .map((line) => line.split(' ')[0]),
  );
  return PACKAGES.filter((name) => !installed.has(name));
}

function installPackages() {
  if (spawnSync('dpkg-query', ['--version']).status !== 0) {
    stop(
      'SETUP_SYSTEM',
      'This system has no dpkg.',
      `Use Debian 12 or a derivative; the tools wanted are: ${PACKAGES.join(' ')}`,
    );
  }
  const missing = missingPackages();
  if (missing.length === 0) return;
  const install = ['apt-get', 'install', '-y', '--no-install-recommends', ...missing];
  if (process.getuid?.() !== 0) {
    stop('SETUP_PACKAGES', `System packages are missing: ${missing.join(' ')}.`, `Type: sudo ${install.join(' ')}`);
  }
  console.log(`set-up: installing system packages: ${missing.join(' ')}`);
  const quiet = { DEBIAN_FRONTEND: 'noninteractive' };
  run('apt-get', ['update', '-qq'], quiet);
  if (!run(install[0], ['-qq', ...install.slice(1)], quiet) || missingPackages().length > 0) {
    stop(
      'SETUP_PACKAGES',
      `apt could not install: ${missingPackages().join(' ')}.`,
      'See its message above; the Debian archive must be reachable once.',
    );
  }
}

checkNode();
installPackages();
installModules();
