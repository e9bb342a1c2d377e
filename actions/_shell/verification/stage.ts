import type { Step, VersionOf } from '#core/criteria/facts.ts';
import type { Outcome } from '#core/environment/system.ts';
import { refusal } from '#core/fault-codes.ts';
import type { LockedPackage } from '#core/ppa/lock.ts';
import type { EnvironmentProvider, GoldenImage, ThrowAwaySystem } from '#shell/environment/ports.ts';
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
  /** Is told the paths inside the system of the lock's packages, fetched, before anything is installed. */
  readonly fetched?: (system: ThrowAwaySystem, archives: readonly string[]) => Promise<void>;
}

/** A system of its own for `body`; destroyed afterwards, whatever happens. */
export async function onStage<T>(
  { provider, golden }: Stage,
  body: (system: ThrowAwaySystem) => Promise<T>,
): Promise<T> {
  const system = await provider.create(golden);
  try {
    return await body(system);
  } finally {
    await system.destroy();
  }
}

/** Steps as they are taken; after one that failed the next are not. */
export interface Steps {
  readonly all: readonly Step[];
  readonly sound: boolean;
  take(name: string, act: () => Promise<Outcome>): Promise<void>;
}

export function steps(say: (line: string) => void): Steps {
  const all: Step[] = [];
  return {
    all,
    get sound() {
      return all.every(({ code }) => code === 0);
    },
    async take(name, act) {
      if (!this.sound) return;
      say(name);
      all.push(stepOf(name, await act()));
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
 * @throws ProvisioningError ENVIRONMENT_FAULT when a repository cannot be had: that says nothing about the product
 */
export async function fetchAll(
  stage: Stage,
  system: ThrowAwaySystem,
  taken: Steps,
  wanted: readonly (readonly VersionOf[])[],
) {
  const { packages, files, locked, say } = stage;
  say('set up repositories');
  await packages.setUp(system, files, locked);
  say('read package lists');
  const lists = await packages.refresh(system);
  if (lists.code !== 0) throw unreachable(lists);
  for (const versions of wanted)
    await taken.take('fetch packages', async () => {
      const outcome = await packages.fetch(system, versions);
      if (outcome.code !== 0 && UNREACHABLE.test(outcome.stdout + outcome.stderr)) throw unreachable(outcome);
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
