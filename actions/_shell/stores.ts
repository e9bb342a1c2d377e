import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StateText } from '#core/repository/state-text.ts';
import { openPool, type Pool } from './pool.ts';
import { withPublishLock } from './publish-lock.ts';
import { openCache, type SegmentCache } from './segment-cache.ts';
import { openStore, type Store } from './store.ts';
import { sweep } from './sweep.ts';
import { sweepDisk } from './sweep-disk.ts';

export interface Stores {
  readonly store: Store;
  readonly pool: Pool;
  readonly cache: SegmentCache;
  /**
   * Does the work while no other publisher does.
   * @param warn is told when an S3-compatible server cannot see to it
   */
  alone<T>(work: () => Promise<T>, warn: (sentence: string) => void): Promise<T>;
  /** Takes away what no pointer, no snapshot and no young client can want. @returns what it was; undefined when it was not due */
  sweep(state: StateText, now: Date): Promise<readonly string[] | undefined>;
  close(): Promise<void>;
}

/**
 * Where everything lies, by what STORE says: an absolute path, or `s3://bucket/prefix?endpoint=…&region=…`. Beside a bucket
 * the cache of rendered segments lies on this machine, in UMD_SEGMENTS or a folder that goes with the run.
 * @throws ProvisioningError STORE_INVALID
 */
export async function openStores(place: string): Promise<Stores> {
  if (!place.startsWith('s3://')) {
    const sweepAll = async (state: StateText, now: Date) => {
      const swept = await sweep(state, hands.store, now);
      return swept === undefined ? undefined : [...swept, ...(await sweepDisk(place, now))];
    };
    const hands = { store: openStore(place), pool: openPool(place), cache: openCache(place) };
    return { ...hands, alone: (work) => withPublishLock(place, work), sweep: sweepAll, close: async () => {} };
  }
  // The client is large, and most publishers have a disk.
  const [{ openBucket }, { s3Store }, { s3Pool }, { withBucketLock }] = await Promise.all([
    import('./s3-bucket.ts'),
    import('./s3-store.ts'),
    import('./s3-pool.ts'),
    import('./s3-lock.ts'),
  ]);
  const bucket = openBucket(place);
  const kept = process.env.UMD_SEGMENTS;
  const folder = kept ?? (await mkdtemp(join(tmpdir(), 'segments-')));
  const close = async () => {
    if (kept === undefined) await rm(folder, { recursive: true, force: true });
  };
  const store = s3Store(bucket);
  return {
    ...{ store, pool: s3Pool(bucket), cache: openCache(folder), close },
    alone: (work, warn) => withBucketLock(bucket, work, { warn }),
    sweep: (state, now) => sweep(state, store, now),
  };
}
