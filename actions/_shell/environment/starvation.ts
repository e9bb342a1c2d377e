import { setTimeout as sleep } from 'node:timers/promises';
import { refusal } from '#core/fault-codes.ts';
import type { ThrowAwaySystem } from '#shell/environment/ports.ts';

/** Share of its time that a system waits for a processor, above which a limit says more of the machine than of a product. */
const STARVED = 1 / 3;

/**
 * The same of tests that failed without being ended: they wait for things as long as they think right, and on a busy machine
 * that is not long enough. Higher, for others look at the packages meanwhile.
 */
export const STARVED_TESTS = 1 / 2;

/** Times that a wait is made longer, at most. */
const PATIENCE = 20;

/** From now on: is what happens in a system slow because others have the processors? */
export function watchStarvation({ starved }: Pick<ThrowAwaySystem, 'starved'>) {
  const [begun, before] = [performance.now(), starved?.() ?? 0];
  const waited = () => (starved?.() ?? 0) - before;
  return {
    /** Milliseconds in which it could run, as far as anybody knows: those that have gone by, less those that it waited. */
    ran: () => performance.now() - begun - waited(),
    /**
     * Of something that was ended by its limit.
     * @param what `sh did not end in time`
     * @param limit share of its time that it may have waited
     * @throws ProvisioningError ENVIRONMENT_FAULT when it hardly got a processor: nothing that hangs looks like that
     */
    mustHaveRun(what: string, limit = STARVED): void {
      const share = waited() / (performance.now() - begun);
      if (!(share > limit)) return;
      const percent = `${Math.round(share * 100)} %`;
      throw refusal(
        'ENVIRONMENT_FAULT',
        `The machine is overloaded: ${what}, and waited for a processor in ${percent} of it.`,
      );
    },
  };
}

/**
 * Waits so long that what happens by itself has had so much time to run; longer where others have the processors.
 * @param milliseconds of a quiet machine
 */
export async function settle(system: Pick<ThrowAwaySystem, 'starved'>, milliseconds: number): Promise<void> {
  const watch = watchStarvation(system);
  const end = performance.now() + PATIENCE * milliseconds;
  for (let left = milliseconds; left > 0 && performance.now() < end; left = milliseconds - watch.ran())
    await sleep(Math.max(left, 10));
}
