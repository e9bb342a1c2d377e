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
 */
export async function writeWhole(path: string, bytes: string | Uint8Array): Promise<void> {
  const aside = await writeBeside(path, bytes);
  await takePlace(aside, path);
}

export async function writeDurably(path: string, bytes: string | Uint8Array): Promise<void> {
  await writeWhole(path, bytes);
  await syncFolder(dirname(path));
}

/** A symbolic link is made beside and renamed over the old one: the path never leads nowhere. */
export async function linkWhole(path: string, target: string): Promise<void> {
  await takePlace(await linkBeside(path, target), path);
}

/** @returns the other name, for `takePlace` */
export async function writeBeside(path: string, bytes: string | Uint8Array): Promise<string> {
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
  } catch (cause) {
    await rm(aside, { force: true });
    throw cause;
  }
  return aside;
}

/** @returns the other name, for `takePlace` */
export async function linkBeside(path: string, target: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  const aside = beside(path);
  await symlink(target, aside);
  return aside;
}

export async function takePlace(aside: string, path: string): Promise<void> {
  try {
    await rename(aside, path);
  } catch (cause) {
    await rm(aside, { force: true });
    throw cause;
  }
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
