import { readFileSync } from 'node:fs';
import type { Head } from '#core/repository/listing.ts';
import { openPool } from '#shell/pool.ts';
import { publishListed } from '#shell/publish.ts';
import { openCache } from '#shell/segment-cache.ts';
import { openKeyring } from '#shell/signer-keyring.ts';
import { openStore } from '#shell/store.ts';
import { textOf } from '#shell/text.ts';

/** A publisher as a process of its own: from listings, where reprepro and aptly begin with their databases. */
export interface Order {
  readonly store: string;
  readonly publicUrl: string;
  readonly gnupg: string;
  readonly fingerprint: string;
  /** The listing of each lies in a file. */
  readonly wanted: readonly { readonly head: Head; readonly listing: string }[];
}

main();

async function main(): Promise<void> {
  const order = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Order;
  const now = new Date();
  const signing = openKeyring(
    { home: order.gnupg, fingerprint: order.fingerprint, memory: `${order.store}/cache/signer.json` },
    now,
  );
  const wanted = order.wanted.map(({ head, listing }) => ({ head, listing: textOf(readFileSync(listing)) }));
  const { changed, renewed, faults } = await publishListed(wanted, {
    ...{ store: openStore(order.store), pool: openPool(order.store), cache: openCache(order.store) },
    ...{ signer: await signing, publicUrl: order.publicUrl, now, distributions: [], packageKeys: [] },
  });
  const { maxRSS } = process.resourceUsage();
  console.log(JSON.stringify({ changed, renewed, faults, maxRssMib: maxRSS / 1024 }));
  process.exit();
}
