import { dirname, join } from 'node:path';
import type { CheckerRun } from '#core/criteria/checker.ts';
import { piupartsEnded, piupartsFindings } from '#core/criteria/piuparts.ts';
import { imageDigest } from '#core/environment/image.ts';
import { nspawnShowing } from '#shell/environment/nspawn.ts';
import type { GoldenImage, ThrowAwaySystem } from '#shell/environment/ports.ts';
import { checkersDescribed, checkersImage } from './checkers.ts';
import { keptFindings, orWhatFailed } from './findings-kept.ts';

export interface PurgeLook {
  /** Names of the lock's packages. */
  readonly names: readonly string[];
  /** Of the platform: piuparts installs, removes and purges in a copy of its root. */
  readonly platform: GoldenImage;
  /** Where a tar of all that apt fetched, dependencies too, is laid when it is needed. */
  readonly to: string;
  /** Folder that holds `repos/images`. */
  readonly checkout: string;
  readonly say: (line: string) => void;
}

/** Milliseconds. */
const LIMIT = 150_000;
const tool = 'piuparts' as const;

/**
 * piuparts' judgement of installation, removal and purge, in a copy of the platform's golden root, from a repository of what
 * was fetched; it starts no service and needs no network. On a system of the checkers' image, beside the installation. The
 * same packages on the same root leave the same behind, so a machine asks once. What keeps it from running is told.
 * @param archives paths of the lock's packages in a system that has fetched them and all that they need
 * @returns resolves once the system is needed no more; the look goes on
 */
export async function purgeLook(
  look: PurgeLook,
  system: ThrowAwaySystem,
  archives: readonly string[],
): Promise<{ readonly found: Promise<CheckerRun> }> {
  const failed = (cause: unknown) => ({ found: orWhatFailed(tool, () => Promise.reject(cause)) });
  return beginLook(look, system, dirname(archives[0] ?? '/')).catch(failed);
}

async function beginLook(look: PurgeLook, system: ThrowAwaySystem, folder: string) {
  const told = (run: Omit<CheckerRun, 'tool'>) => ({ found: Promise.resolve({ tool, ...run }) });
  // Its scripts would run as root in a container, and this platform wants them in a virtual machine.
  const { vm, name } = look.platform.image;
  if (vm !== undefined) return told({ findings: [], failed: `packages for ${name} are run in virtual machines only` });
  if (look.platform.root === '/')
    return told({ findings: [], failed: `${name} is this machine itself, no root to copy` });
  const { names, platform, to, checkout } = look;
  const checkers = imageDigest(await checkersDescribed(checkout));
  const inside = (script: string) => system.run(['sh', '-c', `cd "$1" && ${script}`, 'fetched', folder]);
  const { stdout: digests } = await inside('sha256sum -- *.deb');
  const about = [checkers, platform.sha256, names, digests, COMMAND, REPOSITORY];
  const { known, keep } = await keptFindings(about);
  if (known !== undefined) return told({ findings: piupartsFindings(known) });
  await inside('tar -cf ../umd-fetched.tar -- *.deb');
  await system.copyOut(join(folder, '../umd-fetched.tar'), to);
  await inside('rm ../umd-fetched.tar');
  const found = orWhatFailed(tool, async () => {
    const log = await run(look, await checkersImage(look));
    if (!piupartsEnded(log)) return { tool, findings: [], failed: reasonOf(log) };
    await keep(log);
    return { tool, findings: piupartsFindings(log) };
  });
  return { found };
}

const COMMAND = [
  ...['piuparts', '--apt', '--existing-chroot', '/srv/golden', '--tmpdir', '/srv/tmp', '--keep-sources-list'],
  ...['--bindmount', '/srv/repo', '--scriptsdir', '/srv/scripts', '--no-upgrade-test', '--no-eatmydata'],
  // Its own trial of the product's logrotate file makes logrotate write this.
  ...['--warn-on-others', '--warn-on-debsums-errors', '--log-level', 'info', '--ignore', '/var/lib/logrotate/status'],
];
const REPOSITORY = `echo > /etc/resolv.conf
mkdir -p /srv/tmp /srv/repo && cd /srv/repo && tar -xf ../fetched.tar && apt-ftparchive packages . > Packages`;
// Everything comes from what was fetched with its signatures checked.
const HOOK = '#!/bin/sh\necho "deb [trusted=yes] file:///srv/repo ./" > /etc/apt/sources.list\n';

async function run({ names, platform, to, say }: PurgeLook, golden: GoldenImage): Promise<string> {
  say(`remove and purge ${names.length} packages with piuparts`);
  const system = await nspawnShowing(golden, { '/srv/golden': platform.root });
  try {
    await system.copyIn(to, '/srv/fetched.tar');
    await system.writeFile('/srv/scripts/post_chroot_unpack_umd', HOOK, 0o755);
    await system.boot();
    const laid = await system.run(['sh', '-euc', REPOSITORY]);
    if (laid.code !== 0) return laid.stderr;
    const suite = ['--distribution', platform.image.suite];
    const { code, stdout, stderr } = await system.run([...COMMAND, ...suite, ...names], { timeout: LIMIT });
    return `${stdout}${stderr}${code === 124 ? '\nIt did not end in time.' : ''}`;
  } finally {
    await system.destroy();
  }
}

function reasonOf(log: string): string {
  const lines = log.split('\n').filter((line) => line.trim() !== '');
  const error = lines.findIndex((line) => / ERROR: Command failed/.test(line));
  const said = error < 0 ? lines.slice(-1) : lines.slice(error, error + 3);
  return `it did not come to its end: ${said.join(' ').slice(0, 300) || 'it said nothing'}`;
}
