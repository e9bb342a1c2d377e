import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { release } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from '#shell/environment/cache.ts';
import { runProcess } from '#shell/process.ts';

export const QEMU = 'qemu-system-x86_64';
/** Hardware's help, or all in software: some twenty times slower. */
export type Accelerator = 'kvm' | 'tcg';

/** Milliseconds in which a kernel says its word with hardware's help; it takes one second. */
const PROBE_LIMIT = 15_000;
const WORD = 'umd-accelerator-works';
const PROBE = `console=ttyS0 panic=-1 quiet rdinit=/bin/sh -- -c "echo ${WORD}"`;

export function acceleration(accelerator: Accelerator): string[] {
  return accelerator === 'kvm' ? ['-accel', 'kvm', '-cpu', 'host'] : ['-accel', 'tcg,thread=multi', '-cpu', 'max'];
}

/**
 * What really works here, by booting a kernel: /dev/kvm may open, answer, and still hang every guest (testbed.md, "A real
 * VM"). The answer is kept until this machine boots again or has another kernel.
 * @param boot folder with vmlinuz and initrd
 */
export async function acceleratorHere(boot: string, cache = cacheFolder()): Promise<Accelerator> {
  if (!existsSync('/dev/kvm')) return 'tcg';
  const bootId = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
  const kept = join(cache, 'accelerators', `${release()}-${bootId}`);
  const known = existsSync(kept) ? (await readFile(kept, 'utf8')).trim() : '';
  if (known === 'kvm' || known === 'tcg') return known;
  const answer: Accelerator = (await kvmWorks(boot)) ? 'kvm' : 'tcg';
  await mkdir(join(cache, 'accelerators'), { recursive: true });
  await writeFile(`${kept}.${process.pid}`, `${answer}\n`);
  await rename(`${kept}.${process.pid}`, kept);
  return answer;
}

async function kvmWorks(boot: string): Promise<boolean> {
  const machine = ['-nodefaults', '-no-user-config', '-nographic', '-no-reboot', '-m', '256', '-serial', 'stdio'];
  const kernel = ['-kernel', join(boot, 'vmlinuz'), '-initrd', join(boot, 'initrd'), '-append', PROBE];
  const { stdout } = await runProcess([QEMU, ...machine, ...acceleration('kvm'), ...kernel], { timeout: PROBE_LIMIT });
  return stdout.includes(WORD);
}
