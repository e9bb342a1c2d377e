import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseImage } from '#core/environment/image.ts';
import { soundOf } from '#core/yaml.ts';
import { nspawn } from '#shell/environment/nspawn.ts';
import type { ThrowAwaySystem } from '#shell/environment/ports.ts';
import { serveFolder } from '#shell/testing/serve-folder.ts';
import { apt } from '#shell/verification/apt.ts';
import { freshInstallation } from '#shell/verification/fresh.ts';
import type { Stage } from '#shell/verification/stage.ts';
import { buildTiny, signRepository } from '#shell/verification/testing/tiny.ts';
import { upgradeFrom } from '#shell/verification/upgrade.ts';

/** Seconds, medians. */
export interface VerifyReport {
  readonly runs: number;
  /** Create, update, install, start, restart, stop, remove, purge, upgrade: the commands and nothing else. */
  readonly bare: number;
  readonly ours: number;
  readonly overhead: number;
}

const UNIT = 'tiny.service';
const GET = ['apt-get', '-yqq', '--no-install-recommends', '-oDpkg::Options::=--force-confold'];

/** A small daemon, fresh and upgraded: bare commands on bare systems, and our whole verification of the same. */
export async function benchVerify(runs: number, say: (line: string) => void): Promise<VerifyReport> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-verify-'));
  buildTiny(folder, { name: 'tiny-base', version: '1.0' });
  const old = buildTiny(folder, { name: 'tiny', version: '0.9' });
  const good = buildTiny(folder, { name: 'tiny', version: '1.0', depends: 'tiny-base' });
  const key = signRepository(folder);
  const server = await serveFolder(folder);
  const text = readFileSync(resolve(import.meta.dirname, '../../../repos/images/debian-12.yml'), 'utf8');
  const golden = await nspawn.ensureImage(soundOf(parseImage('debian-12', text)), say);
  const files = [
    {
      path: '/etc/apt/sources.list.d/tiny.list',
      text: `deb [signed-by=/etc/apt/keyrings/tiny.asc] ${server.url} bookworm main\n`,
    },
    { path: '/etc/apt/keyrings/tiny.asc', text: key },
  ];
  const stage: Stage = { provider: nspawn, golden, packages: apt, files, locked: [good], say: () => {} };
  const [bare, ours]: [number[], number[]] = [[], []];
  for (let run = 0; run < runs; run += 1) {
    bare.push(await seconds(() => bareCommands(stage)));
    ours.push(
      await seconds(async () => {
        await freshInstallation(stage, { service: { units: [UNIT] } });
        await upgradeFrom(stage, [old], { units: [UNIT] });
      }),
    );
    say(`run ${run + 1}: bare ${bare.at(-1)?.toFixed(1)} s, ours ${ours.at(-1)?.toFixed(1)} s`);
  }
  await server.close();
  rmSync(folder, { recursive: true });
  const [b, o] = [median(bare), median(ours)];
  return { runs, bare: b, ours: o, overhead: o - b };
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

async function seconds(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
}
