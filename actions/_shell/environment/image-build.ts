import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Image, imageDigest } from '#core/environment/image.ts';
import { goldenFolder } from '#shell/environment/cache.ts';
import { buildDebianRoot } from '#shell/environment/debian-root.ts';
import { buildDnfRoot } from '#shell/environment/dnf-root.ts';
import type { GoldenImage } from '#shell/environment/ports.ts';
import { buildDisk } from '#shell/environment/qemu/disk.ts';
import { buildRpmBase } from '#shell/environment/rpm-base.ts';
import { mustRun } from '#shell/process.ts';

/** Own name of every system, so that results do not depend on the host they were had on. */
const HOST = 'testbed';
/** Everything is made in namespaces of its own: when we die, the kernel takes processes and mounts away. */
const CONTAINED = ['unshare', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', '--'];
/** Milliseconds after which a folder half built belongs to nobody. */
const ABANDONED = 3_600_000;

/**
 * The golden root of an image, or the disk of its virtual machine, from the cache or built now: about 15 s and 230 MB for
 * Debian, 30 s and 380 MB with dnf, 40 s and 500 MB as a virtual machine.
 */
export async function ensureGolden(image: Image, progress: (line: string) => void): Promise<GoldenImage> {
  const folder = goldenFolder(image);
  const root = join(folder, image.vm === undefined ? 'root' : 'vm');
  const golden = { image, sha256: imageDigest(image), root };
  if (existsSync(golden.root)) return golden;
  await mkdir(dirname(folder), { recursive: true });
  await sweep(dirname(folder));
  return alone(`${folder}.lock`, async () => {
    if (!existsSync(golden.root)) await buildAside(image, folder, progress);
    return golden;
  });
}

/** Of several that want the same image one builds; a lock of the kernel's ends with whoever held it. */
export async function alone<T>(lock: string, work: () => Promise<T>): Promise<T> {
  const holder = spawn('flock', [lock, 'sh', '-c', 'echo held; cat'], { stdio: ['pipe', 'pipe', 'ignore'] });
  try {
    await new Promise((held, failed) => {
      holder.stdout.once('data', held);
      for (const sad of ['error', 'exit']) holder.once(sad, failed);
    });
    return await work();
  } finally {
    holder.stdin.end();
  }
}

async function buildAside(image: Image, folder: string, progress: (line: string) => void): Promise<void> {
  const aside = await mkdtemp(join(dirname(folder), '.building-'));
  try {
    await build(image, aside, progress);
    await rename(aside, folder);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

async function build(image: Image, aside: string, progress: (line: string) => void): Promise<void> {
  const root = join(aside, 'root');
  progress(`${image.name}: ${image.build} of ${image.suite} with ${image.packages.length} packages`);
  await (image.build === 'dnf' ? buildDnfRoot(image, root, CONTAINED) : buildDebianRoot(image, root, CONTAINED));
  progress(`${image.name}: settling`);
  await settle(image, root);
  if (image.rpm !== undefined) {
    progress(`${image.name}: building ${image.rpm.base}`);
    await buildRpmBase(image.rpm, root, join(aside, 'base.rpm'), CONTAINED);
  }
  if (image.vm !== undefined) {
    progress(`${image.name}: making its disk`);
    await settleMachine(root);
    await buildDisk(image.vm, root, join(aside, 'vm'));
  }
}

/** A machine finds its network by DHCP and its name in a seed, and looks for no cloud. Emulated, its units take their time. */
async function settleMachine(root: string): Promise<void> {
  await mustRun(['systemctl', `--root=${root}`, '--quiet', 'enable', 'systemd-networkd']);
  await put(root, 'etc/cloud/cloud.cfg.d/90-testbed.cfg', 'datasource_list: [NoCloud, None]\n');
  await put(root, 'etc/systemd/system.conf.d/machine.conf', '[Manager]\nDefaultTimeoutStartSec=60s\n');
}

/** What makes the root a sound and quiet place: own name, no mirror, short time limits, nothing that runs by itself. */
async function settle(image: Image, root: string): Promise<void> {
  for (const name of ['etc/apt/sources.list', 'etc/resolv.conf', 'var/lib/man-db/auto-update'])
    await rm(join(root, name), { force: true });
  await put(root, 'etc/hostname', `${HOST}\n`);
  await put(root, 'etc/hosts', `127.0.0.1 localhost\n127.0.1.1 ${HOST}.umd.test ${HOST}\n::1 localhost\n`);
  await put(root, 'etc/machine-id', `${imageDigest(image).slice(0, 32)}\n`);
  await put(
    root,
    'etc/systemd/system.conf.d/testbed.conf',
    '[Manager]\nDefaultTimeoutStartSec=15s\nDefaultTimeoutStopSec=10s\n',
  );
  await put(root, 'etc/systemd/journald.conf.d/testbed.conf', '[Journal]\nStorage=volatile\nRateLimitIntervalSec=0\n');
  const units = await readdir(join(root, 'usr/lib/systemd/system'));
  const timers = units.filter((unit) => unit.endsWith('.timer'));
  await mustRun(['systemctl', `--root=${root}`, '--quiet', 'mask', ...timers]);
}

async function put(root: string, path: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
}

/** Folders left by builders that were killed. */
async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (!name.startsWith('.building-')) continue;
    const { mtimeMs } = await stat(path);
    if (Date.now() - mtimeMs > ABANDONED) await rm(path, { recursive: true, force: true });
  }
}
