import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { refusal } from '#core/fault-codes.ts';

/**
 * The store that a command by hand is about: `--store` or STORE; an absolute path, or `s3://…` as it is.
 * @param must a file or folder that a store on disk has, so that a mistyped path is no empty store
 * @throws ProvisioningError STORE_INVALID
 */
export function storeOption(value: string | undefined, must: string): string {
  if (value === undefined || value === '')
    throw refusal('STORE_INVALID', 'Which store? Give --store PATH, or set STORE.');
  if (value.startsWith('s3://')) return value;
  const path = resolve(value);
  if (!existsSync(path)) throw refusal('STORE_INVALID', `There is no ${path}.`);
  if (!existsSync(join(path, must))) throw refusal('STORE_INVALID', `${path} is no store: it has no ${must}.`);
  return path;
}
