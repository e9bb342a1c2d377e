import { readFileSync } from 'node:fs';
import type { Head } from '#core/repository/listing.ts';
import { openPool } from '#shell/pool.ts';
import { publishListed } from '#shell/publish.ts';
import { openCache } from '#shell/segment-cache.ts';
import { openKeyring } from '#shell/signer-keyring.ts';
import { openStore } from '#shell/store.ts';

/** Publishes one state after the other as fast as it can, until it is told to stop. Says a line for each. */
export interface Endless {
  readonly store: string;
  readonly publicUrl: string;
  readonly gnupg: string;
  readonly fingerprint: string;
  readonly heads: readonly Head[];
  /** By repository: the listings, one after the other and round again. */
  readonly listings: readonly (readonly string[])[];
}

main();

async function main(): Promise<void> {
  const { store, publicUrl, gnupg, fingerprint, heads, listings } = JSON.parse(
    readFileSync(process.argv[2] ?? '', 'utf8'),
  ) as Endless;
  const signer = await openKeyring({ home: gnupg, fingerprint }, new Date());
  const hands = { store: openStore(store), pool: openPool(store), cache: openCache(store), signer };
  let going = true;
  process.once('SIGTERM', () => {
    going = false;
  });
  for (let round = 0; going; round += 1) {
    const wanted = heads.map((head, index) => {
      const states = listings[index] ?? [];
      return { head, listing: states[round % states.length] ?? '' };
    });
    await publishListed(wanted, { ...hands, publicUrl, now: new Date(), distributions: [], packageKeys: [] });
    console.log(round);
  }
}
