import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ClosureResult } from './check.ts';
import { baseKey, basePath, type ClosureRecord, closureKey } from './question.ts';

/** Name of the artifact in which a run of zone 0 hands on what its answers about the closure depend on. */
export const CLOSURE_INPUTS = 'closure-inputs';

/**
 * Lays what the store does not serve yet into a folder, by the keys it shall have there: questions with their answers, and
 * the metadata of the base. A run that may not write the store hands it on in an artifact (decision 0039).
 * @param inputs digests that the evidence names
 * @returns keys that were laid there
 */
export async function layInputs(
  inputs: readonly string[],
  { keep, publicUrl, folder }: { readonly keep: string; readonly publicUrl: string; readonly folder: string },
): Promise<readonly string[]> {
  const laid = new Map<string, string>(); // key → file on this machine
  for (const digest of inputs) {
    const kept = join(keep, closureKey(digest));
    if (!existsSync(kept)) continue;
    laid.set(closureKey(digest), kept);
    const { question, fetched } = JSON.parse(await readFile(kept, 'utf8')) as ClosureRecord<ClosureResult>;
    if (fetched !== undefined) laid.set(baseKey(fetched), join(keep, baseKey(fetched)));
    for (const file of question.base.flatMap((part) => Object.values(part.files)))
      laid.set(basePath(file), join(keep, 'base', file));
  }
  const keys: string[] = [];
  for (const [key, file] of laid) {
    if (!existsSync(file)) continue; // swept from this machine since
    if (key.startsWith('pool/') && (await isServed(`${publicUrl}/${key}`))) continue;
    await mkdir(dirname(join(folder, key)), { recursive: true });
    await copyFile(file, join(folder, key));
    keys.push(key);
  }
  return keys;
}

async function isServed(url: string): Promise<boolean> {
  return fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(10_000) }).then(
    ({ ok }) => ok,
    () => false,
  );
}
