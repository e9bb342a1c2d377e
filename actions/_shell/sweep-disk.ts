import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Milliseconds. No write takes a day, so what was begun before belongs to nobody. */
const STRAY = 86_400_000;
/** Milliseconds. A segment that old is made again when it is wanted. */
const STALE = 90 * 86_400_000;

/**
 * Takes away what killed publishers and bouncers left beside their targets, and segments that nobody rendered for long.
 * @param now by the machine's clock, as the file system dates
 * @returns paths that were removed
 */
export async function sweepDisk(root: string, now: Date): Promise<readonly string[]> {
  const age = async (path: string) => now.getTime() - ((await stat(path).catch(() => undefined))?.mtimeMs ?? Infinity);
  const removed: string[] = [];
  const remove = async (path: string) => {
    await rm(path, { recursive: true, force: true });
    removed.push(path);
  };
  for (const folder of await children(join(root, 'cache')))
    for (const file of await children(folder)) {
      if ((await age(file)) > (isStray(file) ? STRAY : STALE)) await remove(file);
    }
  for (const path of await strays(root)) if ((await age(path)) > STRAY) await remove(path);
  return removed;
}

function isStray(path: string): boolean {
  return /\.new-[0-9a-f]{12}$/.test(path);
}

/** Links are not followed, and of the pool only what is being taken in is looked at: nothing else in it is ever removed. */
async function strays(root: string): Promise<readonly string[]> {
  const incoming = (await children(join(root, 'pool'))).filter((path) => /\/\.incoming-[^/]+$/.test(path));
  const found: string[] = [...incoming];
  const look = async (folder: string, top: boolean): Promise<void> => {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (isStray(path)) found.push(path);
      else if (entry.isDirectory() && !(top && ['pool', 'cache'].includes(entry.name))) await look(path, false);
    }
  };
  await look(root, true);
  return found;
}

async function children(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => [] as string[]);
  return names.map((name) => join(folder, name));
}
