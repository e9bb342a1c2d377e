import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from '../bundle.ts';
import type { Order } from '../child/publish-once.ts';
import { library } from '../packages/library.ts';
import type { Book } from '../packages/shelve.ts';
import { median, timed } from '../run.ts';
import { LABEL_CHANGE } from './bars.ts';
import { limit } from './limit.ts';
import { round, type Say } from './measure.ts';
import { headOf, leastOf, listingOf } from './ours.ts';
import type { Key, Row } from './types.ts';

const EACH = 1500;
const REPOSITORIES = 8;
/** Packages of the PPA whose label changes. */
const PPA = 6;

/** A PPA goes from one of eight repositories to another; ours in one process, against the limit of the two that change. */
export async function labelChange(runs: number, key: Key, say: Say): Promise<Row> {
  const { store: pool, books } = await library('deb', EACH + runs * PPA + PPA, say);
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  const [store, order] = [join(folder, 'store'), join(folder, 'order.json')];
  const names = Array.from({ length: REPOSITORIES }, (_, index) => `area${index}`);
  try {
    await mkdir(store);
    await symlink(join(pool, 'pool'), join(store, 'pool'));
    const wanted = names.map((name) => ({ head: headOf('deb', name), listing: join(folder, name) }));
    const facts: Order = {
      ...{ store, publicUrl: 'http://127.0.0.1:1', gnupg: key.home, fingerprint: key.fingerprint, wanted },
    };
    await writeFile(order, JSON.stringify(facts));
    const publish = async (held: readonly (readonly Book[])[]) => {
      const listings = held.map(listingOf);
      await Promise.all(wanted.map(({ listing }, index) => writeFile(listing, listings[index] ?? '')));
      return { listings, ms: (await timed(process.execPath, [await bundle('publish-once'), order])).ms };
    };
    const moving = (step: number) => books.slice(EACH + step * PPA, EACH + (step + 1) * PPA);
    const without = books.slice(0, EACH);
    let before = (await publish(names.map((_, index) => (index === 0 ? [...without, ...moving(0)] : without))))
      .listings;
    const [own, bare]: [number[], number[]] = [[], []];
    for (let step = 0; step < runs; step += 1) {
      const here = (index: number) => {
        if (index === 0) return [...without, ...moving(step + 1)];
        return index === 1 ? [...without, ...moving(step)] : without;
      };
      const { ms, listings } = await publish(names.map((_, index) => here(index)));
      own.push(ms);
      const least = [0, 1].map((index) =>
        leastOf(store, folder, headOf('deb', names[index] ?? ''), {
          before: before[index] ?? '',
          last: listings[index] ?? '',
        }),
      );
      bare.push(await limit(await Promise.all(least), { folder, key }));
      before = listings;
    }
    const [ours_ms, peer_ms] = [round(median(own)), round(median(bare))];
    const row = { set: 'generated' as const, format: 'deb', packages: EACH, peer: LABEL_CHANGE, ours_ms, peer_ms };
    say(`8 × 1500: ours ${ours_ms} ms, limit ${peer_ms} ms`);
    return { ...row, ratio: round(ours_ms / peer_ms, 1000) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
