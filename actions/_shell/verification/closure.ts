import { dirname, join } from 'node:path';
import type { Platform } from '#core/distribution/distribution.ts';
import type { ClosurePlan, VerificationPlan } from '#core/verification/plan.ts';
import { type ClosureResult, checkClosure } from '#shell/closure/check.ts';
import { cacheFolder } from '#shell/environment/cache.ts';
import type { GoldenImage } from '#shell/environment/ports.ts';
import type { SetupFile } from './package-manager.ts';

interface Ground {
  readonly platform: Platform;
  readonly publicUrl: string;
  readonly golden: GoldenImage;
  readonly base: readonly SetupFile[];
  readonly now: Date;
  readonly say: (line: string) => void;
}

/** Where results and the metadata of bases are kept on this machine. */
export function closureFolder(): string {
  return join(cacheFolder(), 'closure');
}

/** The closure against the base that the platform declares, and that its golden image stands for. @throws as checkClosure */
export async function closureOn(
  { platform, publicUrl, golden, base, now, say }: Ground,
  plan: ClosurePlan,
): Promise<ClosureResult> {
  const baseRpm = join(dirname(golden.root), 'base.rpm');
  const keep = closureFolder();
  const result = await checkClosure({ platform, publicUrl, base, baseRpm, keep, now, ...plan });
  const against = result.base.map(({ id }) => id).join(', ') || 'no base';
  say(
    `closure of ${plan.after.length} packages against ${against}: ${result.faults.length} faults; inputs ${result.inputs}`,
  );
  return result;
}

/** What a PPA would break in the next release, alone and beside what is in testing; what both say is said once. */
export async function breaksOf(
  { closure, besideTesting }: Pick<VerificationPlan, 'closure' | 'besideTesting'>,
  ground: Ground,
): Promise<readonly string[]> {
  const { faults: alone } = await closureOn(ground, closure);
  if (besideTesting === undefined) return alone;
  const { faults: beside } = await closureOn(ground, besideTesting);
  const more = beside.filter((sentence) => !alone.includes(sentence));
  return [...alone, ...more.map((sentence) => `beside what is in testing, ${sentence}`)];
}
