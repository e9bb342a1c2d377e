import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseImage } from '#core/environment/image.ts';
import { soundOf } from '#core/yaml.ts';
import { nspawn } from '#shell/environment/nspawn.ts';
import type { GoldenImage } from '#shell/environment/ports.ts';

const repo = resolve(import.meta.dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'environment-'));
let golden: GoldenImage;

beforeAll(async () => {
  const text = readFileSync(join(repo, 'repos/images/debian-12.yml'), 'utf8');
  golden = await nspawn.ensureImage(soundOf(parseImage('debian-12', text)), () => {});
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true }));

/** What systems leave on a host when they are not cleaned up: mounts, control groups, processes. */
function traces(): string[] {
  const mounts = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .filter((line) => line.includes('umd-system'));
  const groups = ['', 'systemd', 'unified'].flatMap((name) => {
    const path = join('/sys/fs/cgroup', name);
    return existsSync(path) ? readdirSync(path).filter((entry) => entry.startsWith(`umd-system-${process.pid}-`)) : [];
  });
  return [...mounts, ...groups];
}

test('a system boots, is sound, cut off, and tells what was changed in it; afterwards nothing is left', async () => {
  const system = await nspawn.create(golden);
  try {
    // Before boot the host's network is there: the host's own interfaces can be seen.
    const before = await system.run(['sh', '-c', 'ls /sys/class/net | wc -l']);
    expect(Number(before.stdout)).toBe(readdirSync('/sys/class/net').length);
    await system.boot();
    expect(await system.selfTest()).toEqual([]);
    const baseline = (await system.listChanges()).map(({ path }) => path);
    expect(await system.probePorts()).toEqual([]);

    await system.writeFile('/srv/a folder/x.sh', '#!/bin/sh\necho "$1"\n', 0o755);
    expect(await system.run(['/srv/a folder/x.sh', 'two words; and more'])).toEqual({
      code: 0,
      stdout: 'two words; and more\n',
      stderr: '',
    });
    await system.run([
      'sh',
      '-c',
      'chmod 0777 /srv; rm /etc/issue; mkdir -m 1777 /srv/sticky; ln -s /etc/passwd /srv/link',
    ]);
    const changes = (await system.listChanges()).filter(({ path }) => !baseline.includes(path));
    expect(changes.map(({ kind, path, type, mode }) => `${kind} ${type} ${mode.toString(8)} ${path}`)).toEqual([
      'removed other 0 /etc/issue',
      'changed directory 777 /srv',
      'added directory 755 /srv/a folder',
      'added file 755 /srv/a folder/x.sh',
      'added link 777 /srv/link',
      'added directory 1777 /srv/sticky',
    ]);

    await system.copyIn('/bin/true', '/srv/true');
    await system.copyOut('/srv/true', join(folder, 'true'));
    expect(readFileSync(join(folder, 'true')).equals(readFileSync('/bin/true'))).toBe(true);

    // A hanging program ends at its limit; a daemon that keeps our pipes does not keep us.
    expect((await system.run(['sleep', '60'], { timeout: 300 })).code).toBe(124);
    expect((await system.run(['sh', '-c', 'sleep 60 & echo started'])).stdout).toBe('started\n');
  } finally {
    await system.destroy();
    await system.destroy();
  }
  expect(traces()).toEqual([]);
  expect(existsSync(join(golden.root, 'etc/issue'))).toBe(true);
  expect(existsSync(join(golden.root, 'srv/sticky'))).toBe(false);
}, 60_000);

test('when the process that made a system is killed, the kernel ends the system, and the next start sweeps the rest', async () => {
  const script = `
    import { nspawn } from '#shell/environment/nspawn.ts';
    const system = await nspawn.create(${JSON.stringify(golden)});
    await system.boot();
    await system.run(['sh', '-c', 'exec -a umd-left-behind sleep 600 > /dev/null 2>&1 &']);
    console.log('booted');
    setInterval(() => {}, 1000);`;
  const child = spawn('node', ['--import', 'tsx', '--input-type=module', '-e', script], {
    cwd: repo,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((heard) => child.stdout.once('data', heard));
  const groups = () =>
    execFileSync('find', ['/sys/fs/cgroup', '-maxdepth', '2', '-name', `umd-system-${child.pid}-*`], {
      encoding: 'utf8',
    });
  const processes = () => execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
  expect(groups()).not.toBe('');
  expect(processes()).toContain('umd-left-behind');
  const holder = `umd-system-${child.pid}-`;
  expect(processes()).toContain(holder);
  child.kill('SIGKILL');
  const left = () => ['umd-left-behind', holder].filter((name) => processes().includes(name));
  for (let tries = 0; tries < 100 && left().length > 0; tries += 1) await sleep(50);
  expect(left()).toEqual([]);
  // A dying process may hold its control group a moment longer.
  for (let tries = 0; tries < 20 && groups() !== ''; tries += 1) await (await nspawn.create(golden)).destroy();
  expect(groups()).toBe('');
  expect(traces()).toEqual([]);
}, 60_000);
