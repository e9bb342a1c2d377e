import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Abilities, Change, Outcome } from '#core/environment/system.ts';
import { refusal } from '#core/fault-codes.ts';
import { type Deed, telling } from '#shell/environment/deeds.ts';
import type { Limits, ThrowAwaySystem } from '#shell/environment/ports.ts';
import { parsePorts, SELF_TEST, selfTestFaults } from '#shell/environment/probes.ts';
import { watchStarvation } from '#shell/environment/starvation.ts';

/** Runs an argument vector inside one system, whatever lies between us and it. */
export type Execute = (argv: readonly string[], how: ExecuteOptions) => Promise<Outcome>;

export interface ExecuteOptions {
  /** Milliseconds; the program has ended itself a moment before. */
  readonly timeout: number;
  readonly input?: string | Uint8Array;
  /** File on our side that takes standard output instead, byte for byte. */
  readonly outputTo?: string;
}

/** What one kind of system must bring; the rest is the same for all. */
export interface Guest {
  readonly name: string;
  readonly abilities: Abilities;
  readonly execute: Execute;
  /** Added to the environment of every program, asked anew each time. */
  readonly environment?: () => Readonly<Record<string, string>>;
  /** As of the system; 1 unless told. */
  readonly pace?: number;
  /** Milliseconds, so far, in which the system waited for a processor that others had; undefined where nobody tells. */
  readonly starved?: () => number | undefined;
  /** Milliseconds of processors that it took so far; undefined where nobody tells. */
  readonly worked?: () => number | undefined;
  /** False when the system itself is gone: then nothing it said is the product's. */
  alive(): boolean;
  boot(): Promise<void>;
  listChanges(): Promise<Change[]>;
  destroy(): Promise<void>;
}

const ENVIRONMENT = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/root',
  LANG: 'C.UTF-8',
  TERM: 'dumb',
  DEBIAN_FRONTEND: 'noninteractive',
};
/** Milliseconds that a program may take unless told, and that its end may take to reach us. */
const [ORDINARY, MARGIN] = [60_000, 5000];
// Written from inside, so that no symbolic link of the product leads out of its system.
const PUT = 'mkdir -p "$(dirname "$1")" && cat > "$1" && chmod "$2" "$1"';

/** A throw-away system from what its kind brings. Once destroyed it answers like a program that was killed. */
export function systemOf(guest: Guest): ThrowAwaySystem {
  const { name, abilities, pace = 1 } = guest;
  let destroyed: Promise<void> | undefined;
  const tell = <T>(what: Deed['what'], act: () => Promise<T>, argv: readonly string[] = []): Promise<T> =>
    telling({ system: name, what, argv }, guest.worked, act);

  async function execute(argv: readonly string[], limits: Limits, outputTo?: string): Promise<Outcome> {
    if (destroyed !== undefined) return { code: 137, stdout: '', stderr: `${name} is destroyed` };
    const timeout = (limits.timeout ?? ORDINARY) * pace;
    const variables = { ...ENVIRONMENT, ...guest.environment?.(), ...limits.env };
    const env = Object.entries(variables).map(([key, value]) => `${key}=${value}`);
    const limited = ['/usr/bin/env', '-i', ...env, 'timeout', '--kill-after=2', String(timeout / 1000), ...argv];
    const watch = watchStarvation(guest);
    const how = {
      timeout: timeout + MARGIN * pace,
      ...(limits.input === undefined ? {} : { input: limits.input }),
      ...(outputTo === undefined ? {} : { outputTo }),
    };
    const outcome = await tell('run', () => guest.execute(limited, how), argv);
    if (outcome.code === 124 && guest.alive())
      watch.mustHaveRun(`${argv[0] ?? 'nothing'} did not end in time in ${name}`);
    // A system that dies takes its programs with it first, and is gone itself a moment later.
    if (outcome.code >= 128) await sleep(100);
    if (outcome.code === 0 || guest.alive()) return outcome;
    throw refusal('ENVIRONMENT_FAULT', `System ${name} died while ${argv[0] ?? 'nothing'} ran in it.`);
  }

  async function put(path: string, content: string | Uint8Array, mode: number): Promise<void> {
    const argv = ['sh', '-c', PUT, 'put', path, mode.toString(8)];
    const { code, stderr } = await execute(argv, { input: content });
    if (code !== 0) throw refusal('ENVIRONMENT_FAULT', `${path} cannot be written: ${stderr.trim()}`);
  }

  return {
    name,
    abilities,
    pace,
    ...(guest.starved === undefined ? {} : { starved: guest.starved }),
    run: (argv, limits = {}) => execute(argv, limits),
    writeFile: (path, text, mode = 0o644) => put(path, text, mode),
    copyIn: async (from, to) => put(to, await readFile(from), 0o644),
    async copyOut(from, to) {
      const { code, stderr } = await execute(['cat', '--', from], {}, to);
      if (code !== 0) throw refusal('ENVIRONMENT_FAULT', `${from} cannot be copied out: ${stderr.trim()}`);
    },
    boot: () => tell('boot', guest.boot),
    listChanges: () => tell('list changes', guest.listChanges),
    probePorts: async () => parsePorts((await execute(['ss', '-Hlntup'], {})).stdout),
    async selfTest() {
      const { stdout } = await execute(['sh', '-c', SELF_TEST], {});
      return selfTestFaults(stdout, Date.now(), abilities);
    },
    destroy() {
      destroyed ??= tell('destroy', guest.destroy);
      return destroyed;
    },
  };
}
