import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { VersionOf } from '#core/criteria/facts.ts';
import type { ThrowAwaySystem } from '#shell/environment/ports.ts';
import { freshInstallation } from '#shell/verification/fresh.ts';
import type { Stage } from '#shell/verification/stage.ts';
import { debGround } from '#shell/verification/testing/ground.ts';
import { buildTiny, signRepository } from '#shell/verification/testing/tiny.ts';
import { upgradeFrom } from '#shell/verification/upgrade.ts';
import { median, type Taken, taken } from './taken.ts';

/** Medians. */
export interface VerifyReport {
  readonly runs: number;
  /** Create, update, install, start, restart, stop, remove, purge, upgrade: the commands and nothing else. */
  readonly bare: Taken;
  readonly ours: Taken;
  /** So many verifications side by side, until the last has ended. */
  readonly together: Taken;
}

const UNIT = 'tiny.service';
const GET = ['apt-get', '-yqq', '--no-install-recommends', '-oDpkg::Options::=--force-confold'];

/** A small daemon, fresh and upgraded: bare commands on bare systems, and our whole verification of the same. */
export async function benchVerify(
  { runs, beside }: { readonly runs: number; readonly beside: number },
  say: (line: string) => void,
): Promise<VerifyReport> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-verify-'));
  buildTiny(folder, { name: 'tiny-base', version: '1.0' });
  const old = buildTiny(folder, { name: 'tiny', version: '0.9' });
  const good = buildTiny(folder, { name: 'tiny', version: '1.0', depends: 'tiny-base' });
  const ground = await debGround({ folder, key: signRepository(folder), say });
  const stage = ground.stage([good]);
  const [bare, ours, together]: Taken[][] = [[], [], []];
  for (let run = 0; run < runs; run += 1) {
    bare?.push(await taken(() => bareCommands(stage)));
    ours?.push(await taken(() => verified(stage, old)));
    together?.push(await taken(() => Promise.all(Array.from({ length: beside }, () => verified(stage, old)))));
    const shown = [bare, ours, together].map((each) => each?.at(-1)?.clock.toFixed(1));
    say(`run ${run + 1}: bare ${shown[0]} s, ours ${shown[1]} s, ${beside} side by side ${shown[2]} s`);
  }
  await ground.close();
  rmSync(folder, { recursive: true });
  return { runs, bare: median(bare), ours: median(ours), together: median(together) };
}

async function verified(stage: Stage, old: VersionOf): Promise<void> {
  await freshInstallation(stage, { service: { units: [UNIT] } });
  await upgradeFrom(stage, [old], { units: [UNIT] });
}

async function bareCommands(stage: Stage): Promise<void> {
  await bareSystem(stage, ['tiny=1.0'], async (run) => {
    await run([...GET, 'install', '--no-download', 'tiny=1.0']);
    for (const act of ['start', 'restart', 'stop']) await run(['systemctl', act, UNIT]);
    await run([...GET, 'remove', 'tiny']);
    await run(['dpkg', '--purge', 'tiny']);
  });
  await bareSystem(stage, ['tiny=0.9', 'tiny=1.0'], async (run) => {
    await run([...GET, 'install', '--no-download', 'tiny=0.9']);
    await run(['systemctl', 'start', UNIT]);
    await run([...GET, 'install', '--no-download', 'tiny=1.0']);
  });
}

type Run = (argv: readonly string[]) => Promise<void>;

async function bareSystem(
  { provider, golden, files }: Stage,
  fetched: readonly string[],
  body: (run: Run) => Promise<void>,
): Promise<void> {
  const system: ThrowAwaySystem = await provider.create(golden);
  const run: Run = async (argv) => {
    const { code, stderr } = await system.run(argv);
    if (code !== 0) throw new Error(`${argv.join(' ')}: ${stderr}`);
  };
  try {
    for (const { path, text } of files) await system.writeFile(path, text);
    await run([...GET, 'update']);
    for (const name of fetched) await run([...GET, 'install', '--download-only', name]);
    await system.boot();
    await body(run);
  } finally {
    await system.destroy();
  }
}
