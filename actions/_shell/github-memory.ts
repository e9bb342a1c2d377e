import { MEMORY, type Memory, parseMemory } from '#core/rollout/memory.ts';
import type { ForgeAccess } from '#shell/github.ts';
import { evidenceNamed, trustedRuns } from '#shell/github-runs.ts';

/** What the last run of the reconciler left behind, believed only of its own workflow on the default branch. */
export async function readMemory(access: ForgeAccess, defaultBranch: string): Promise<Memory | undefined> {
  const runs = await trustedRuns(access, 'reconcile', defaultBranch);
  const [found] = runs.length === 0 ? [] : await evidenceNamed(access, MEMORY, runs, 1);
  return found === undefined ? undefined : parseMemory(found.value);
}
