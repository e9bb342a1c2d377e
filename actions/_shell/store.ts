import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, isAbsolute, join, posix, relative } from 'node:path';
import { refusal } from '#core/fault-codes.ts';
import { linkBeside, linkWhole, syncFolder, takeLaterPlace, takePlace, writeBeside, writeWhole } from './durable.ts';

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
  /** All keys below one, where a store can tell them at once. */
  below?(key: string): Promise<readonly string[]>;
  /** A reader sees the old or the new bytes whole. They have reached the disk before any pointer that is moved later. */
  put(key: string, bytes: string | Uint8Array, keeping: Keeping): Promise<void>;
  /**
   * Makes `key` show what is at `target`, in one step.
   * @param parts what below a folder is wanted of it, for stores that have no links and must copy
   */
  link(key: string, target: string, parts?: () => readonly string[]): Promise<void>;
  /** Takes a key away, and all below it; never what a link there leads to. */
  remove(key: string): Promise<void>;
  /** `movePointers`, where a store can do better than one after the other. */
  move?(pointers: readonly Pointer[]): Promise<void>;
  /** Begins to bring the bytes of pointers there that `move` will be given. @returns lets go of those that it was not */
  stage?(pointers: readonly Pointer[]): () => Promise<void>;
}

/** A name that shows something else from one moment to the next: bytes of its own, or what is at `target`. */
export type Pointer =
  | { readonly key: string; readonly bytes: string | Uint8Array }
  | { readonly key: string; readonly target: string };

/**
 * Moves pointers in their order. What they are to show was put before and is safe by then; a crash leaves the first ones
 * new and the others old, each whole.
 */
export async function movePointers(store: Store, pointers: readonly Pointer[]): Promise<void> {
  if (store.move !== undefined) return store.move(pointers);
  for (const pointer of pointers) {
    if ('bytes' in pointer) await store.put(pointer.key, pointer.bytes, 'pointer');
    else await store.link(pointer.key, pointer.target);
  }
}

/** Calls that do not wait for the disk are made in one step each, see `durable.ts`. @param root absolute folder. @throws ProvisioningError STORE_INVALID */
export function openStore(root: string): Store {
  if (!isAbsolute(root)) throw refusal('STORE_INVALID', `The store "${root}" is no absolute path.`);
  const place = (key: string) => join(root, checked(key));
  const has = (key: string) => existsSync(place(key));
  const unsynced = new Set<string>();
  const settle = async () => {
    const folders = [...unsynced];
    unsynced.clear();
    await Promise.all(folders.map(syncFolder));
  };
  /** All of them are written at the same time, because each waits for the disk. */
  const prepare = async (pointer: Pointer) =>
    'bytes' in pointer
      ? writeBeside(place(pointer.key), pointer.bytes)
      : linkBeside(place(pointer.key), relative(dirname(place(pointer.key)), place(pointer.target)));
  const staged = new Map<Pointer, Promise<string>>();
  const aside = (pointer: Pointer) => {
    const begun = staged.get(pointer) ?? prepare(pointer);
    staged.delete(pointer);
    return begun;
  };
  return {
    has: async (key) => has(key),
    read: async (key) => ifThere(() => readFileSync(place(key)), undefined),
    list: async (key) => ifThere(() => readdirSync(place(key)), []),
    put: async (key, bytes, keeping) => {
      if (keeping === 'content' && has(key)) return;
      if (keeping === 'pointer') {
        await settle();
        takeLaterPlace(await writeBeside(place(key), bytes), place(key));
      } else await writeWhole(place(key), bytes);
      unsynced.add(dirname(place(key)));
    },
    link: async (key, target) => {
      const leadsTo = relative(dirname(place(key)), place(target));
      if (linkedTo(place(key)) === leadsTo) return;
      linkWhole(place(key), leadsTo);
      unsynced.add(dirname(place(key)));
    },
    remove: (key) => rm(place(key), { recursive: true, force: true }),
    move: async (pointers) => {
      const [settled, ...written] = await Promise.allSettled([settle(), ...pointers.map(aside)]);
      const asides = written.map((one) => (one.status === 'fulfilled' ? one.value : undefined));
      const failed = [settled, ...written].find((one) => one.status === 'rejected');
      let moved = 0;
      try {
        if (failed !== undefined) throw failed.reason;
        for (const { key, ...what } of pointers) {
          const take = 'bytes' in what ? takeLaterPlace : takePlace;
          take(asides[moved] as string, place(key));
          unsynced.add(dirname(place(key)));
          moved += 1;
        }
      } finally {
        const left = asides.slice(moved).filter((aside) => aside !== undefined);
        for (const aside of left) rmSync(aside, { force: true });
      }
      await settle();
    },
    stage: (pointers) => {
      for (const pointer of pointers) staged.set(pointer, prepare(pointer));
      for (const begun of staged.values()) begun.catch(() => {}); // told to whoever moves
      return async () => {
        const left = pointers.filter((pointer) => staged.has(pointer)).map(aside);
        for (const one of await Promise.allSettled(left))
          if (one.status === 'fulfilled') rmSync(one.value, { force: true });
      };
    },
  };
}

function checked(key: string): string {
  if (key === '' || key.startsWith('/') || posix.normalize(key) !== key || key.startsWith('..')) {
    throw refusal('STORE_INVALID', `"${key}" is no key of the store.`);
  }
  return key;
}

function linkedTo(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function ifThere<T>(read: () => T, instead: T): T {
  try {
    return read();
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes((cause as NodeJS.ErrnoException).code ?? '')) return instead;
    throw cause;
  }
}
