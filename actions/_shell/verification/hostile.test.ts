import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { criteriaFor } from '#core/criteria/applied.ts';
import { conclusionOf, judge } from '#core/criteria/judge.ts';
import { readCriteria } from '#shell/criteria.ts';
import { aptWithin } from './apt.ts';
import { freshInstallation } from './fresh.ts';
import { debGround, type Ground } from './testing/ground.ts';
import { buildTiny, signRepository } from './testing/tiny.ts';

/** Packages that mean harm, on real systems: each is caught or contained, and the machine is clean afterwards. */
const repo = resolve(import.meta.dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'hostile-'));
const known = await readCriteria(repo);
const criteria = criteriaFor(known, ['generic', 'service']);
const MARK = `umd-hostile-${process.pid}`;
let heard = 0;
const listener = createServer((socket) => {
  heard += 1;
  socket.destroy();
});
await new Promise<void>((ready) => listener.listen(0, '0.0.0.0', ready));
const port = (listener.address() as { port: number }).port;
const [address = '127.0.0.1'] = execFileSync('hostname', ['-I'], { encoding: 'utf8' }).trim().split(' ');

const DAEMON = `perl -MIO::Socket::INET -e '$0="${MARK}"; exit if fork; my $s = IO::Socket::INET->new(LocalAddr=>"0.0.0.0",LocalPort=>4444,Listen=>1); sleep 600' < /dev/null > /dev/null 2>&1`;
const CALL = `perl -MIO::Socket::INET -e 'exit !IO::Socket::INET->new(PeerAddr=>$ARGV[0],Timeout=>2)'`;
const KEY = '-----BEGIN PRIVATE KEY-----';
const SCRIPTS = {
  files: `mkdir -p /etc/hostile; printf '%s\\n' '${KEY}' x '-----END PRIVATE KEY-----' > /etc/hostile/id; chmod 644 /etc/hostile/id; touch /etc/hostile/open; chmod 666 /etc/hostile/open`,
  daemon: DAEMON,
  hang: `exec -a ${MARK} sleep 600`,
  disk: 'mkdir -p /var/lib/hostile; dd if=/dev/zero of=/var/lib/hostile/full bs=1M',
  network: `${CALL} ${address}:${port} || ${CALL} 127.0.0.1:${port} || { echo cannot phone home >&2; exit 1; }`,
  memory: `perl -e '$0="${MARK}"; my $x = "x" x (6 * 1024 ** 3); print length $x'`,
} as const;
const packages = Object.fromEntries(
  Object.entries(SCRIPTS).map(([name, script]) => {
    const postinst = name === 'hang' ? `bash -c '${script}'` : script;
    return [name, buildTiny(folder, { name: `hostile-${name}`, version: '1.0', postinst })];
  }),
);
const key = signRepository(folder);
let ground: Ground;

beforeAll(async () => {
  ground = await debGround({ folder, key });
}, 300_000);
afterAll(async () => {
  await ground.close();
  listener.close();
  rmSync(folder, { recursive: true });
});

async function verified(which: keyof typeof SCRIPTS, limit = 60_000) {
  const locked = [packages[which]!];
  const stage = ground.stage(locked, { packages: aptWithin(limit) });
  const fresh = await freshInstallation(stage, {});
  const product = { description: '', purpose: '', supportEnds: [], day: '2026-06-01' };
  const rows = judge({ ...fresh, product, format: 'deb', upgrade: undefined }, criteria, known);
  const said = (id: string) => {
    const row = rows.find(({ criterion }) => criterion === id);
    return `${row?.result}: ${row?.comment}`;
  };
  return { conclusion: conclusionOf(rows), said };
}

/** Processes, mounts and control groups of ours on the machine itself. */
afterEach(() => {
  const processes = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).split('\n');
  expect(processes.filter((line) => line.startsWith(MARK))).toEqual([]);
  expect(readFileSync('/proc/mounts', 'utf8')).not.toContain('umd-system');
  const groups = ['', 'systemd', 'unified', 'pids', 'memory'].flatMap((name) => {
    const path = join('/sys/fs/cgroup', name);
    return existsSync(path) ? readdirSync(path).filter((entry) => entry.startsWith(`umd-system-${process.pid}-`)) : [];
  });
  expect(groups).toEqual([]);
});

test('a daemon that its installation forks, and its open port, are told, and it must not outlive the removal', async () => {
  const { said } = await verified('daemon');
  expect(said('GENERIC_SEC_5')).toContain('WARNING: Open after installation alone: tcp 0.0.0.0:4444');
  expect(said('GENERIC_DIST_7')).toMatch(
    new RegExp(`^FAIL: Still there after the removal: process \\d+ of root: ${MARK}`),
  );
}, 180_000);

test('a file that everyone may write and a private key below /etc, made by a script and in no package, are found', async () => {
  const { said, conclusion } = await verified('files');
  expect(said('QC_SEC_5')).toBe('FAIL: Everyone may write /etc/hostile/open (0666).');
  expect(said('QC_SEC_6')).toBe('FAIL: Everyone may read secrets in /etc/hostile/id (private key).');
  expect(conclusion).toBe('fail');
}, 180_000);

test('a script that hangs is ended, and that is a failure of the package', async () => {
  const { said, conclusion } = await verified('hang', 10_000);
  expect(said('QC_DIST_1')).toBe('FAIL: install packages fails: It did not end in time.');
  expect(conclusion).toBe('fail');
}, 180_000);

test('a package that fills the disk fills its own only', async () => {
  expect((await verified('disk')).said('QC_DIST_1')).toContain('FAIL: install packages fails');
}, 180_000);

test('the network is not there: nothing outside hears of the installation', async () => {
  const before = heard;
  expect((await verified('network')).said('QC_DIST_1')).toContain('FAIL: install packages fails');
  expect(heard).toBe(before);
}, 180_000);

test('a script that eats memory meets the limit of its own system', async () => {
  expect((await verified('memory')).said('QC_DIST_1')).toContain('FAIL: install packages fails');
}, 180_000);
