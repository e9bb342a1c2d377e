import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { VirtualMachine } from '#core/environment/image.ts';
import { mustRun } from '#shell/process.ts';

/**
 * A root becomes the disk of a virtual machine: an ext4 file system in a qcow2 file that holds what was written and no more,
 * with kernel and initramfs beside it, for they are handed to the machine directly. No loop device, no boot loader.
 * @param to folder that gets `disk.qcow2`, `vmlinuz`, `initrd`; the root is used up
 */
export async function buildDisk({ disk }: VirtualMachine, root: string, to: string): Promise<void> {
  await mkdir(to);
  const boot = await readdir(join(root, 'boot'));
  for (const [name, pattern] of [
    ['vmlinuz', /^vmlinuz-/],
    ['initrd', /^initrd\.img-/],
  ] as const)
    await rename(join(root, 'boot', boot.find((file) => pattern.test(file)) ?? name), join(to, name));
  const raw = join(dirname(root), 'disk.raw');
  // Nothing of a machine survives it: a journal would be written for nobody.
  const options = ['-q', '-t', 'ext4', '-O', '^has_journal', '-L', 'umd-root', '-d', root];
  await mustRun(['mke2fs', ...options, raw, `${disk}M`], { timeout: 300_000 });
  await mustRun(['qemu-img', 'convert', '-O', 'qcow2', raw, join(to, 'disk.qcow2')], { timeout: 300_000 });
  await rm(raw);
  await rm(root, { recursive: true });
}

/** A disk that is written over another, which stays as it is. */
export async function overlay(disk: string, below: string): Promise<void> {
  await mustRun(['qemu-img', 'create', '-q', '-f', 'qcow2', '-F', 'qcow2', '-b', below, disk]);
}
