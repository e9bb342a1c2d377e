import { readFileSync } from 'node:fs';
import type { Distribution } from '#core/distribution/distribution.ts';
import type { WantedRepository } from '#core/repository/wanted.ts';
import { openPool } from '#shell/pool.ts';
import { publish } from '#shell/publish.ts';
import type { PackageKey } from '#shell/publish-files.ts';
import { openCache } from '#shell/segment-cache.ts';
import { openSigner } from '#shell/signer.ts';
import { openStore } from '#shell/store.ts';

/** A publisher as a process of its own, to be killed. */
export interface PublishOrder {
  readonly store: string;
  readonly publicUrl: string;
  readonly secretKey: string;
  readonly wanted: readonly WantedRepository[];
  readonly distributions: readonly Distribution[];
  readonly packageKeys: readonly PackageKey[];
}

/** Bundled as actions are, where nothing waits at the top. */
async function main(): Promise<void> {
  const order = JSON.parse(readFileSync(0, 'utf8')) as PublishOrder;
  const now = new Date();
  const signer = await openSigner(order.secretKey, now);
  const [store, pool, cache] = [openStore(order.store), openPool(order.store), openCache(order.store)];
  await publish(order.wanted, { ...order, store, pool, cache, signer, now });
  await signer.close();
}

void main();
