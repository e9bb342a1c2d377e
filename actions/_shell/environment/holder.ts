import { type ChildProcess, spawn } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { refusal } from '#core/fault-codes.ts';
import type { ProvisioningError } from '#core/faults.ts';
import { cleanEnvironment } from '#shell/process.ts';

/**
 * A holder keeps the namespaces of one throw-away system: its mounts and its processes exist in no other. It reads our end
 * of a pipe; when we end, killed or not, the pipe closes, the holder ends, and the kernel takes all processes and mounts
 * away. Only empty control groups stay; they bear our prefix and are swept at the next start.
 */
export interface Holder {
  readonly name: string;
  /** Process id of the first process in the namespaces, as the host counts. */
  readonly pid: number;
  /** Argument vector that runs `argv` in the holder's namespaces and control group. */
  entering(argv: readonly string[]): string[];
  /** Argument vector that runs `argv` in our namespaces but within the limits of the system: for what enters it booted. */
  limited(argv: readonly string[]): string[];
  /**
   * Milliseconds, so far, in which whatever of the system could have run waited for a processor that others had; undefined
   * where the kernel does not tell.
   */
  starved(): number | undefined;
  /** Milliseconds of processors that the system took so far; undefined where the kernel does not tell. */
  worked(): number | undefined;
  close(): Promise<void>;
}

const PREFIX = 'umd-system-';
/** The same for every system: each sees only its own mount there. */
export const PLACE = '/run/umd-system';

// $1 place, $2 size of the writable layer, $3 golden root. nspawn's own run-time folder is made private, too.
const HOLD = `set -eu
mkdir -p /run/systemd/nspawn "$1"
mount -t tmpfs -o mode=0755 tmpfs /run/systemd/nspawn
mount -t tmpfs -o "size=$2,mode=0755" tmpfs "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay -o "lowerdir=$3,upperdir=$1/upper,workdir=$1/work" overlay "$1/root"
echo ready
exec cat > /dev/null
`;

// Joins the control groups named before the first "--". A sweeper may take an empty one away in between: try again, and say
// nothing, for what is said here would be heard as the program's.
const JOIN = `while [ "$1" != -- ]; do
  for try in 1 2 3; do mkdir -p "$1" && echo 0 > "$1/cgroup.procs" && break; done 2>/dev/null
  shift
done
shift
exec "$@"
`;

/** Room for what a product installs and writes, in memory: a product that fills it fills nothing else. */
export const SIZE = '2g';
let made = 0;

/** @param size of the writable layer, in tmpfs words: `2g`. @throws ProvisioningError ENVIRONMENT_FAULT */
export async function hold(golden: string, size: string): Promise<Holder> {
  const name = `${process.pid}-${++made}`;
  sweepControlGroups();
  const spaces = ['--mount', '--propagation=private', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const lower = golden.replace(/[\\:,]/g, '\\$&');
  const child = spawn('unshare', [...spaces, '--', 'sh', '-c', HOLD, PREFIX + name, PLACE, size, lower], {
    stdio: 'pipe',
    env: cleanEnvironment(),
  });
  await ready(child);
  const [pid] = childrenOf(child.pid ?? 0);
  if (pid === undefined) throw unheld('its first process is gone');
  const groups = controlGroups().map((hierarchy) => join(hierarchy, PREFIX + name));
  try {
    for (const group of groups) limit(group);
  } catch (cause) {
    await close(child, groups);
    throw unheld(`no control group can be made: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  const joining = ['sh', '-c', JOIN, 'join', ...groups, '--'];
  // A leaf of its own: the new kind of hierarchy lets no process into a group that has groups below it.
  const leaves = groups.map((group) => join(group, 'entered'));
  return {
    name,
    pid,
    entering: (argv) => ['nsenter', '-t', String(pid), '-m', '-p', '--', ...joining, ...argv],
    limited: (argv) => ['sh', '-c', JOIN, 'join', ...leaves, '--', ...argv],
    starved: () => starvedOf(groups),
    worked: () => workedOf(groups),
    close: () => close(child, groups),
  };
}

// Documentation/accounting/psi.rst: `full` of a group is the time in which none of its tasks ran and one could have, in µs.
function starvedOf(groups: readonly string[]): number | undefined {
  for (const group of groups) {
    const total = /^full .*total=(?<total>\d+)$/m.exec(textOf(join(group, 'cpu.pressure')))?.groups?.total;
    if (total !== undefined) return Number(total) / 1000;
  }
  return undefined;
}

// Documentation/admin-guide/cgroup-v2.rst, cpu.stat: there with or without the controller; in µs.
function workedOf(groups: readonly string[]): number | undefined {
  for (const group of groups) {
    const used = /^usage_usec (?<used>\d+)$/m.exec(textOf(join(group, 'cpu.stat')))?.groups?.used;
    if (used !== undefined) return Number(used) / 1000;
  }
  return undefined;
}

function textOf(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

function ready(child: ChildProcess): Promise<void> {
  let said = '';
  return new Promise((resolve, reject) => {
    child.stdin?.on('error', () => {});
    child.stderr?.on('data', (text: Buffer) => {
      said += text;
    });
    child.stdout?.once('data', () => resolve());
    child.once('error', (cause) => reject(unheld(cause.message)));
    child.once('exit', () => reject(unheld(said.trim())));
  });
}

async function close(child: ChildProcess, groups: readonly string[]): Promise<void> {
  const gone = child.exitCode !== null || child.signalCode !== null;
  if (!gone) {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.stdin?.end();
    await Promise.race([ended, sleep(3000).then(() => child.kill('SIGKILL'))]);
  }
  // The last processes are reaped a moment after the first one; what refuses to go until then is swept at the next start.
  for (let tries = 0; tries < 40 && !groups.map(removed).every(Boolean); tries += 1) await sleep(25);
}

/** Process ids of the children, as the host counts. */
export function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** Whether a process is there and not only waiting to be reaped. */
export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s*[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** Where control groups can be made: the one hierarchy, or systemd's two and those that limit, of a host with the old kind. */
function controlGroups(): string[] {
  const root = '/sys/fs/cgroup';
  if (existsSync(join(root, 'cgroup.controllers'))) return [root];
  const limiting = ['pids', 'memory'].map((controller) => join(root, controller, ownGroup(controller)));
  return [join(root, 'systemd'), join(root, 'unified'), ...limiting].filter(isWritable);
}

/** Within a container hierarchies are often shown read only. */
function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Where we stand ourselves in a hierarchy of the old kind, so that limits set on us hold for our systems, too. */
function ownGroup(controller: string): string {
  const lines = readFileSync('/proc/self/cgroup', 'utf8').split('\n');
  const group = lines.find((line) => line.split(':')[1]?.split(',').includes(controller))?.split(':')[2] ?? '/';
  // cgroup_namespaces(7): who stands outside of what it sees is told so by `/..`.
  return group.startsWith('/..') ? '/' : group;
}

/** Processes and bytes that a system may have; its files in memory count, too. A product that asks for more fails alone. */
const LIMITS = [
  ['pids.max', '2048'],
  ['memory.max', String(3 * 1024 ** 3)],
  ['memory.limit_in_bytes', String(3 * 1024 ** 3)],
] as const;

// Where a host lends no such controller the limit is not to be had, and the system is made without.
function limit(group: string): void {
  try {
    if (existsSync('/sys/fs/cgroup/cgroup.controllers'))
      writeFileSync('/sys/fs/cgroup/cgroup.subtree_control', '+pids +memory');
  } catch {}
  mkdirSync(group, { recursive: true });
  for (const [file, value] of LIMITS) {
    if (existsSync(join(group, file))) writeFileSync(join(group, file), value);
  }
}

/** Takes away the control groups of systems whose makers are no more; one with processes in it refuses to go. */
function sweepControlGroups(): void {
  for (const hierarchy of controlGroups()) {
    for (const name of readdirSync(hierarchy)) {
      const maker = new RegExp(`^${PREFIX}(?<pid>\\d+)-`).exec(name)?.groups?.pid;
      if (maker !== undefined && !isAlive(Number(maker))) removed(join(hierarchy, name));
    }
  }
}

function removed(path: string): boolean {
  try {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      if (entry.isDirectory()) removed(join(path, entry.name));
    }
    rmdirSync(path);
    return true;
  } catch {
    return !existsSync(path);
  }
}

function unheld(why: string): ProvisioningError {
  return refusal('ENVIRONMENT_FAULT', `A throw-away system cannot be set up: ${why}.`);
}
