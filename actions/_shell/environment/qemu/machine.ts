import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { refusal } from '#core/fault-codes.ts';
import { cleanEnvironment } from '#shell/process.ts';
import { type Accelerator, acceleration, QEMU } from './accelerator.ts';
import { type Agent, openAgent } from './agent.ts';
import { type Conversation, converse } from './json-socket.ts';

export interface MachineOptions {
  readonly accelerator: Accelerator;
  /** MiB. */
  readonly memory: number;
  /** Folder of kernel and initramfs. */
  readonly boot: string;
  /** The writable disk, a qcow2 file. */
  readonly disk: string;
  /** Folder of the NoCloud seed. */
  readonly seed: string;
  /** Short-lived folder of its own, for sockets. */
  readonly folder: string;
  /** File of a machine that was stopped while it ran: it goes on from there instead of booting. */
  readonly state?: string;
}

/** A virtual machine that runs. When we end, however we do, the kernel ends it, too. */
export interface Machine {
  readonly monitor: Conversation;
  readonly agent: Agent;
  alive(): boolean;
  /** What it said on its console, the end of it. */
  console(): string;
  /** At once, like the plug pulled. */
  kill(): Promise<void>;
}

/** Milliseconds until the agent answers, with hardware's help and without. */
const BOOT_LIMIT = { kvm: 60_000, tcg: 600_000 } as const;
const WAKE_LIMIT = { kvm: 30_000, tcg: 120_000 } as const;
const KERNEL = 'console=ttyS0 root=/dev/vda rw panic=-1 net.ifnames=0 quiet';
// What the machine's emulator itself may not do, whoever breaks into it (qemu(1), -sandbox).
const SANDBOX = 'on,obsolete=deny,elevateprivileges=deny,resourcecontrol=deny';

/** @throws ProvisioningError ENVIRONMENT_FAULT */
export async function startMachine(options: MachineOptions): Promise<Machine> {
  const state = options.state === undefined ? undefined : openSync(options.state, 'r');
  // setpriv(1), --pdeathsig: the kernel's own promise that it does not outlive us.
  const argv = ['--pdeathsig', 'KILL', '--', QEMU, ...arguments_(options)];
  const child = spawn('setpriv', argv, {
    stdio: ['ignore', 'pipe', 'pipe', ...(state === undefined ? [] : [state])],
    env: cleanEnvironment(),
  });
  if (state !== undefined) closeSync(state);
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-8000);
    });
  child.once('error', (cause) => {
    said += cause.message;
  });
  try {
    return await met(child, options, () => said);
  } catch (cause) {
    await end(child);
    throw refusal('ENVIRONMENT_FAULT', `The virtual machine does not come up: ${said.trim().slice(-1500)}`, { cause });
  }
}

async function met(child: ChildProcess, options: MachineOptions, said: () => string): Promise<Machine> {
  const { folder, accelerator, state } = options;
  const monitor = await converse(join(folder, 'monitor'), 10_000);
  await monitor.ask('qmp_capabilities');
  if (state !== undefined) await awake(monitor, WAKE_LIMIT[accelerator]);
  const agent = await openAgent(join(folder, 'agent'), (state === undefined ? BOOT_LIMIT : WAKE_LIMIT)[accelerator]);
  if (state !== undefined) await agent.setClock(Date.now());
  return {
    monitor,
    agent,
    alive: () => child.exitCode === null && child.signalCode === null && agent.open,
    console: said,
    async kill() {
      for (const each of [agent, monitor]) each.close();
      await end(child);
    },
  };
}

async function awake(monitor: Conversation, limit: number): Promise<void> {
  const until = Date.now() + limit;
  while (((await monitor.ask('query-status')) as { status: string }).status === 'inmigrate') {
    if (Date.now() > until) throw refusal('ENVIRONMENT_FAULT', 'A sleeping machine does not wake up.');
    await sleep(50);
  }
  await monitor.ask('cont');
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

/** One simple disk, one seed, one network by DHCP, one agent: what the testbed of the process had. */
function arguments_({ accelerator, memory, boot, disk, seed, folder, state }: MachineOptions): string[] {
  const socket = (name: string) => `socket,id=${name},path=${join(folder, name)},server=on,wait=off`;
  return [
    ...['-nodefaults', '-no-user-config', '-nographic', '-no-reboot', '-sandbox', SANDBOX],
    ...acceleration(accelerator),
    ...['-smp', '2', '-m', String(memory), '-serial', 'stdio', '-device', 'virtio-rng-pci'],
    ...['-kernel', join(boot, 'vmlinuz'), '-initrd', join(boot, 'initrd'), '-append', KERNEL],
    ...['-drive', `file=${disk.replaceAll(',', ',,')},format=qcow2,if=virtio,cache=unsafe,discard=unmap`],
    // cloud-init, "NoCloud": a file system of this label.
    '-drive',
    `file.driver=vvfat,file.dir=${seed.replaceAll(',', ',,')},file.label=CIDATA,format=raw,if=virtio,readonly=on`,
    ...['-netdev', 'user,id=network', '-device', 'virtio-net-pci,netdev=network,id=card'],
    ...['-device', 'virtio-serial-pci', '-chardev', socket('agent')],
    ...['-device', 'virtserialport,chardev=agent,name=org.qemu.guest_agent.0'],
    ...['-chardev', socket('monitor'), '-mon', 'chardev=monitor,mode=control'],
    ...(state === undefined ? [] : ['-incoming', 'fd:3']),
  ];
}
