import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { parseImage } from '#core/environment/image.ts';
import { soundOf } from '#core/yaml.ts';
import { nspawn } from '#shell/environment/nspawn.ts';
import type { GoldenImage } from '#shell/environment/ports.ts';

const repo = resolve(import.meta.dirname, '../../..');
let golden: GoldenImage;

beforeAll(async () => {
  const text = readFileSync(join(repo, 'repos/images/debian-12.yml'), 'utf8');
  golden = await nspawn.ensureImage(soundOf(parseImage('debian-12', text)), () => {});
}, 300_000);

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

test('before it boots a system has the network of the host', async () => {
  const system = await nspawn.create(golden);
  try {
    const outcome = await system.run(['sh', '-c', 'ls /sys/class/net | wc -l']);
    expect(outcome).toEqual({ code: 0, stdout: `${readdirSync('/sys/class/net').length}\n`, stderr: '' });
  } finally {
    await system.destroy();
  }
});

/** A unit of the system's own that fails as often as told while it starts. */
const failing = (times: number) => `[Service]
Type=oneshot
ExecStart=/bin/sh -c 'echo >> /var/tmp/starts; test "$$(wc -l < /var/tmp/starts)" -gt ${times}'
[Install]
WantedBy=multi-user.target
`;

test.each([
  [1, []],
  [2, ['the system is not running soundly: degraded shaky.service']],
])(
  'a unit that fails to start %i times while the system boots is given one more try, and else named',
  async (times, faults) => {
    const system = await nspawn.create(golden);
    try {
      await system.writeFile('/etc/systemd/system/shaky.service', failing(times));
      expect(await system.run(['systemctl', 'enable', 'shaky.service'])).toMatchObject({ code: 0 });
      await system.boot();
      expect(await system.selfTest()).toEqual(faults);
    } finally {
      await system.destroy();
    }
  },
  60_000,
);

test('a system that dies under a program is no failure of the program', async () => {
  const system = await nspawn.create(golden);
  try {
    await system.boot();
    const deadly = ['sh', '-c', 'systemctl poweroff --force --force; sleep 30'];
    await expect(system.run(deadly)).rejects.toMatchObject({ code: 'ENVIRONMENT_FAULT' });
  } finally {
    await system.destroy();
  }
  expect(traces()).toEqual([]);
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
  for (let tries = 0; tries < 400 && left().length > 0; tries += 1) await sleep(50);
  expect(left()).toEqual([]);
  // A dying process may hold its control group a moment longer.
  for (let tries = 0; tries < 20 && groups() !== ''; tries += 1) await (await nspawn.create(golden)).destroy();
  expect(groups()).toBe('');
  expect(traces()).toEqual([]);
}, 60_000);
