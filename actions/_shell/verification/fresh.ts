import { type CheckerRun, unitFindings } from '#core/criteria/checker.ts';
import type { Content, Facts, Removal, Step, VersionOf } from '#core/criteria/facts.ts';
import { type Change, changedSince } from '#core/environment/system.ts';
import type { ProductCard, ProductService } from '#core/product/card.ts';
import type { ThrowAwaySystem } from '#shell/environment/ports.ts';
import { STARVED_TESTS, settle, watchStarvation } from '#shell/environment/starvation.ts';
import { fullDisk } from './full-disk.ts';
import { aliveOn, answersOf, capabilitiesOf, certificatesOf, unitsOf } from './probes.ts';
import { findSecrets } from './secrets.ts';
import { runServices, type ServicesRun } from './services.ts';
import { bootSoundly, fetchAll, onStage, type Stage, type Steps, stepOf, steps } from './stage.ts';

export type FreshFacts = Pick<
  Facts,
  'abilities' | 'installation' | 'content' | 'services' | 'removal' | 'tests' | 'packageTests' | 'checkers'
>;

const NO_SERVICES: ServicesRun = { runs: [], ports: [] };

/**
 * The order that works (testbed.md): fetch with network → boot without → dependencies → snapshot → install → look →
 * services → look again → remove → purge → compare → destroy.
 * @throws ProvisioningError ENVIRONMENT_FAULT
 */
export function freshInstallation(
  stage: Stage,
  { service, test }: Pick<ProductCard, 'service' | 'test'>,
): Promise<FreshFacts> {
  return onStage(stage, async (system) => {
    const { packages, locked, say } = stage;
    const wanted: VersionOf[] = locked.map(({ name, version }) => ({ name, version }));
    const names = wanted.map(({ name }) => name);
    const { abilities } = system;
    const taken = steps(stage, system);
    await fetchAll(stage, system, taken, [wanted]);
    const dependencies = taken.sound ? await packages.dependencies(system, wanted) : [];
    const foreign = taken.sound ? await packages.foreignFiles(system, locked) : [];
    if (taken.sound) await stage.fetched?.(system, await packages.archives(system, locked));
    await bootSoundly(system, say);
    if (dependencies.length > 0) await taken.take('install dependencies', () => packages.install(system, dependencies));
    const before = await baselineOf(system);
    await taken.take('install packages', () => packages.install(system, wanted));
    const installed = taken.sound ? await packages.installed(system, names) : [];
    const installation = { steps: taken.all, wanted, installed, dependencies, foreign, breaks: [] };
    if (!taken.sound) {
      await fullDisk(taken.all, async () => changedSince(before.changes, await snapshot(system)));
      return {
        abilities,
        installation,
        content: undefined,
        services: [],
        removal: undefined,
        tests: undefined,
        checkers: [],
      };
    }
    const verified = await packages.verify(system, names);
    const { content, services } = await look(stage, system, before, { names, service });
    const checkers: CheckerRun[] = [verified, { tool: 'systemd-analyze', findings: unitFindings(content.units) }];
    const tests = test === undefined ? undefined : await runTests(system, test, say);
    return {
      abilities,
      installation,
      content,
      services,
      tests,
      checkers,
      removal: await remove(stage, system, names, before),
    };
  });
}

/** What the system was before the product came. */
interface Baseline {
  readonly changes: readonly Change[];
  readonly accounts: readonly string[];
  readonly alive: readonly string[];
  readonly ports: ReadonlySet<string>;
}

const portName = ({ address, port }: { address: string; port: number }): string => `${address} ${port}`;

async function baselineOf(system: ThrowAwaySystem): Promise<Baseline> {
  const [accounts, alive, ports] = [await accountsOf(system), await aliveOn(system), await system.probePorts()];
  return { changes: await snapshot(system), accounts, alive, ports: new Set(ports.map(portName)) };
}

async function look(
  { packages, say }: Stage,
  system: ThrowAwaySystem,
  before: Baseline,
  { names, service }: { names: readonly string[]; service: ProductService | undefined },
): Promise<{ content: Content; services: ServicesRun['runs'] }> {
  say('look at what was installed');
  // What the package manager keeps for itself is not the product's, unless it was opened to everyone.
  const since = async () =>
    changedSince(before.changes, await snapshot(system)).filter(
      (change) => !packages.isOwnState(change) || isOpen(change),
    );
  const earlyPorts = (await system.probePorts()).filter((port) => !before.ports.has(portName(port)));
  const afterInstallation = await since();
  const canRun = service !== undefined && system.abilities.services;
  const { runs, ports } = canRun ? await runServices(system, service, say) : NO_SERVICES;
  say('look again');
  const afterServices = canRun ? await since() : afterInstallation;
  const brought = await packages.content(system, names);
  const content = {
    packages: brought,
    afterInstallation,
    afterServices,
    secrets: await findSecrets(system, afterServices),
    ports: ports.filter((port) => !before.ports.has(portName(port))),
    earlyPorts,
    certificates: await certificatesOf(system, afterServices),
    capabilities: await capabilitiesOf(system, afterServices),
    units: await unitsOf(system, brought),
    answers: await answersOf(system, brought),
  };
  return { content, services: runs };
}

/** Milliseconds. */
const TESTS_LIMIT = 120_000;

async function runTests(system: ThrowAwaySystem, test: string, say: (line: string) => void): Promise<Step> {
  say("run the provider's tests");
  const watch = watchStarvation(system);
  const outcome = await system.run(['sh', '-euc', test], { timeout: TESTS_LIMIT });
  if (outcome.code !== 0) watch.mustHaveRun("the provider's tests failed", STARVED_TESTS);
  return stepOf("the provider's tests", outcome);
}

async function remove(
  { packages, say }: Stage,
  system: ThrowAwaySystem,
  names: readonly string[],
  before: Baseline,
): Promise<Removal> {
  const taken: Steps = steps({ say }, system);
  // A unit that failed already is told by another criterion; systemd remembers it beyond the removal.
  const failed = (await aliveOn(system)).filter((line) => line.startsWith('failed unit'));
  await taken.take('remove packages', () => packages.remove(system, names));
  await taken.take('purge packages', () => packages.purge(system, names));
  const left = changedSince(before.changes, await system.listChanges()).filter(
    (change) => change.kind === 'added' && !packages.isOwnState(change) && !/__pycache__/.test(change.path),
  );
  const more = (await accountsOf(system)).filter((name) => !before.accounts.includes(name));
  const still = async () => {
    const open = (await system.probePorts()).filter((port) => !before.ports.has(portName(port)));
    return [
      ...(await aliveOn(system, [...before.alive, ...failed])),
      ...open.map(({ protocol, address, port }) => `port ${protocol} ${address}:${port}`),
    ];
  };
  return {
    steps: taken.all,
    leftovers: [...left.map(({ path }) => path), ...more.map((name) => `account ${name}`)],
    alive: await twice(system, still),
  };
}

/** Milliseconds in which what is about to end has ended. */
const ENDING = 1000;

async function twice(system: ThrowAwaySystem, look: () => Promise<string[]>): Promise<string[]> {
  const first = await look();
  if (first.length === 0) return first;
  await settle(system, ENDING);
  const second = await look();
  return first.filter((line) => second.includes(line));
}

async function accountsOf(system: ThrowAwaySystem): Promise<string[]> {
  const { stdout } = await system.run(['cut', '-d:', '-f1', '/etc/passwd']);
  return stdout.split('\n').filter((name) => name !== '');
}

function isOpen({ mode }: Change): boolean {
  return (mode & 0o002) !== 0;
}

/** Changes on disk, and in the folders that live in memory and that the writable layer does not see. */
async function snapshot(system: ThrowAwaySystem): Promise<Change[]> {
  const find = [
    'find',
    '/run',
    '/tmp',
    '/dev/shm',
    '-xdev',
    '-mindepth',
    '1',
    '(',
    '-type',
    'f',
    '-o',
    '-type',
    'd',
    ')',
  ];
  const { stdout } = await system.run([...find, '-perm', '-0002', '-printf', '%p\\0%y\\0%m\\0%U\\0%G\\0%s\\0']);
  const fields = stdout.split('\0');
  const volatile: Change[] = [];
  for (let at = 0; at + 5 < fields.length; at += 6) {
    const [path = '', type, mode = '', uid, gid, size] = fields.slice(at, at + 6);
    const numbers = { mode: Number.parseInt(mode, 8), uid: Number(uid), gid: Number(gid), size: Number(size) };
    volatile.push({ kind: 'added', path, type: type === 'd' ? 'directory' : 'file', ...numbers });
  }
  return [...(await system.listChanges()), ...volatile];
}
