import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Platform } from '#core/distribution/distribution.ts';
import type { PpaClosure } from '#core/verification/evidence.ts';
import type { ClosurePlan, VerificationPlan } from '#core/verification/plan.ts';
import { type ClosureResult, checkClosure } from '#shell/closure/check.ts';
import { layInputs } from '#shell/closure/hand-on.ts';
import { cacheFolder } from '#shell/environment/cache.ts';
import type { GoldenImage } from '#shell/environment/ports.ts';
import { giveBack } from '#shell/evidence.ts';
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
): Promise<{ readonly breaks: readonly string[]; readonly closures: readonly PpaClosure[] }> {
  const alone = await closureOn(ground, closure);
  const closures: PpaClosure[] = [{ beside: 'candidate', base: alone.base, inputs: alone.inputs }];
  if (besideTesting === undefined) return { breaks: alone.faults, closures };
  const { faults, base, inputs } = await closureOn(ground, besideTesting);
  const more = faults.filter((sentence) => !alone.faults.includes(sentence));
  return {
    breaks: [...alone.faults, ...more.map((sentence) => `beside what is in testing, ${sentence}`)],
    closures: [...closures, { beside: 'testing', base, inputs }],
  };
}

/** @returns folder of what the answers depend on and the store does not have yet, for `closure-inputs`; '' when there is nothing */
export async function handOn(
  inputs: readonly string[],
  publicUrl: string,
  say: (line: string) => void,
): Promise<string> {
  if (inputs.length === 0) return '';
  const folder = await mkdtemp(join(process.env.RUNNER_TEMP ?? tmpdir(), 'closure-inputs-'));
  const keys = await layInputs(inputs, { keep: closureFolder(), publicUrl, folder });
  await giveBack(folder);
  for (const key of keys) say(`To be kept: ${key}`);
  return keys.length === 0 ? '' : folder;
}
