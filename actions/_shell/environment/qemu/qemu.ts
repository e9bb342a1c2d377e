import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Abilities } from '#core/environment/system.ts';
import { refusal } from '#core/fault-codes.ts';
import { systemOf } from '#shell/environment/guest.ts';
import { ensureGolden } from '#shell/environment/image-build.ts';
import { changesBetween, LISTING } from '#shell/environment/manifest.ts';
import type { Availability, EnvironmentProvider, GoldenImage, ThrowAwaySystem } from '#shell/environment/ports.ts';
import { mustRun } from '#shell/process.ts';
import { type Accelerator, acceleratorHere, QEMU } from './accelerator.ts';
import { overlay } from './disk.ts';
import { startMachine } from './machine.ts';
import { openProxy } from './proxy.ts';
import { type Snapshot, snapshotOf } from './snapshot.ts';

const ABILITIES: Abilities = { services: true, networkCut: true, secondSystem: true };
/** How many times longer everything may take. */
const PACE = { kvm: 1, tcg: 4 } as const;
const PREFIX = 'umd-system-';

/** Virtual machines: a security boundary, so also for what nobody let in yet. */
export const qemu: EnvironmentProvider = {
  name: 'qemu',
  detect,
  async ensureImage(image, progress) {
    if (image.vm === undefined)
      throw refusal('ENVIRONMENT_MISSING', `repos/images/${image.name}.yml describes no virtual machine.`);
    const golden = await ensureGolden(image, progress);
    await snapshotOf(golden, image.vm.memory, await acceleratorHere(golden.root), progress);
    return golden;
  },
  create,
};

async function detect(): Promise<Availability> {
  try {
    for (const program of [QEMU, 'qemu-img', 'setpriv']) await mustRun([program, '--version']);
    return { available: true, abilities: ABILITIES };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    return { available: false, why: `${why} Install qemu-system-x86 and qemu-utils` };
  }
}

async function create(golden: GoldenImage): Promise<ThrowAwaySystem> {
  await sweep();
  const memory = golden.image.vm?.memory ?? 1024;
  const accelerator = await acceleratorHere(golden.root);
  const snapshot = await snapshotOf(golden, memory, accelerator, () => {});
  const folder = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  try {
    return await waked(golden, { snapshot, accelerator, memory, folder });
  } catch (cause) {
    await rm(folder, { recursive: true, force: true });
    throw cause;
  }
}

interface Waking {
  readonly snapshot: Snapshot;
  readonly accelerator: Accelerator;
  readonly memory: number;
  readonly folder: string;
}

async function waked({ root }: GoldenImage, { snapshot, folder, ...how }: Waking): Promise<ThrowAwaySystem> {
  const disk = join(folder, 'disk.qcow2');
  await overlay(disk, snapshot.disk);
  const { seed, state } = snapshot;
  const machine = await startMachine({ ...how, boot: root, disk, seed, state, folder });
  const proxy = await openProxy();
  let cut = false;
  const [before, listing] = [await readFile(snapshot.manifest, 'utf8'), join(folder, 'listing')];
  const lent = { http_proxy: `http://10.0.2.2:${proxy.port}`, https_proxy: `http://10.0.2.2:${proxy.port}` };
  const pace = PACE[how.accelerator];
  const { agent, monitor } = machine;
  return systemOf({
    name: folder.slice(folder.lastIndexOf('/') + 1),
    abilities: ABILITIES,
    pace,
    environment: () => (cut ? {} : lent),
    alive: machine.alive,
    execute: (argv, limits) => agent.execute(argv, limits),
    async boot() {
      // The cable first, then the card, so that programs are told at once instead of waiting.
      await monitor.ask('set_link', { name: 'card', up: false });
      await agent.execute(['ip', 'link', 'set', 'eth0', 'down'], { timeout: 10_000 * pace });
      await proxy.close();
      cut = true;
    },
    async listChanges() {
      await agent.execute(LISTING, { timeout: 60_000 * pace, outputTo: listing });
      return changesBetween(before, await readFile(listing, 'utf8'));
    },
    async destroy() {
      await machine.kill();
      if (!cut) await proxy.close();
      await rm(folder, { recursive: true, force: true });
    },
  });
}

/** Folders of machines whose makers were killed; the machines themselves went with them. */
async function sweep(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    const pid = new RegExp(`^${PREFIX}(?<pid>\\d+)-`).exec(name)?.groups?.pid;
    if (pid !== undefined && !existsSync(`/proc/${pid}`))
      await rm(join(tmpdir(), name), { recursive: true, force: true });
  }
}
