import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { refusal } from '#core/fault-codes.ts';
import type { About, Bucket } from './s3-bucket.ts';

/** The lock object, below the store's prefix. It stays there and says `free` when nobody holds it. */
export const LOCK_KEY = 'publish.lock';
const ABOUT: About = { cacheControl: 'no-store', contentType: 'application/json' };

export interface Waiting {
  /** Between two signs of life, and two looks, ms. */
  readonly beat: number;
  /** Without a sign of life for this long the holder is dead, ms; by the clock of who waits, so no two clocks need agree. */
  readonly silent: number;
  /** For the other one, ms. */
  readonly patience: number;
}
const USUAL: Waiting = { beat: 15_000, silent: 120_000, patience: 600_000 };

interface Held {
  readonly owner: string;
  readonly host: string;
  readonly beats: number;
  readonly free?: boolean;
}

/**
 * One publisher of a bucket at a time. The lock is an object that is written only if it is what was read (S3's conditional
 * writes: If-None-Match, If-Match), so of two who reach for it one gets it. A server that heeds no conditions is found
 * out and said; there the workflow's `concurrency` must keep others out.
 * @throws ProvisioningError PUBLISH_BUSY when the other one does not end, or when the lock was taken over meanwhile
 */
export async function withBucketLock<T>(
  bucket: Bucket,
  work: () => Promise<T>,
  { warn, ...waiting }: { readonly warn: (sentence: string) => void } & Partial<Waiting>,
): Promise<T> {
  const { beat, silent, patience } = { ...USUAL, ...waiting };
  const me: Held = { owner: randomUUID(), host: hostname(), beats: 0 };
  let etag = await take(bucket, me, { beat: Math.min(beat, 1000), silent, patience });
  if (!(await heedsConditions(bucket, me))) {
    warn('The S3 server heeds no conditional writes: two publishers at once are not kept apart by it.');
    return work();
  }
  let lost = false;
  let beats = 0;
  let beating: Promise<void> = Promise.resolve();
  const tell = async (more: Partial<Held>) => {
    beats += 1;
    const now = await write(bucket, { ...me, beats, ...more }, { etag });
    lost ||= now === undefined;
    etag = now ?? etag;
  };
  const timer = setInterval(() => {
    beating = beating.then(() => (lost ? undefined : tell({}).catch(() => {}))); // the next beat tries again
  }, beat);
  const made = await work().finally(async () => {
    clearInterval(timer);
    await beating;
    if (!lost) await tell({ free: true }).catch(() => {}); // silent from now on, and so taken over
  });
  if (lost) throw refusal('PUBLISH_BUSY', 'Another publisher took the bucket over meanwhile; run again.');
  return made;
}

/** @returns the lock's ETag */
async function take(bucket: Bucket, me: Held, { beat, silent, patience }: Waiting): Promise<string> {
  const begun = performance.now();
  let seen = { etag: '', since: begun };
  for (;;) {
    const there = await bucket.look(LOCK_KEY);
    if (there !== undefined && there.etag !== seen.etag) seen = { etag: there.etag, since: performance.now() };
    const held = there === undefined ? undefined : parse(there.bytes);
    if (there !== undefined && held?.owner === me.owner) return there.etag; // an answer that was lost on its way
    if (there === undefined || held?.free === true || performance.now() - seen.since > silent) {
      const etag = await write(bucket, me, there === undefined ? 'absent' : { etag: there.etag });
      if (etag !== undefined) return etag;
      continue;
    }
    if (performance.now() - begun > patience)
      throw refusal('PUBLISH_BUSY', `Another publisher, on ${held?.host ?? 'an unknown machine'}, holds the bucket.`);
    await sleep(beat);
  }
}

/** Asks for what must be refused: the object is there. */
async function heedsConditions(bucket: Bucket, me: Held): Promise<boolean> {
  return (await write(bucket, me, 'absent')) === undefined;
}

function write(bucket: Bucket, held: Held, condition: 'absent' | { readonly etag: string }) {
  return bucket.putIf(LOCK_KEY, JSON.stringify(held), ABOUT, condition);
}

/** What cannot be read is being written by somebody; if it stays so, he is dead. */
function parse(bytes: Buffer): Held | undefined {
  try {
    return JSON.parse(bytes.toString()) as Held;
  } catch {
    return undefined;
  }
}
