import { access, readdir, readFile, readlink } from 'node:fs/promises';
import { dirname, isAbsolute, join, posix, relative } from 'node:path';
import { refusal } from '#core/fault-codes.ts';
import { linkWhole, syncFolder, writeWhole } from './durable.ts';

/**
 * How long what is put stays as it is. `content`: named by its digest, so what is there stays. `immutable`: written
 * once under a name of its own. `pointer`: replaced in one step, and to be kept briefly by caches.
 */
export type Keeping = 'content' | 'immutable' | 'pointer';

/** Where everything lies that is served. Keys are relative paths with slashes, no `..`. */
export interface Store {
  read(key: string): Promise<Buffer | undefined>;
  has(key: string): Promise<boolean>;
  /** Names directly below a key; none when it is not there. */
  list(key: string): Promise<readonly string[]>;
  /** A reader sees the old or the new bytes whole. They have reached the disk before any pointer that is put later. */
  put(key: string, bytes: string | Uint8Array, keeping: Keeping): Promise<void>;
  /** Everything that was put or linked survives a power cut now. */
  settle?(): Promise<void>;
  /**
   * Makes `key` show what is at `target`, in one step.
   * @param parts what below a folder is wanted of it, for stores that have no links and must copy
   */
  link(key: string, target: string, parts?: () => readonly string[]): Promise<void>;
}

/** @param root absolute folder. @throws ProvisioningError STORE_INVALID */
export function openStore(root: string): Store {
  if (!isAbsolute(root)) throw refusal('STORE_INVALID', `The store "${root}" is no absolute path.`);
  const place = (key: string) => join(root, checked(key));
  const has = (key: string) =>
    access(place(key)).then(
      () => true,
      () => false,
    );
  const unsynced = new Set<string>();
  const settle = async () => {
    const folders = [...unsynced];
    unsynced.clear();
    await Promise.all(folders.map(syncFolder));
  };
  return {
    has,
    settle,
    read: (key) => readFile(place(key)).catch(absent(undefined)),
    list: (key) => readdir(place(key)).catch(absent([])),
    put: async (key, bytes, keeping) => {
      if (keeping === 'content' && (await has(key))) return;
      await writeWhole(place(key), bytes, keeping === 'pointer' ? settle() : undefined);
      unsynced.add(dirname(place(key)));
    },
    link: async (key, target) => {
      const leadsTo = relative(dirname(place(key)), place(target));
      if ((await readlink(place(key)).catch(() => undefined)) === leadsTo) return;
      await linkWhole(place(key), leadsTo);
      unsynced.add(dirname(place(key)));
    },
  };
}

function checked(key: string): string {
  if (key === '' || key.startsWith('/') || posix.normalize(key) !== key || key.startsWith('..')) {
    throw refusal('STORE_INVALID', `"${key}" is no key of the store.`);
  }
  return key;
}

function absent<T>(instead: T): (cause: NodeJS.ErrnoException) => T {
  return (cause) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return instead;
    throw cause;
  };
}
