import type { Lane } from '#core/distribution/distribution.ts';
import { refusal } from '#core/fault-codes.ts';
import { parseReleaseFolder } from '#core/ppa/folder.ts';
import type { Lock } from '#core/ppa/lock.ts';
import { parsePpaName } from '#core/ppa/ppa.ts';

/**
 * The lane and platform a lock is for: lane from its release folder, platform from its PPA name.
 * @throws ProvisioningError LOCK_INCONSISTENT
 */
export function lockPlace(lock: Lock): { readonly lane: Lane; readonly os: string; readonly arch: string } {
  const ppa = parsePpaName(lock.ppa);
  const folder = parseReleaseFolder(lock.release);
  if (ppa !== undefined && folder !== undefined) return { lane: folder.lane, os: ppa.os, arch: ppa.arch };
  throw refusal(
    'LOCK_INCONSISTENT',
    `The lock of "${lock.ppa}" with release "${lock.release}" does not say which lane and platform it is for.`,
  );
}
