import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Abilities, Outcome } from '#core/environment/system.ts';
import { refusal } from '#core/fault-codes.ts';
import { changesOf } from '#shell/environment/changes.ts';
import { childrenOf, type Holder, hold, PLACE } from '#shell/environment/holder.ts';
import { ensureGolden } from '#shell/environment/image-build.ts';
import type {
  Availability,
  EnvironmentProvider,
  GoldenImage,
  Limits,
  ThrowAwaySystem,
} from '#shell/environment/ports.ts';
import { parsePorts, SELF_TEST, selfTestFaults } from '#shell/environment/probes.ts';
import { cleanEnvironment, mustRun, runProcess } from '#shell/process.ts';

const ABILITIES: Abilities = { services: true, networkCut: true };
/** Room for what a product installs and writes, in memory: a product that fills it fills nothing else. */
const SIZE = '2g';
const BOOT_LIMIT = 30_000;
const ENVIRONMENT = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/root',
  LANG: 'C.UTF-8',
  TERM: 'dumb',
  DEBIAN_FRONTEND: 'noninteractive',
};
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
  create: async (golden) => new NspawnSystem(golden, await hold(golden.root, `${process.pid}-${++made}`, SIZE)),
};
let made = 0;

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

class NspawnSystem implements ThrowAwaySystem {
  readonly name: string;
  readonly abilities = ABILITIES;
  readonly #golden: GoldenImage;
  readonly #holder: Holder;
  #booted: { console: ChildProcess; leader: number } | undefined;

  constructor(golden: GoldenImage, holder: Holder) {
    this.#golden = golden;
    this.#holder = holder;
    this.name = holder.name;
  }

  run(argv: readonly string[], limits: Limits = {}): Promise<Outcome> {
    return this.#execute(argv, limits);
  }

  async writeFile(path: string, text: string | Uint8Array, mode = 0o644): Promise<void> {
    await this.#put(path, text, mode);
  }

  async copyIn(from: string, to: string): Promise<void> {
    await this.#put(to, await readFile(from), 0o644);
  }

  async copyOut(from: string, to: string): Promise<void> {
    const { code, stderr } = await this.#execute(['cat', '--', from], {}, to);
    if (code !== 0) throw refusal('ENVIRONMENT_FAULT', `${from} cannot be copied out: ${stderr.trim()}`);
  }

  async boot(): Promise<void> {
    await runProcess(this.#holder.entering(['rm', '-f', `${PLACE}/root/etc/resolv.conf`]));
    const [file = '', ...args] = this.#holder.entering([...NSPAWN, `--machine=${this.name}`, ...BOOT]);
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
      if (leader !== undefined) {
        this.#booted = { console, leader };
        const { stdout } = await this.run(['systemctl', 'is-system-running', '--wait'], { timeout: BOOT_LIMIT });
        if (/^(running|degraded)/.test(stdout)) return;
      }
      await sleep(40);
    }
    throw refusal('ENVIRONMENT_FAULT', `${this.#golden.image.name} does not boot: ${said.trim()}`);
  }

  async listChanges() {
    return changesOf(this.#golden.root, (argv) => mustRun(this.#holder.entering(argv)));
  }

  async probePorts() {
    return parsePorts((await this.run(['ss', '-Hlntup'])).stdout);
  }

  async selfTest(): Promise<string[]> {
    const { stdout } = await this.run(['sh', '-c', SELF_TEST]);
    return selfTestFaults(stdout, Date.now());
  }

  async destroy(): Promise<void> {
    await this.#holder.close();
    this.#booted?.console.stdout?.destroy();
    this.#booted?.console.stderr?.destroy();
  }

  // Written from inside, so that no symbolic link of the product leads out of its system.
  async #put(path: string, content: string | Uint8Array, mode: number): Promise<void> {
    const script = 'mkdir -p "$(dirname "$1")" && cat > "$1" && chmod "$2" "$1"';
    const { code, stderr } = await this.#execute(['sh', '-c', script, 'put', path, mode.toString(8)], {
      input: content,
    });
    if (code !== 0) throw refusal('ENVIRONMENT_FAULT', `${path} cannot be written: ${stderr.trim()}`);
  }

  #execute(argv: readonly string[], limits: Limits, outputTo?: string): Promise<Outcome> {
    const timeout = limits.timeout ?? 60_000;
    const env = Object.entries({ ...ENVIRONMENT, ...limits.env }).map(([name, value]) => `${name}=${value}`);
    const inside = ['/usr/bin/env', '-i', ...env, 'timeout', '--kill-after=2', String(timeout / 1000), ...argv];
    return runProcess(this.#way(inside), {
      timeout: timeout + 5000,
      ...(limits.input === undefined ? {} : { input: limits.input }),
      ...(outputTo === undefined ? {} : { outputTo }),
    });
  }

  #way(inside: readonly string[]): string[] {
    if (this.#booted !== undefined)
      return this.#holder.limited(['nsenter', '-t', String(this.#booted.leader), '-a', '--', ...inside]);
    const options = [`--machine=${this.name}`, '--resolv-conf=replace-host', '--as-pid2', '--pipe'];
    return this.#holder.entering([...NSPAWN, ...options, '--', ...inside]);
  }
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
