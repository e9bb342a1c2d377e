import type { Step, VersionOf } from '#core/criteria/facts.ts';
import type { Outcome } from '#core/environment/system.ts';
import { refusal } from '#core/fault-codes.ts';
import type { LockedPackage } from '#core/ppa/lock.ts';
import type { EnvironmentProvider, GoldenImage, ThrowAwaySystem } from '#shell/environment/ports.ts';
import { watchStarvation } from '#shell/environment/starvation.ts';
import type { PackageManager, SetupFile } from './package-manager.ts';

/** Everything that a system needs to have a PPA tried on it. */
export interface Stage {
  readonly provider: EnvironmentProvider;
  readonly golden: GoldenImage;
  readonly packages: PackageManager;
  /** Client files of the areas and the base, with their keys. */
  readonly files: readonly SetupFile[];
  readonly locked: readonly LockedPackage[];
  readonly say: (line: string) => void;
  /** When the verification began, in milliseconds of `performance.now`; else with each system. */
  readonly begun?: number;
  /** Is told the paths inside the system of the lock's packages, fetched, before anything is installed. */
  readonly fetched?: (system: ThrowAwaySystem, archives: readonly string[]) => Promise<void>;
}

/** Milliseconds for everything that a PPA is put through, on a system that runs at the speed of this machine. */
const LIMIT = 180_000;

/**
 * A system of its own for `body`; destroyed afterwards, whatever happens.
 * @throws ProvisioningError ENVIRONMENT_FAULT when time is up: what hangs by itself was ended by its own limit long before
 */
export async function onStage<T>(
  { provider, golden, begun = performance.now() }: Stage,
  body: (system: ThrowAwaySystem) => Promise<T>,
  limit = LIMIT,
): Promise<T> {
  const system = await provider.create(golden);
  let late = false;
  const end = (): void => {
    late = true;
    system.destroy().catch(() => {});
  };
  const timer = setTimeout(end, Math.max(0, begun + limit * system.pace - performance.now()));
  try {
    // A body whose system is taken away fails somehow, or not at all; what it says then is nothing.
    const [outcome] = await Promise.allSettled([body(system)]);
    if (late) throw refusal('ENVIRONMENT_FAULT', `The verification takes longer than ${limit / 1000} s.`);
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  } finally {
    clearTimeout(timer);
    await system.destroy();
  }
}

// What systemd, and those who ask it, say of a unit that did not start or stop in time; it fails a script, and so the step.
const TOO_LATE = /timed out|time-?out|did not (start|stop|end) in time/i;

/** Steps as they are taken; after one that failed the next are not. */
export interface Steps {
  readonly all: readonly Step[];
  readonly sound: boolean;
  take(name: string, act: () => Promise<Outcome>): Promise<void>;
}

/** @throws ProvisioningError ENVIRONMENT_FAULT when a step was too late and the system hardly got a processor meanwhile */
export function steps({ say }: Pick<Stage, 'say'>, system: ThrowAwaySystem): Steps {
  const all: Step[] = [];
  return {
    all,
    get sound() {
      return all.every(({ code }) => code === 0);
    },
    async take(name, act) {
      if (!this.sound) return;
      say(name);
      const watch = watchStarvation(system);
      const outcome = await act();
      if (outcome.code !== 0 && TOO_LATE.test(outcome.stdout + outcome.stderr))
        watch.mustHaveRun(`${name} was too late`);
      all.push(stepOf(name, outcome));
    },
  };
}

export function stepOf(name: string, { code, stdout, stderr }: Outcome): Step {
  const late = code === 124 ? '\nIt did not end in time.' : '';
  return { name, code, output: `${stdout}${stderr}`.trim() + late };
}

// What apt and dnf say when a server is at fault and not the packages.
const UNREACHABLE =
  /Failed to fetch|Could not (connect|resolve)|Connection (refused|timed out|failed)|Temporary failure|Curl error|Cannot download|No more mirrors|Failed to download metadata|status code: 5/i;

/**
 * Lists read and packages fetched, while the network is there.
 * @param names of the steps in which the packages are fetched, where not the usual one
 * @throws ProvisioningError ENVIRONMENT_FAULT when a repository cannot be had: that says nothing about the product
 */
export async function fetchAll(
  stage: Stage,
  system: ThrowAwaySystem,
  taken: Steps,
  wanted: readonly (readonly VersionOf[])[],
  names: readonly string[] = [],
) {
  const { packages, files, locked, say } = stage;
  say('set up repositories');
  await packages.setUp(system, files, locked);
  say('read package lists');
  const lists = await packages.refresh(system);
  if (lists.code !== 0) throw unreachable(lists);
  for (const [at, versions] of wanted.entries())
    await taken.take(names[at] ?? 'fetch packages', async () => {
      const outcome = await packages.fetch(system, versions);
      const { code, stdout, stderr } = outcome;
      // What takes too long to arrive is no fault of what it is.
      if (code === 124 || (code !== 0 && UNREACHABLE.test(stdout + stderr))) throw unreachable(outcome);
      return outcome;
    });
}

function unreachable({ stdout, stderr }: Outcome): Error {
  const said = `${stdout}\n${stderr}`.trim().split('\n').slice(-6).join('\n');
  return refusal('ENVIRONMENT_FAULT', `The repositories cannot be read: ${said}`);
}

/** @throws ProvisioningError ENVIRONMENT_FAULT when the system itself is unsound */
export async function bootSoundly(system: ThrowAwaySystem, say: (line: string) => void): Promise<void> {
  say('boot, cut off from the network');
  await system.boot();
  const faults = await system.selfTest();
  if (faults.length > 0) throw refusal('ENVIRONMENT_FAULT', `The system is unsound: ${faults.join('; ')}.`);
}
