import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { refusal } from '#core/fault-codes.ts';
import { type Fragment, poolName, poolPath } from '#core/repository/fragment.ts';
import type { Incoming, Pool, PooledPackage } from './pool.ts';
import { takeIn } from './pool-intake.ts';
import { placeOf, soundText, textPath } from './pool-texts.ts';
import type { Bucket } from './s3-bucket.ts';
import { about, each } from './s3-store.ts';

/**
 * The pool in an S3 bucket: described on this machine, then the package goes up and its fragment last, so that who finds
 * a fragment finds the package. Keys and texts are those of the pool on disk.
 */
export function s3Pool(bucket: Bucket): Pool {
  const fragmentKey = (sha256: string) => poolPath(sha256, 'fragment.json');
  const has = (sha256: string) => bucket.has(fragmentKey(sha256));

  async function fragment(sha256: string): Promise<Fragment> {
    const bytes = await bucket.read(fragmentKey(sha256));
    if (bytes !== undefined) return JSON.parse(bytes.toString()) as Fragment;
    throw refusal('POOL_MISSING', `The pool holds no package with sha256 ${sha256}.`);
  }

  async function addAll(incoming: readonly Incoming[]): Promise<readonly PooledPackage[]> {
    const fresh = new Map<string, Incoming>();
    for (const one of incoming)
      if (!(await has(one.sha256))) fresh.set(one.sha256, { ...one, file: poolName(one.file) });
    if (fresh.size > 0) await takeUp([...fresh.values()]);
    return Promise.all(
      incoming.map(async ({ sha256, path }) => {
        const kept = await fragment(sha256);
        return { sha256, file: kept.file, path, fragment: kept };
      }),
    );
  }

  async function takeUp(incoming: readonly Incoming[]): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'pool-'));
    try {
      await takeIn(folder, incoming);
      const up = async (key: string) => bucket.put(key, await readFile(join(folder, key)), about(key, 'immutable'));
      await each(incoming, async ({ sha256, file }) => {
        await up(poolPath(sha256, file));
        await up(fragmentKey(sha256));
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  return {
    add: async (path, as) => (await addAll([{ ...as, path }]))[0] as PooledPackage,
    addAll,
    fragment,
    has,
    addText: async (text, kind) => {
      const { key, ...kept } = placeOf(text, kind);
      if (!(await bucket.has(key))) await bucket.put(key, Buffer.from(text), about(key, 'immutable'));
      return kept;
    },
    text: async (sha256, kind) => soundText(await bucket.read(textPath(sha256, kind)), sha256, kind),
    path: (sha256, file) => poolPath(sha256, poolName(file)),
  };
}
