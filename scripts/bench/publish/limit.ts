import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundle } from '../bundle.ts';
import type { Least } from '../child/limit.ts';
import { timed } from '../run.ts';
import type { Key } from './types.ts';

/** Measures the bare cost once. @returns wall time of a whole process, ms */
export async function limit(
  repositories: Least['repositories'],
  { folder, key }: { readonly folder: string; readonly key: Key },
): Promise<number> {
  const out = join(folder, 'limit');
  await mkdir(out, { recursive: true });
  const facts: Least = { repositories, out: join(out, 'x'), gnupg: key.home, fingerprint: key.fingerprint };
  const order = join(folder, 'limit.json');
  await writeFile(order, JSON.stringify(facts));
  const { ms } = await timed(process.execPath, [await bundle('limit'), order]);
  await rm(out, { recursive: true });
  return ms;
}
