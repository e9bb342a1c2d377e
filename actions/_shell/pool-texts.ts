import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { refusal } from '#core/fault-codes.ts';
import type { MetadataKind } from '#core/ppa/lock.ts';
import { poolPath } from '#core/repository/fragment.ts';
import { syncFolder, writeDurably } from './durable.ts';
import { sha256Of } from './stock.ts';

/** The names that the field's own tools give them. */
export const TEXT_FILES: { readonly [K in MetadataKind]: string } = { modules: 'modules.yaml', group: 'comps.xml' };

export function textPath(sha256: string, kind: MetadataKind): string {
  return poolPath(sha256, TEXT_FILES[kind]);
}

export function placeOf(text: string, kind: MetadataKind) {
  const sha256 = sha256Of(text);
  return { sha256, size: Buffer.byteLength(text), key: textPath(sha256, kind) };
}

/** Made aside and renamed with its folder, as packages are: it is there whole or not at all, and never written again. */
export async function keepText(store: string, text: string, kind: MetadataKind) {
  const { key, ...kept } = placeOf(text, kind);
  await mkdir(join(store, 'pool'), { recursive: true });
  const aside = await mkdtemp(join(store, 'pool', '.incoming-'));
  try {
    await writeDurably(join(aside, kept.sha256, TEXT_FILES[kind]), text);
    const place = join(store, dirname(key));
    await mkdir(dirname(place), { recursive: true });
    await rename(join(aside, kept.sha256), place).catch((cause: NodeJS.ErrnoException) => {
      if (!['ENOTEMPTY', 'EEXIST'].includes(cause.code ?? '')) throw cause;
    });
    await syncFolder(dirname(place));
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
  return kept;
}

export async function keptText(store: string, sha256: string, kind: MetadataKind): Promise<string> {
  return soundText(await readFile(join(store, textPath(sha256, kind))).catch(() => undefined), sha256, kind);
}

/** @throws ProvisioningError POOL_MISSING, POOL_DIGEST */
export function soundText(bytes: Buffer | undefined, sha256: string, kind: MetadataKind): string {
  const key = textPath(sha256, kind);
  if (bytes === undefined) throw refusal('POOL_MISSING', `The pool holds no ${key}.`);
  if (sha256Of(bytes) !== sha256) throw refusal('POOL_DIGEST', `${key} has sha256 ${sha256Of(bytes)}.`);
  return bytes.toString();
}
