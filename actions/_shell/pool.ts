import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { PackageFormat } from '#core/distribution/distribution.ts';
import { refusal } from '#core/fault-codes.ts';
import type { MetadataKind } from '#core/ppa/lock.ts';
import { type Fragment, poolName, poolPath } from '#core/repository/fragment.ts';

/** A package on its way into the pool. */
export interface Incoming {
  /** Where the file is now; it is copied, not moved. */
  readonly path: string;
  /** What its bytes must have; lower-case hexadecimal. */
  readonly sha256: string;
  /** Its name at the provider; `%XX` is decoded, which gives its name in the pool and in every repository. */
  readonly file: string;
  readonly format: PackageFormat;
}

/** A package that is in the pool for good. */
export interface PooledPackage {
  readonly sha256: string;
  /** The name it has in the pool; when the same bytes came before under another name, that older one. */
  readonly file: string;
  /** Absolute. */
  readonly path: string;
  readonly fragment: Fragment;
}

/**
 * Every package ever taken in, by content: `<store>/pool/<first 2 hex>/<sha256>/<file>` with `fragment.json` beside it.
 * Objects appear whole and are never changed (design.md section 6).
 */
export interface Pool {
  /** @throws ProvisioningError POOL_DIGEST, POOL_NAME, POOL_FORMAT, FRAGMENT_UNREADABLE; nothing is left behind then. */
  add(localPath: string, as: Omit<Incoming, 'path'>): Promise<PooledPackage>;
  /** Many at once: the metadata tools start once per format. All or nothing as far as faults go. */
  addAll(incoming: readonly Incoming[]): Promise<readonly PooledPackage[]>;
  /** @throws ProvisioningError POOL_MISSING */
  fragment(sha256: string): Promise<Fragment>;
  has(sha256: string): Promise<boolean>;
  /** A provider's groups or modules, kept by their digest beside the packages. */
  addText(text: string, kind: MetadataKind): Promise<{ readonly sha256: string; readonly size: number }>;
  /** @throws ProvisioningError POOL_MISSING, POOL_DIGEST */
  text(sha256: string, kind: MetadataKind): Promise<string>;
  /**
   * Of a package as it lies there now: its sha256, undefined when it is gone. Not of a bucket, whose objects would have to
   * travel for it.
   */
  digest?(sha256: string, file: string): Promise<string | undefined>;
  /** Absolute path of a package, whether it is there or not. */
  path(sha256: string, file: string): string;
}

/** @param store root of the filesystem store; the pool is its folder `pool`. */
export function openPool(store: string): Pool {
  const fragmentFile = (sha256: string) => join(store, poolPath(sha256, 'fragment.json'));
  const has = (sha256: string) =>
    access(fragmentFile(sha256)).then(
      () => true,
      () => false,
    );

  async function fragment(sha256: string): Promise<Fragment> {
    try {
      return JSON.parse(readFileSync(fragmentFile(sha256), 'utf8')) as Fragment; // small: waiting in turns costs more
    } catch (cause) {
      throw refusal('POOL_MISSING', `The pool holds no package with sha256 ${sha256}.`, { cause });
    }
  }

  async function addAll(incoming: readonly Incoming[]): Promise<readonly PooledPackage[]> {
    const fresh = new Map<string, Incoming>();
    for (const one of incoming)
      if (!(await has(one.sha256))) fresh.set(one.sha256, { ...one, file: poolName(one.file) });
    if (fresh.size > 0) {
      const { takeIn } = await import('./pool-intake.ts'); // who only publishes need not load it
      await takeIn(store, [...fresh.values()]);
    }
    return Promise.all(
      incoming.map(async ({ sha256 }) => {
        const kept = await fragment(sha256);
        return { sha256, file: kept.file, path: join(store, poolPath(sha256, kept.file)), fragment: kept };
      }),
    );
  }

  return {
    add: async (path, as) => (await addAll([{ ...as, path }]))[0] as PooledPackage,
    addAll,
    fragment,
    has,
    addText: async (text, kind) => (await import('./pool-texts.ts')).keepText(store, text, kind),
    text: async (sha256, kind) => (await import('./pool-texts.ts')).keptText(store, sha256, kind),
    path: (sha256, file) => join(store, poolPath(sha256, poolName(file))),
    digest: async (sha256, file) => digestOf(join(store, poolPath(sha256, file))),
  };
}

/** Piece by piece, because packages may be larger than memory; in one step each, see `durable.ts`. */
function digestOf(path: string): string | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return undefined;
  }
  const hash = createHash('sha256');
  const piece = Buffer.allocUnsafe(Math.max(1, Math.min(fstatSync(file).size, 1 << 20)));
  try {
    for (let read = -1; read !== 0; ) {
      read = readSync(file, piece);
      hash.update(piece.subarray(0, read));
    }
  } finally {
    closeSync(file);
  }
  return hash.digest('hex');
}
