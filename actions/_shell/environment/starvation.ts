import { refusal } from '#core/fault-codes.ts';
import type { ThrowAwaySystem } from '#shell/environment/ports.ts';

/** Share of its time that a system waits for a processor, above which a limit says more of the machine than of a product. */
const STARVED = 1 / 3;

/** From now on: is what happens in a system slow because others have the processors? */
export function watchStarvation({ starved }: Pick<ThrowAwaySystem, 'starved'>) {
  const [begun, before] = [performance.now(), starved?.() ?? 0];
  return {
    /**
     * Of something that was ended by its limit.
     * @param what `sh did not end in time`
     * @throws ProvisioningError ENVIRONMENT_FAULT when it hardly got a processor: nothing that hangs looks like that
     */
    mustHaveRun(what: string): void {
      const share = ((starved?.() ?? 0) - before) / (performance.now() - begun);
      if (!(share > STARVED)) return;
      const percent = `${Math.round(share * 100)} %`;
      throw refusal(
        'ENVIRONMENT_FAULT',
        `The machine is overloaded: ${what}, and waited for a processor in ${percent} of it.`,
      );
    },
  };
}
