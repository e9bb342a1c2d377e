import { type FaultCode, REMEDIES } from '#core/fault-codes.ts';
import { ProvisioningError } from '#core/faults.ts';

/** One fault of intake as an error, its remedy from the one table. */
export function refusal(code: FaultCode, sentence: string, cause?: unknown): ProvisioningError {
  return new ProvisioningError(code, sentence, REMEDIES[code], { cause });
}
