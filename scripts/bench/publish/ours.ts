import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { constants, inflateRawSync } from 'node:zlib';
import { type Head, renderListing } from '#core/repository/listing.ts';
import { STREAMS } from '#core/repository/stock.ts';
import { openCache } from '#shell/segment-cache.ts';
import { plansOf } from '#shell/stock.ts';
import { bundle } from '../bundle.ts';
import type { Least } from '../child/limit.ts';
import type { Order } from '../child/publish-once.ts';
import type { Book } from '../packages/shelve.ts';
import { timed } from '../run.ts';
import type { Bench, Publisher } from './types.ts';

export interface Ours extends Publisher {
  /** MiB, the largest of all runs, cold one included. */
  peakRss(): number;
  /** Facts for the limit: what the last run changed. */
  least(): Promise<Least['repositories'][number]>;
}

export function headOf(format: 'deb' | 'rpm', name: string): Head {
  const [os, arch] = format === 'deb' ? ['debian-12', 'amd64'] : ['al9', 'x86_64'];
  return {
    ...{ id: `umd-5/untested/${name}/${os}/${arch}`, area: 'untested', lane: 'umd-5', os, arch, part: '', format },
    ...{ path: `sw/untested/umd/5/${name}/${os}/${arch}`, ...(format === 'deb' ? { suite: 'bookworm' } : {}) },
  };
}

export function listingOf(books: readonly Book[]): string {
  const ppa = 'INFN.generated.os.arch-1.0.0';
  return renderListing(books.map(({ name, version, arch, sha256 }) => ({ name, version, arch, sha256, ppa })));
}

/** This repository's publisher, as a process of its own. */
export function ours({ library, folder, key }: Bench): Ours {
  const store = join(folder, 'store');
  const head = headOf(library.format, 'bench');
  const [order, listing] = [join(folder, 'order.json'), join(folder, 'listing')];
  let [peak, before, last] = [0, '', ''];
  const publish = async (books: readonly Book[]) => {
    [before, last] = [last, listingOf(books)];
    await writeFile(listing, last);
    const ran = await timed(process.execPath, [await bundle('publish-once'), order]);
    const said = JSON.parse(ran.stdout) as { changed: string[]; maxRssMib: number };
    if (said.changed.length !== 1) throw new Error(`Nothing was published: ${ran.stdout}`);
    peak = Math.max(peak, said.maxRssMib);
    return ran.ms;
  };
  return {
    peer: 'ours',
    prepare: async () => {
      await mkdir(store, { recursive: true });
      await symlink(join(library.store, 'pool'), join(store, 'pool'));
      const facts: Order = {
        ...{ store, publicUrl: 'http://127.0.0.1:1', gnupg: key.home, fingerprint: key.fingerprint },
        wanted: [{ head, listing }],
      };
      await writeFile(order, JSON.stringify(facts));
      await publish(library.books);
    },
    run: (change) => publish(library.books.map((book) => (book.name === change.name ? change : book))),
    peakRss: () => peak,
    least: () => leastOf(store, folder, head, { before, last }),
  };
}

/** The files a client must find changed, and the texts that had to be compressed anew. */
export async function leastOf(
  store: string,
  folder: string,
  head: Head,
  { before, last }: { readonly before: string; readonly last: string },
): Promise<Least['repositories'][number]> {
  const { format, path } = head;
  const cache = openCache(store);
  const segments = plansOf(last, format).flatMap(({ key }) => cache.find(key, format) ?? []);
  const known = new Set(plansOf(before, format).flatMap(({ chunks }) => chunks.map(({ key }) => key)));
  const chunks = segments.flatMap((segment) =>
    cache
      .chunks(segment, format)
      .filter(({ key }) => !known.has(key))
      .flatMap(({ bytes }) => STREAMS[format].deflated.map((stream) => inflated(bytes[stream] as Buffer))),
  );
  const root = join(store, path, format === 'deb' ? 'dists/bookworm/main/binary-amd64' : 'repodata');
  const packed = (await readdir(root)).filter((name) => name.endsWith('.gz')).map((name) => join(root, name));
  if (format === 'rpm') return { packed, open: [], chunks };
  const open = join(folder, `open-${head.id.replaceAll('/', '-')}`);
  await writeFile(open, Buffer.concat(segments.map((segment) => cache.read(segment, format, 'Packages'))));
  return { packed, open: [open], chunks };
}

function inflated(piece: Buffer): string {
  return inflateRawSync(piece, { finishFlush: constants.Z_SYNC_FLUSH }).toString();
}
