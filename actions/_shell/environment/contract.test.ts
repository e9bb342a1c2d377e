import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { parseImage } from '#core/environment/image.ts';
import { soundOf } from '#core/yaml.ts';
import { chroot } from './chroot.ts';
import { memoryProvider } from './memory.ts';
import { nspawn } from './nspawn.ts';
import type { GoldenImage } from './ports.ts';
import { keepContract } from './testing/contract.ts';

/** One contract, every kind of system that can be had here; the virtual machine has its own file, for it takes minutes. */
const repo = resolve(import.meta.dirname, '../../..');
let golden: GoldenImage;
beforeAll(async () => {
  const text = readFileSync(join(repo, 'repos/images/debian-12.yml'), 'utf8');
  golden = await nspawn.ensureImage(soundOf(parseImage('debian-12', text)), () => {});
}, 300_000);

/** What systems leave on a host when they are not cleaned up. */
afterEach(() => {
  expect(readFileSync('/proc/mounts', 'utf8')).not.toContain('umd-system');
  const groups = ['', 'systemd', 'unified', 'pids', 'memory'].flatMap((name) => {
    const path = join('/sys/fs/cgroup', name);
    return existsSync(path) ? readdirSync(path).filter((entry) => entry.startsWith(`umd-system-${process.pid}-`)) : [];
  });
  expect(groups).toEqual([]);
  expect(existsSync(join(golden.root, 'srv/sticky'))).toBe(false);
});

test('nspawn', async () => {
  expect(await keepContract(nspawn, golden)).toHaveLength(12);
}, 60_000);

test('chroot', async () => {
  expect(await keepContract(chroot, golden)).toHaveLength(12);
}, 60_000);

test('in memory', async () => {
  expect(await keepContract(memoryProvider(), golden, { programs: false })).toHaveLength(5);
});
