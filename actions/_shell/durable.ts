import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm, symlink } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A name beside the target, on the same file system, that no reader looks at. */
function beside(path: string): string {
  return `${path}.new-${randomBytes(6).toString('hex')}`;
}

/**
 * The bytes reach the disk under another name, then take their place by one rename: a reader sees the old or the new file
 * whole. That the name is there too after a power cut, is for `syncFolder`.
 * @param before what must have happened when the name shows the new bytes
 */
export async function writeWhole(
  path: string,
  bytes: string | Uint8Array,
  before: Promise<unknown> = Promise.resolve(),
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const aside = beside(path);
  try {
    const file = await open(aside, 'wx', 0o644);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await before;
    await rename(aside, path);
  } catch (cause) {
    await rm(aside, { force: true });
    throw cause;
  }
}

export async function writeDurably(path: string, bytes: string | Uint8Array): Promise<void> {
  await writeWhole(path, bytes);
  await syncFolder(dirname(path));
}

/** A symbolic link is made beside and renamed over the old one: the path never leads nowhere. */
export async function linkWhole(path: string, target: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const aside = beside(path);
  await symlink(target, aside);
  await rename(aside, path);
}

/** A rename survives a power cut only when its folder is synced too. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
