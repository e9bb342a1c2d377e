import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { criteriaFor } from '#core/criteria/applied.ts';
import { conclusionOf, type JudgedRow, judge } from '#core/criteria/judge.ts';
import { readCriteria } from '#shell/criteria.ts';
import type { EnvironmentProvider } from '#shell/environment/ports.ts';
import { freshInstallation } from '../fresh.ts';
import { upgradeFrom } from '../upgrade.ts';
import { debGround, factsOf } from './ground.ts';
import { buildTiny, signRepository } from './tiny.ts';

const SERVICE = { units: ['tiny.service'] };

/** The whole verification of a small, sound daemon on a kind of system: installed, run, removed, upgraded, judged. */
export async function smallCycle(
  provider: EnvironmentProvider,
  image: string,
  say: (line: string) => void = () => {},
): Promise<{ readonly conclusion: 'pass' | 'fail'; readonly rows: readonly JudgedRow[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'cycle-'));
  buildTiny(folder, { name: 'tiny-base', version: '1.0' });
  const old = buildTiny(folder, { name: 'tiny', version: '0.9' });
  const good = buildTiny(folder, { name: 'tiny', version: '1.0', depends: 'tiny-base' });
  const ground = await debGround({ folder, key: signRepository(folder), image, provider, say });
  try {
    const stage = ground.stage([good], { say });
    const fresh = await freshInstallation(stage, { service: SERVICE });
    const upgrade = fresh.abilities.secondSystem ? await upgradeFrom(stage, [old], SERVICE) : 'impossible';
    const known = await readCriteria(resolve(import.meta.dirname, '../../../..'));
    const rows = judge(factsOf(fresh, 'deb', upgrade), criteriaFor(known, ['generic', 'service']), known);
    return { conclusion: conclusionOf(rows), rows };
  } finally {
    await ground.close();
    rmSync(folder, { recursive: true });
  }
}
