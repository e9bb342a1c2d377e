import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Criteria } from '#core/criteria/criterion.ts';
import { parseCriteria } from '#core/criteria/parse.ts';

/**
 * The criteria of a checkout.
 * @param root folder that holds `criteria/`
 * @throws ProvisioningError CRITERIA_INVALID
 */
export async function readCriteria(root: string): Promise<Criteria> {
  const names = (await readdir(join(root, 'criteria'), { recursive: true })).filter((name) => name.endsWith('.yml'));
  const read = async (name: string) => ({
    path: `criteria/${name}`,
    text: await readFile(join(root, 'criteria', name), 'utf8'),
  });
  return parseCriteria(await Promise.all(names.map(read)));
}
