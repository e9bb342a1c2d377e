import type { Step } from '#core/criteria/facts.ts';
import type { Change } from '#core/environment/system.ts';
import { refusal } from '#core/fault-codes.ts';

/** Bytes: a product that wrote more than this has filled the disk itself; otherwise it was full, or too small. */
const OWN_FAULT = 1024 ** 3;

/**
 * A step that failed for want of space says nothing of the product unless the product took the space.
 * @throws ProvisioningError ENVIRONMENT_FAULT
 */
export async function fullDisk(taken: readonly Step[], written: () => Promise<readonly Change[]>): Promise<void> {
  const broken = taken.find(({ code }) => code !== 0);
  if (broken === undefined || !/No space left on device/i.test(broken.output)) return;
  const bytes = (await written()).reduce((sum, { type, size }) => sum + (type === 'file' ? size : 0), 0);
  if (bytes < OWN_FAULT)
    throw refusal('ENVIRONMENT_FAULT', `The disk is full, and the product wrote only ${Math.round(bytes / 1e6)} MB.`);
}
