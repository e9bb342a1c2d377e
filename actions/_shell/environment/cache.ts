import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Image, imageFolder } from '#core/environment/image.ts';

/**
 * The cache folder: UMD_CACHE, else `umd` below XDG_CACHE_HOME, else `~/.cache/umd`. Everything in it can be thrown away.
 *
 *     <cache>/images/<name>-<first 12 hex of the description's sha256>/
 *       root/        the golden root; read only by agreement
 *       base.rpm     rpm images only: the generated package that stands for the root's own debs, already installed in it
 *
 * A folder of that name is complete: it is built aside and renamed.
 */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return env.UMD_CACHE ?? join(env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'umd');
}

/** Folder of one golden image, there or not yet. */
export function goldenFolder(image: Image, cache = cacheFolder()): string {
  return join(cache, 'images', imageFolder(image));
}
