import fc from 'fast-check';
import { holds, script, tell } from '#core/rollout/testing/town/script.ts';

/**
 * `npm run histories -- 10000 [seed]`: so many random histories of the rollout, each told twice, once with perfect and once
 * with poor delivery; exit 0 only if every rule held in all. A failure names its seed and the shortest history found.
 */
const [count = '10000', seed = String(Date.now() % 1_000_000)] = process.argv.slice(2);
if (!/^[1-9]\d{0,6}$/.test(count) || !/^\d{1,9}$/.test(seed)) {
  console.error('Usage: npm run histories -- 10000 [seed]');
  process.exit(2);
}
const begun = { wall: performance.now(), cpu: process.cpuUsage() };
const numRuns = Number(count);
const [STEP, SHRINKING] = [250, 60_000];
let told = 0;
let failedAt: number | undefined;

const result = fc.check(
  fc.property(script, (history) => {
    if (failedAt !== undefined && performance.now() - failedAt > SHRINKING) return; // short enough
    try {
      holds(history);
    } catch (error) {
      failedAt ??= performance.now();
      throw error;
    }
    told++;
    if (failedAt === undefined && told % STEP === 0) console.error(`${told} of ${numRuns} histories, ${spent()}`);
  }),
  { numRuns, seed: Number(seed) },
);

function spent(): string {
  const { user, system } = process.cpuUsage(begun.cpu);
  return `${((user + system) / 1e6).toFixed(0)} s of CPU, ${((performance.now() - begun.wall) / 1000).toFixed(0)} s`;
}

if (result.failed) {
  const [history] = result.counterexample ?? [];
  console.error(`A rule does not hold (seed ${seed}, history ${result.numRuns}).`);
  if (history !== undefined) console.error(tell(history));
  console.error(result.errorInstance instanceof Error ? result.errorInstance.message : '');
  process.exit(1);
}
console.log(
  `${numRuns} histories, each with perfect and with poor delivery: every rule held (seed ${seed}; ${spent()}).`,
);
