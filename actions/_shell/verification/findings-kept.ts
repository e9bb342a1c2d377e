import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckerRun } from '#core/criteria/checker.ts';
import { ProvisioningError } from '#core/faults.ts';
import { cacheFolder } from '#shell/environment/cache.ts';

/** Folder of what checkers said, one file for each thing that was asked. */
export function findingsFolder(): string {
  return join(cacheFolder(), 'findings');
}

interface Kept {
  /** What was said the last time; undefined when it was never asked. */
  readonly known: string | undefined;
  keep(text: string): Promise<void>;
}

/** @param about all that the answer depends on, as JSON: the same packages on the same image are asked about once on a machine */
export async function keptFindings(about: readonly unknown[]): Promise<Kept> {
  const key = createHash('sha256').update(JSON.stringify(about)).digest('hex');
  const path = join(findingsFolder(), `${key}.txt`);
  return {
    known: await readFile(path, 'utf8').catch(() => undefined),
    keep: async (text) => {
      await mkdir(findingsFolder(), { recursive: true });
      await writeFile(`${path}.${process.pid}`, text);
      await rename(`${path}.${process.pid}`, path);
    },
  };
}

/**
 * What keeps a checker from running is told in the run and is no verdict about the packages.
 * @throws ProvisioningError ENVIRONMENT_FAULT: what may go well the next time is tried again
 */
export async function orWhatFailed(tool: CheckerRun['tool'], look: () => Promise<CheckerRun>): Promise<CheckerRun> {
  try {
    return await look();
  } catch (accident) {
    if (!(accident instanceof ProvisioningError) || accident.code === 'ENVIRONMENT_FAULT') throw accident;
    return { tool, failed: `${accident.code} ${accident.message}`, findings: [] };
  }
}
