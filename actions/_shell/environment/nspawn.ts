import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Abilities } from '#core/environment/system.ts';
import { refusal } from '#core/fault-codes.ts';
import { changesOf } from '#shell/environment/changes.ts';
import { systemOf } from '#shell/environment/guest.ts';
import { childrenOf, type Holder, hold, isAlive, PLACE, SIZE } from '#shell/environment/holder.ts';
import { ensureGolden } from '#shell/environment/image-build.ts';
import type { Availability, EnvironmentProvider, GoldenImage, ThrowAwaySystem } from '#shell/environment/ports.ts';
import { START_FAILED } from '#shell/environment/probes.ts';
import { cleanEnvironment, mustRun, runProcess } from '#shell/process.ts';

const ABILITIES: Abilities = { services: true, networkCut: true, secondSystem: true };
const BOOT_LIMIT = 30_000;
// testbed.md, "Throw-away systems without KVM": what nspawn needs where PID 1 is not systemd; does no harm where it is.
const NSPAWN = [
  'systemd-nspawn',
  '--quiet',
  `--directory=${PLACE}/root`,
  '--register=no',
  '--keep-unit',
  '--link-journal=no',
];
const BOOT = ['--boot', '--private-network', '--kill-signal=SIGRTMIN+3', '--resolv-conf=off', '--console=pipe'];

/** Throw-away systems by overlayfs and systemd-nspawn: no security boundary, so only for what the bouncer let in. */
export const nspawn: EnvironmentProvider = {
  name: 'nspawn',
  detect,
  ensureImage: ensureGolden,
  create: (golden) => nspawnShowing(golden, {}),
};

/**
 * @param shown path inside the booted system → folder of this machine that is shown there, read only
 * @throws ProvisioningError ENVIRONMENT_FAULT
 */
export async function nspawnShowing(
  golden: GoldenImage,
  shown: Readonly<Record<string, string>>,
): Promise<ThrowAwaySystem> {
  return nspawnSystem(golden, await hold(golden.root, SIZE), shown);
}

async function detect(): Promise<Availability> {
  if (process.getuid?.() !== 0) return { available: false, why: 'systemd-nspawn needs root' };
  try {
    await mustRun(['systemd-nspawn', '--version']);
    await mustRun(['unshare', '--mount', '--pid', '--fork', '--mount-proc', '--', 'true']);
    return { available: true, abilities: ABILITIES };
  } catch (cause) {
    return { available: false, why: cause instanceof Error ? cause.message : String(cause) };
  }
}

function nspawnSystem(
  { root, image }: GoldenImage,
  holder: Holder,
  shown: Readonly<Record<string, string>>,
): ThrowAwaySystem {
  const { name } = holder;
  let booted: { console: ChildProcess; leader: number } | undefined;
  const unbooted = [...NSPAWN, `--machine=${name}`, '--resolv-conf=replace-host', '--as-pid2', '--pipe', '--'];
  const system = systemOf({
    name,
    abilities: ABILITIES,
    starved: () => holder.starved(),
    worked: () => holder.worked(),
    alive: () => isAlive(holder.pid) && (booted === undefined || isAlive(booted.leader)),
    execute: (argv, how) =>
      runProcess(
        booted === undefined
          ? holder.entering([...unbooted, ...argv])
          : holder.limited(['nsenter', '-t', String(booted.leader), '-a', '--', ...argv]),
        how,
      ),
    async boot() {
      const { console, leader, said } = await started(holder, shown);
      if (leader !== undefined) booted = { console, leader };
      const limit = Date.now() + BOOT_LIMIT;
      while (booted !== undefined && Date.now() < limit && console.exitCode === null) {
        // Until its bus answers systemctl only fails.
        const { stdout } = await system.run(['systemctl', 'is-system-running', '--wait'], { timeout: BOOT_LIMIT });
        if (stdout.startsWith('running')) return;
        if (stdout.startsWith('degraded')) return void (await system.run(['sh', '-c', START_FAILED]));
        await sleep(40);
      }
      throw refusal('ENVIRONMENT_FAULT', `${image.name} does not boot: ${said().trim()}`);
    },
    listChanges: () => changesOf(root, (argv) => mustRun(holder.entering(argv))),
    async destroy() {
      await holder.close();
      booted?.console.stdout?.destroy();
      booted?.console.stderr?.destroy();
    },
  });
  return system;
}

/** The container's console, and its first process once that is systemd. */
async function started(
  holder: Holder,
  shown: Readonly<Record<string, string>>,
): Promise<{ console: ChildProcess; leader: number | undefined; said: () => string }> {
  await runProcess(holder.entering(['rm', '-f', `${PLACE}/root/etc/resolv.conf`]));
  const bound = Object.entries(shown).map(([inside, folder]) => `--bind-ro=${folder.replaceAll(':', '\\:')}:${inside}`);
  const [file = '', ...args] = holder.entering([...NSPAWN, `--machine=${holder.name}`, ...BOOT, ...bound]);
  const console = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], env: cleanEnvironment() });
  let said = '';
  for (const stream of [console.stdout, console.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-8000);
    });
  }
  console.once('error', () => {});
  const limit = Date.now() + BOOT_LIMIT;
  while (Date.now() < limit && console.exitCode === null) {
    const leader = leaderOf(console.pid ?? 0);
    if (leader !== undefined) return { console, leader, said: () => said };
    await sleep(40);
  }
  return { console, leader: undefined, said: () => said };
}

/** nsenter → nspawn → the system's first process, once that is systemd. */
function leaderOf(console: number): number | undefined {
  return childrenOf(console)
    .flatMap(childrenOf)
    .find((pid) => {
      try {
        return readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'systemd';
      } catch {
        return false;
      }
    });
}
