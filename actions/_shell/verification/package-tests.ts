import { basename } from 'node:path';
import { type PackageTest, type PackageTests, parseTestSummary } from '#core/criteria/package-tests.ts';
import type { Image } from '#core/environment/image.ts';
import { ProvisioningError } from '#core/faults.ts';
import type { LockedPackage } from '#core/ppa/lock.ts';
import { nspawn } from '#shell/environment/nspawn.ts';
import type { ThrowAwaySystem } from '#shell/environment/ports.ts';
import { STARVED_TESTS, watchStarvation } from '#shell/environment/starvation.ts';
import { inThrowAway } from '#shell/packages.ts';
import { FETCH_LIMIT } from './package-manager.ts';
import { type FetchedSource, fetchSources } from './source.ts';
import type { SourceVoucher } from './source-voucher.ts';
import { bootSoundly, fetchAll, onStage, type Stage, steps } from './stage.ts';

interface TestsRequest {
  /** Package files on this machine. */
  readonly archives: readonly string[];
  readonly locked: readonly LockedPackage[];
  readonly allow: readonly string[];
  readonly voucher: SourceVoucher;
}

/** Milliseconds for all tests of one source. */
const LIMIT = 90_000;
const NOTHING = { tests: [], output: '', late: false } as const;

/**
 * The tests that the product's source packages bring (autopkgtest, DEP 8), on a system of their own, of the kind nspawn
 * whatever the platform's: its image with autopkgtest, so that what it brings along satisfies no dependency where the product is judged. Cut off from the network, as
 * everything is; a test that needs it is skipped.
 * @throws ProvisioningError ENVIRONMENT_FAULT
 */
export async function runPackageTests(ground: Stage, request: TestsRequest): Promise<PackageTests> {
  // Its time is counted from its own beginning: an image may have to be built first.
  const { begun: _, fetched: __, ...stage } = ground;
  const { image } = stage.golden;
  const cannot = await obstacle(image);
  if (cannot !== undefined) return { ...NOTHING, none: cannot };
  return inThrowAway(async (folder) => {
    const { sources, why } = await fetchSources({ ...request, folder });
    if (sources.length === 0) return { ...NOTHING, none: why };
    try {
      const golden = await nspawn.ensureImage(withTester(image), stage.say);
      const runs: PackageTests[] = [];
      for (const source of sources)
        runs.push(await onStage({ ...stage, provider: nspawn, golden }, (system) => run(stage, system, source)));
      return together(runs);
    } catch (accident) {
      if (!(accident instanceof ProvisioningError) || accident.code === 'ENVIRONMENT_FAULT') throw accident;
      return { ...NOTHING, none: `its package's tests cannot be run here (${accident.code} ${accident.message})` };
    }
  });
}

/** What keeps tests from running where a platform has this image, if anything does. */
async function obstacle(image: Image): Promise<string | undefined> {
  if (image.vm !== undefined)
    return `packages for ${image.name} are run in virtual machines only, and their tests on nspawn`;
  if (image.build !== 'mmdebstrap' || image.rpm !== undefined)
    return `tests of packages are not run on ${image.name} (${image.title}): they want a root made of Debian's packages`;
  const able = await nspawn.detect();
  return able.available ? undefined : `tests of packages want nspawn, which is not to be had here: ${able.why}`;
}

/** The platform's image, with what runs tests. */
export function withTester(image: Image): Image {
  const packages = [...image.packages, 'autopkgtest', 'dpkg-dev'];
  return { ...image, name: `${image.name}-tests`, title: `${image.title}, with autopkgtest`, packages };
}

function together(runs: readonly PackageTests[]): PackageTests {
  return {
    tests: runs.flatMap(({ tests }) => tests),
    output: runs.map(({ output }) => output).join('\n'),
    late: runs.some(({ late }) => late),
  };
}

// autopkgtest's own reading of debian/tests/control: `@` and `@builddeps@` stand for packages, restrictions leave tests out.
const DEPENDENCIES = `import sys
sys.path.insert(0, '/usr/share/autopkgtest/lib')
import testdesc
tests, _ = testdesc.parse_debian_source('/srv/tree', ['isolation-machine', 'root-on-testbed'], sys.argv[1])
for test in tests:
    for alternatives in test.depends:
        print(alternatives.split('|')[0].split('(')[0].split('[')[0].strip())
`;

async function run(
  stage: Stage,
  system: ThrowAwaySystem,
  { source, dsc, files }: FetchedSource,
): Promise<PackageTests> {
  const { locked, say } = stage;
  say(`look for tests of ${source}`);
  const taken = steps(stage, system);
  await fetchAll(stage, system, taken, [locked.map(({ name, version }) => ({ name, version }))]);
  for (const file of [dsc, ...files]) await system.copyIn(file, `/srv/${basename(file)}`);
  await taken.take(`unpack ${source}`, () =>
    system.run(['dpkg-source', '--no-check', '--extract', `/srv/${basename(dsc)}`, '/srv/tree']),
  );
  if (!taken.sound)
    return { ...NOTHING, none: `${source} cannot be tried with its own tests`, output: logOf(taken.all) };
  const { stdout } = await system.run(['python3', '-c', DEPENDENCIES, stage.golden.image.arch]);
  const wanted = [...new Set(stdout.split('\n'))].filter((line) => /^[a-z0-9][a-z0-9+.-]+(:[a-z0-9]+)?$/.test(line));
  const all = wanted.length === 0 ? undefined : await system.run([...DOWNLOAD, ...wanted], { timeout: FETCH_LIMIT });
  // One at a time then: what the base does not have keeps its test from running, and no other.
  for (const name of all === undefined || all.code === 0 ? [] : wanted)
    await system.run([...DOWNLOAD, name], { timeout: FETCH_LIMIT });
  await bootSoundly(system, say);
  say(`run the tests of ${source}`);
  const watch = watchStarvation(system);
  const { code, stdout: log } = await system.run(['sh', '-c', RUN], { timeout: LIMIT });
  const summary = await system.run(['cat', '/srv/summary']);
  const tests = parseTestSummary(summary.stdout, source);
  if (tests.some(({ result }) => result === 'FAIL')) watch.mustHaveRun(`tests of ${source} failed`, STARVED_TESTS);
  return { ...ended(code, tests, source), tests, output: log };
}

const DOWNLOAD = ['apt-get', '--yes', '--quiet', '--no-install-recommends', 'install', '--download-only'];
// Into a file: a test may open /dev/stderr, which it cannot when that is a socket.
const RUN = `autopkgtest --no-built-binaries --no-apt-fallback --needs-internet=skip --summary-file /srv/summary \\
  /srv/tree -- null > /srv/log 2>&1
code=$?
cat /srv/log
exit $code`;

/** autopkgtest(1), "Exit status": 12 and more without a result of any test is the testbed's, or nobody's. */
function ended(code: number, tests: readonly PackageTest[], source: string): Pick<PackageTests, 'none' | 'late'> {
  if (code === 124) return { late: true };
  if (tests.length > 0) return { late: false };
  return { late: false, none: `${source} has no test that runs here (autopkgtest ended with ${code})` };
}

function logOf(all: readonly { readonly name: string; readonly code: number; readonly output: string }[]): string {
  return all.map(({ name, code, output }) => `== ${name}: ${code}\n${output}`).join('\n');
}
