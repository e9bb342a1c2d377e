import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { cpus, release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { refusal } from '#core/fault-codes.ts';
import { alone } from '#shell/environment/image-build.ts';
import { LISTING } from '#shell/environment/manifest.ts';
import type { GoldenImage } from '#shell/environment/ports.ts';
import { mustRun } from '#shell/process.ts';
import { type Accelerator, QEMU } from './accelerator.ts';
import { overlay } from './disk.ts';
import { type Machine, startMachine } from './machine.ts';
import { writeSeed } from './seed.ts';

/** A machine that booted once and sleeps: others wake up from it in seconds instead of booting for a minute. */
export interface Snapshot {
  readonly folder: string;
  /** Disk that was written while it booted; others are laid over it. */
  readonly disk: string;
  readonly state: string;
  readonly seed: string;
  /** Listing of its files. */
  readonly manifest: string;
}

/** Raised when what a snapshot holds is made in another way. */
const RECIPE = 1;
/** Milliseconds that cloud-init and the last units may take after the agent answers, and that falling asleep may take. */
const [SETTLE_LIMIT, SLEEP_LIMIT] = [600_000, 300_000];

/** From the cache, or made now: a quarter of a minute with hardware's help, a minute without. */
export async function snapshotOf(
  golden: GoldenImage,
  memory: number,
  accelerator: Accelerator,
  progress: (line: string) => void,
): Promise<Snapshot> {
  const folder = join(golden.root, `booted-${await key(accelerator)}`);
  if (!existsSync(folder))
    await alone(`${folder}.lock`, async () => {
      if (!existsSync(folder)) await make(golden, { memory, accelerator, folder, progress });
    });
  return placesIn(folder);
}

/** What a sleeping machine cannot be carried across: another emulator, processor or kernel below it. */
async function key(accelerator: Accelerator): Promise<string> {
  const version = await mustRun([QEMU, '--version']);
  const parts = [RECIPE, accelerator, version, cpus()[0]?.model, release()];
  return `${accelerator}-${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12)}`;
}

function placesIn(folder: string): Snapshot {
  const at = (name: string): string => join(folder, name);
  return { folder, disk: at('disk.qcow2'), state: at('state'), seed: at('seed'), manifest: at('manifest') };
}

interface Making {
  readonly memory: number;
  readonly accelerator: Accelerator;
  readonly folder: string;
  readonly progress: (line: string) => void;
}

async function make({ root, image, sha256 }: GoldenImage, { folder, progress, ...how }: Making): Promise<void> {
  const aside = `${folder}.making`;
  await rm(aside, { recursive: true, force: true });
  await mkdir(aside);
  const { disk, seed, state, manifest } = placesIn(aside);
  const sockets = await mkdtemp(join(tmpdir(), `umd-system-${process.pid}-`));
  progress(`${image.name}: booting a virtual machine by ${how.accelerator}`);
  try {
    await overlay(disk, '../disk.qcow2');
    await writeSeed(seed, `umd-${sha256.slice(0, 12)}`);
    const machine = await startMachine({ ...how, boot: root, disk, seed, folder: sockets });
    try {
      await settle(machine, image.name);
      await machine.agent.execute(LISTING, { timeout: SETTLE_LIMIT, outputTo: manifest });
      progress(`${image.name}: putting it to sleep`);
      await fallAsleep(machine, state);
    } finally {
      await machine.kill();
    }
    await rename(aside, folder);
    await sweep(root, folder);
  } finally {
    await rm(sockets, { recursive: true, force: true });
    await rm(aside, { recursive: true, force: true });
  }
}

/** Sleepers that no machine here can wake any more: they were made by another emulator or below another kernel. */
async function sweep(root: string, kept: string): Promise<void> {
  for (const name of await readdir(root))
    if (/^booted-[a-z]+-[0-9a-f]{12}$/.test(name) && join(root, name) !== kept)
      await rm(join(root, name), { recursive: true, force: true });
}

const FAILED = `systemctl --failed --plain --no-legend | while read -r unit _; do
  journalctl --no-pager --output=cat --lines=12 --unit="$unit"
done`;

async function settle({ agent }: Machine, name: string): Promise<void> {
  await agent.execute(['cloud-init', 'status', '--wait'], { timeout: SETTLE_LIMIT });
  const asked = ['systemctl', 'is-system-running', '--wait'];
  const { stdout } = await agent.execute(asked, { timeout: SETTLE_LIMIT });
  if (stdout.trim() === 'running') return;
  const failed = await agent.execute(['sh', '-c', FAILED], { timeout: SETTLE_LIMIT });
  throw refusal('ENVIRONMENT_FAULT', `${name} boots unsoundly, ${stdout.trim()}: ${failed.stdout.trim()}`);
}

async function fallAsleep({ monitor, agent }: Machine, state: string): Promise<void> {
  await agent.execute(['sync'], { timeout: SLEEP_LIMIT });
  await monitor.ask('stop');
  await monitor.ask('migrate-set-parameters', { 'max-bandwidth': 2 ** 40 });
  // The path is ours; in single quotes all the same.
  await monitor.ask('migrate', { uri: `exec:cat > '${state.replaceAll("'", "'\\''")}'` });
  const until = Date.now() + SLEEP_LIMIT;
  for (;;) {
    const { status } = (await monitor.ask('query-migrate')) as { status?: string };
    if (status === 'completed') return;
    if (status === 'failed' || Date.now() > until)
      throw refusal('ENVIRONMENT_FAULT', `A virtual machine cannot be put to sleep: ${status ?? 'nothing'}.`);
    await sleep(100);
  }
}
