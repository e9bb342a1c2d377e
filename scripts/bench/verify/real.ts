import { resolve } from 'node:path';
import { criteriaFor } from '#core/criteria/applied.ts';
import type { ProductCard } from '#core/product/card.ts';
import { readCriteria } from '#shell/criteria.ts';
import { type Deed, listenToDeeds } from '#shell/environment/deeds.ts';
import { verify } from '#shell/verification/verify.ts';
import { TRIED } from '../../tried/products.ts';
import { mirrors, PLATFORM, platformNamed } from '../../tried/try.ts';
import { betweenDeeds, type PartTaken, partsOf } from './parts.ts';
import { realGround } from './real-ground.ts';
import { type Taken, taken } from './taken.ts';

const CHECKOUT = resolve(import.meta.dirname, '../../..');

/** One whole verification: golden images at hand, and nothing remembered of these packages. */
export interface RealRun extends Taken {
  readonly conclusion: string;
  /** Rows that fail, or could not be tested. */
  readonly telling: readonly string[];
  readonly parts: readonly PartTaken[];
  /** What was done in no system: between their programs, and the closure. */
  readonly ours: Taken;
}

export interface RealReport {
  readonly product: string;
  readonly packages: readonly string[];
  readonly from: readonly string[];
  readonly runs: readonly RealRun[];
  /** The same again on a machine that remembers what the checkers said of these packages. */
  readonly again: RealRun;
}

/** A real product of Debian as a PPA is verified: fresh installation, upgrade from the suite before, all checks, all systems. */
export async function benchReal(
  name: string,
  { runs, platform = PLATFORM }: { readonly runs: number; readonly platform?: string | undefined },
  say: (line: string) => void,
): Promise<RealReport> {
  const tried = TRIED[name];
  if (tried === undefined) throw new Error(`"${name}" is none of: ${Object.keys(TRIED).join(', ')}.`);
  const ground = await realGround(name, tried.packages, { checkout: CHECKOUT, platform, say });
  try {
    const known = await readCriteria(CHECKOUT);
    const { subject, publicUrl, checkout } = ground;
    const now = new Date();
    const input = {
      ...{ subject, publicUrl, known, now, say, checkout, card: cardOf(name) },
      ...{ platform: platformNamed(platform), criteria: criteriaFor(known, tried.profiles) },
      ...{ allow: mirrors(subject.lock.packages), day: now.toISOString().slice(0, 10) },
    };
    const measured: RealRun[] = [];
    for (let run = 0; run < runs; run += 1) {
      ground.forget();
      measured.push(await measure(() => verify(input)));
    }
    const versions = (packages: readonly { name: string; version: string }[]) =>
      packages.map(({ name: of, version }) => `${of} ${version}`);
    return {
      product: name,
      packages: versions(subject.lock.packages),
      from: versions(ground.from),
      runs: measured,
      again: await measure(() => verify(input)),
    };
  } finally {
    await ground.close();
  }
}

function cardOf(name: string): ProductCard {
  const { title = name, profiles = [], service } = TRIED[name] ?? {};
  return {
    ...{ product: name, name: title, provider: 'DEBIAN', description: title, contact: 'bench@example.org' },
    ...{ supportUnit: 'none', capabilities: ['NONE'], platforms: [PLATFORM], profiles, eaTeams: [] },
    ...(service === undefined ? {} : { service }),
  };
}

async function measure(work: () => ReturnType<typeof verify>): Promise<RealRun> {
  const deeds: Deed[] = [];
  const end = listenToDeeds((deed) => deeds.push(deed));
  const [begun, own] = [performance.now(), process.cpuUsage()];
  let outcome: Awaited<ReturnType<typeof verify>> | undefined;
  const all = await taken(async () => {
    outcome = await work();
  }).finally(end);
  const { user, system } = process.cpuUsage(own);
  if (outcome?.conclusion === 'error') throw new Error(outcome.error);
  const [parts, rows] = [partsOf(deeds), outcome?.rows ?? []];
  return {
    ...all,
    conclusion: outcome?.conclusion ?? '',
    telling: rows
      .filter(({ result }) => result === 'FAIL' || result === 'Not tested')
      .map(({ criterion, result, comment }) => `${criterion} ${result}: ${comment}`),
    parts,
    ours: { clock: betweenDeeds(deeds, begun, performance.now()), cpu: (user + system) / 1e6 },
  };
}
