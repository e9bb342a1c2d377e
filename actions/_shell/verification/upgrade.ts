import { FETCH_BEFORE, INSTALL_BEFORE } from '#core/criteria/checks/upgrade.ts';
import type { Upgrade, VersionOf } from '#core/criteria/facts.ts';
import type { ProductService } from '#core/product/card.ts';
import type { ThrowAwaySystem } from '#shell/environment/ports.ts';
import { bootSoundly, fetchAll, onStage, type Stage, steps } from './stage.ts';

/**
 * From what production has to what the lock says, in a system of its own, with every configuration file changed before.
 * @param from packages of the lock that production has, with production's versions
 * @throws ProvisioningError ENVIRONMENT_FAULT
 */
export function upgradeFrom(stage: Stage, from: readonly VersionOf[], service?: ProductService): Promise<Upgrade> {
  return onStage(stage, async (system) => {
    const { packages, locked, say } = stage;
    const wanted = locked.flatMap(({ name, version }) =>
      from.some((old) => old.name === name) ? [{ name, version }] : [],
    );
    const names = wanted.map(({ name }) => name);
    const taken = steps(stage, system);
    await fetchAll(stage, system, taken, [from, wanted], [FETCH_BEFORE]);
    await bootSoundly(system, say);
    await taken.take(INSTALL_BEFORE, () => packages.install(system, from));
    const runningUnits = taken.sound && service !== undefined ? await started(system, service) : [];
    const changedFiles = taken.sound ? await changeConfiguration(stage, system, names) : [];
    await taken.take('upgrade', () => packages.install(system, wanted));
    const installed = taken.sound ? await packages.installed(system, names) : [];
    const lostFiles = taken.sound ? await unmarked(system, changedFiles) : [];
    const deadUnits = taken.sound ? await notActive(system, runningUnits) : [];
    return { steps: taken.all, from, wanted, installed, changedFiles, lostFiles, runningUnits, deadUnits };
  });
}

/** Units that could be started in the old version. One that cannot is no matter of the upgrade. */
async function started(system: ThrowAwaySystem, { units, setup }: ProductService): Promise<string[]> {
  if (setup !== undefined) await system.run(['sh', '-euc', setup], { timeout: UNIT_LIMIT });
  await system.run(['systemctl', 'start', '--', ...units], { timeout: UNIT_LIMIT });
  const dead = await notActive(system, units);
  return units.filter((unit) => !dead.includes(unit));
}

/** Milliseconds. */
const UNIT_LIMIT = 40_000;

async function notActive(system: ThrowAwaySystem, units: readonly string[]): Promise<string[]> {
  if (units.length === 0) return [];
  const { stdout } = await system.run(['systemctl', 'is-active', '--', ...units]);
  const states = stdout.split('\n');
  return units.filter((_, at) => !/^(active|activating)$/.test(states[at] ?? ''));
}

// An empty line and a blank at the end harm no format that is met, and change the file's digest.
const MARK = 'for path; do if [ -f "$path" ]; then printf "\\n \\n" >> "$path"; fi; done';
const UNMARKED =
  'for path; do if [ "$(tail -c 3 "$path" | od -An -c | tr -d " ")" != "\\n\\n" ]; then echo "$path"; fi; done';

async function changeConfiguration(
  { packages }: Stage,
  system: ThrowAwaySystem,
  names: readonly string[],
): Promise<string[]> {
  const content = await packages.content(system, names);
  const files = content.flatMap(({ configuration }) => configuration);
  if (files.length > 0) await system.run(['sh', '-c', MARK, 'mark', ...files]);
  return files;
}

async function unmarked(system: ThrowAwaySystem, files: readonly string[]): Promise<string[]> {
  if (files.length === 0) return [];
  const { stdout } = await system.run(['sh', '-c', UNMARKED, 'unmarked', ...files]);
  return stdout.split('\n').filter((path) => path !== '');
}
