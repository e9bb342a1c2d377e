import { type ChildProcess, spawn } from 'node:child_process';
import type { Abilities } from '#core/environment/system.ts';
import { refusal } from '#core/fault-codes.ts';
import { changesOf } from '#shell/environment/changes.ts';
import { systemOf } from '#shell/environment/guest.ts';
import { childrenOf, type Holder, hold, isAlive, PLACE, SIZE } from '#shell/environment/holder.ts';
import { ensureGolden } from '#shell/environment/image-build.ts';
import type { Availability, EnvironmentProvider, GoldenImage, ThrowAwaySystem } from '#shell/environment/ports.ts';
import { cleanEnvironment, mustRun, runProcess } from '#shell/process.ts';

/** Where no container can be booted: packages are installed and looked at, and nothing runs. */
const ABILITIES: Abilities = { services: false, networkCut: true, secondSystem: true };

// What a root of ours needs mounted before anything runs in it; all in the holder's own namespace. No script starts a
// service (Debian Policy 9.3.3.1: policy-rc.d).
const MOUNTS = `set -eu
for path in null zero full random urandom tty; do
  [ -e "$1/dev/$path" ] || : > "$1/dev/$path"
  mount --bind "/dev/$path" "$1/dev/$path"
done
mkdir -p "$1/dev/shm" "$1/run" "$1/tmp"
mount -t proc proc "$1/proc"
mount -t tmpfs -o mode=1777 tmpfs "$1/dev/shm"
mount -t tmpfs -o mode=0755 tmpfs "$1/run"
mount -t tmpfs -o mode=1777 tmpfs "$1/tmp"
printf '#!/bin/sh\\nexit 101\\n' > "$1/usr/sbin/policy-rc.d"
chmod 0755 "$1/usr/sbin/policy-rc.d"
[ ! -e /etc/resolv.conf ] || cat /etc/resolv.conf > "$1/etc/resolv.conf"
`;
// A network of its own with nothing but the loopback, and the image's own name. The first process keeps both.
const CUT = `set -eu
rm -f "$1/etc/resolv.conf"
mount -t sysfs sysfs "$1/sys"
ip link set lo up
hostname "$(cat "$1/etc/hostname")"
echo ready
exec sleep infinity
`;

export const chroot: EnvironmentProvider = {
  name: 'chroot',
  detect,
  ensureImage: ensureGolden,
  create: async (golden) => {
    const holder = await hold(golden.root, SIZE);
    await mustRun(holder.entering(['sh', '-c', MOUNTS, 'mounts', `${PLACE}/root`]));
    return chrootSystem(golden, holder);
  },
};

async function detect(): Promise<Availability> {
  if (process.getuid?.() !== 0) return { available: false, why: 'chroot needs root' };
  try {
    await mustRun(['unshare', '--mount', '--pid', '--net', '--uts', '--fork', '--mount-proc', '--', 'true']);
    return { available: true, abilities: ABILITIES };
  } catch (cause) {
    return { available: false, why: cause instanceof Error ? cause.message : String(cause) };
  }
}

function chrootSystem({ root }: GoldenImage, holder: Holder): ThrowAwaySystem {
  const place = `${PLACE}/root`;
  let cut: { keeper: ChildProcess; pid: number } | undefined;
  return systemOf({
    name: holder.name,
    abilities: ABILITIES,
    starved: () => holder.starved(),
    worked: () => holder.worked(),
    alive: () => isAlive(holder.pid) && (cut === undefined || isAlive(cut.pid)),
    execute: (argv, how) => {
      const inside = ['chroot', place, ...argv];
      if (cut === undefined) return runProcess(holder.entering(inside), how);
      return runProcess(
        holder.limited(['nsenter', '-t', String(cut.pid), '-m', '-p', '-n', '-u', '--', ...inside]),
        how,
      );
    },
    async boot() {
      cut = await cutOff(holder, place);
    },
    listChanges: () => changesOf(root, (argv) => mustRun(holder.entering(argv))),
    async destroy() {
      cut?.keeper.kill('SIGKILL');
      await holder.close();
    },
  });
}

async function cutOff(holder: Holder, place: string): Promise<{ keeper: ChildProcess; pid: number }> {
  const [file = '', ...args] = holder.entering(['unshare', '--net', '--uts', '--', 'sh', '-c', CUT, 'cut', place]);
  const keeper = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], env: cleanEnvironment() });
  let said = '';
  keeper.stderr.on('data', (text: Buffer) => {
    said += text;
  });
  await new Promise<void>((ready, failed) => {
    const fail = () => failed(refusal('ENVIRONMENT_FAULT', `A chroot cannot be cut off: ${said.trim()}`));
    keeper.stdout.once('data', () => ready());
    for (const sad of ['error', 'exit']) keeper.once(sad, fail);
  });
  const [pid = 0] = childrenOf(keeper.pid ?? 0);
  return { keeper, pid };
}
