import { posix } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { refusal } from '#core/fault-codes.ts';
import { byText } from '#core/text.ts';
import type { About, Bucket } from './s3-bucket.ts';
import type { Keeping, Store } from './store.ts';

/** Seconds. Pointers are asked for again soon; all else never changes under its name. */
const CACHE: Readonly<Record<Keeping, string>> = {
  content: 'public, max-age=31536000, immutable',
  immutable: 'public, max-age=31536000, immutable',
  pointer: 'public, max-age=60, must-revalidate',
};

/** By ending; clients do not care, people and scanners do. No Content-Encoding: .gz files are what is asked for. */
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.json': 'application/json',
  '.pdf': 'application/pdf',
  '.xml': 'application/xml',
  '.gz': 'application/gzip',
  '.zst': 'application/zstd',
  '.asc': 'text/plain; charset=utf-8',
  '.rpm': 'application/x-rpm',
  '.deb': 'application/vnd.debian.binary-package',
};

/** Requests at the same time. */
const AT_ONCE = 16;

/**
 * The store in an S3 bucket. One object is replaced in one step and read after it was written. There are no links: a file
 * is copied on the server; of a folder what is wanted (`parts`), each object once, and what names the others last. So a
 * snapshot has its own copies of its packages and any static server, or none, can stand before the bucket.
 */
export function s3Store(bucket: Bucket): Store {
  const put = async (key: string, bytes: string | Uint8Array, keeping: Keeping) => {
    const write = () => bucket.put(checked(key), bytes, about(key, keeping));
    await (keeping === 'pointer' && key.endsWith('/InRelease') ? later(bucket, key, write) : write());
  };

  async function link(key: string, target: string, parts?: () => readonly string[]): Promise<void> {
    if (await bucket.has(target)) return bucket.copy(target, checked(key), about(key, 'pointer'));
    const wanted = parts === undefined ? [`${target}/`] : parts().map((part) => `${target}/${part}`);
    const there = new Set(await bucket.keys(`${key}/`));
    const folders = new Set([...there].map((one) => posix.dirname(one)));
    const pairs: (readonly [string, string])[] = [];
    await each(wanted, async (start) => {
      const own = `${key}${start.slice(target.length)}`;
      if (isLasting(own) && (there.has(own) || folders.has(own))) return;
      for (const from of await bucket.keys(start)) {
        const to = `${key}${from.slice(target.length)}`;
        if (!from.endsWith('/fragment.json') && !(there.has(to) && isLasting(to))) pairs.push([from, to]);
      }
    });
    const [naming, named] = [pairs.filter(([, to]) => !isLasting(to)), pairs.filter(([, to]) => isLasting(to))];
    await each(named, ([from, to]) => bucket.copy(from, to, about(to, 'immutable')));
    // The signature before what it signs: of the two repomd.xml is what makes a client look.
    naming.sort(([, left], [, right]) => right.length - left.length || byText(left, right));
    for (const [from, to] of naming) await bucket.copy(from, to, about(to, 'pointer'));
  }

  return {
    link,
    read: (key) => bucket.read(checked(key)),
    has: (key) => bucket.has(checked(key)),
    list: (key) => bucket.names(checked(key)),
    below: (key) => bucket.keys(`${checked(key)}/`),
    remove: async (key) => bucket.remove([...(await bucket.keys(`${checked(key)}/`)), key]),
    put: async (key, bytes, keeping) => {
      if (keeping !== 'content' || !(await bucket.has(key))) await put(key, bytes, keeping);
    },
  };
}

/**
 * Writes until the server dates the object later than what it replaces: its dates have whole seconds, and who asks for a
 * file of the same second with If-Modified-Since, as apt does, is told that it is what he has (RFC 9110, 13.1.3).
 */
async function later(bucket: Bucket, key: string, write: () => Promise<void>): Promise<void> {
  const before = await bucket.dateOf(key);
  await write();
  for (let tries = 0; before > 0 && tries < 5 && (await bucket.dateOf(key)) <= before; tries += 1) {
    await sleep(400);
    await write();
  }
}

/** Named by its digest: in the pool, by hash, or with its digest in its name. */
function isLasting(key: string): boolean {
  return /\/(pool|by-hash)\/|\/[0-9a-f]{64}-[^/]+$/.test(`/${key}`);
}

export function about(key: string, keeping: Keeping): About {
  const contentType = TYPES[posix.extname(key)] ?? 'application/octet-stream';
  // Signed anew: once, when its snapshot is shown no more (publish-lasting.ts); when the key changes (publish-rpm.ts).
  const signed = /\/snapshots\/.*\/(InRelease|repomd\.xml\.(asc|key))$/.test(key);
  return { cacheControl: CACHE[signed ? 'pointer' : keeping], contentType };
}

/** The same work for all, some at a time. */
export async function each<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const queue = [...all];
  const take = async () => {
    for (let one = queue.shift(); one !== undefined; one = queue.shift()) await work(one);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, take));
}

function checked(key: string): string {
  if (key !== '' && !key.startsWith('/') && posix.normalize(key) === key && !key.startsWith('..')) return key;
  throw refusal('STORE_INVALID', `"${key}" is no key of the store.`);
}
