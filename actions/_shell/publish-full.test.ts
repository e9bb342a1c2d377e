import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openPool } from './pool.ts';
import { publish } from './publish.ts';
import { checkPublished } from './publish-check.ts';
import { openCache } from './segment-cache.ts';
import { openStore } from './store.ts';
import { aptClient, dnfClient } from './testing/package-managers.ts';
import { publishingSite } from './testing/publishing.ts';
import { serveFolder } from './testing/serve-folder.ts';
import { poolPicture, sight } from './testing/sight.ts';
import { smallDisk } from './testing/small-disk.ts';

const { folder, openShop, shut } = await publishingSite();
const disk = process.getuid?.() === 0 ? smallDisk(join(folder, 'disk'), 8 << 20) : undefined;
afterAll(async () => {
  disk?.close();
  await shut();
});

test.skipIf(disk === undefined)(
  'a disk that is full at whatever block leaves old or new, whole; with room again the run completes',
  async () => {
    if (disk === undefined) return;
    const shop = await openShop();
    const store = join(folder, 'disk/store');
    cpSync(shop.store, store, { recursive: true });
    const served = await serveFolder(store);
    const hands = { store: openStore(store), pool: openPool(store), cache: openCache(store), publicUrl: served.url };
    const publishing = { ...shop.publishing, ...hands };
    await publish(shop.first, publishing);
    const client = (name: string) => readFileSync(join(store, 'clients', name), 'utf8');
    const apt = aptClient(join(folder, 'apt'), client('umd-5-debian-12/UMD-5-base.sources'));
    const dnf = dnfClient(join(folder, 'dnf'), client('umd-5-al9/UMD-5-base.repo'));
    const [before, pool] = [mkdtempSync(join(folder, 'before-')), poolPicture(store)];
    const how = { recursive: true, verbatimSymlinks: true, preserveTimestamps: true };
    cpSync(store, before, how);

    const known = new Map<string, readonly string[]>();
    const look = async () => {
      for (const name of ['apt/lib/lists', 'dnf/root/var/cache'])
        rmSync(join(folder, name), { recursive: true, force: true });
      await apt.refresh();
      return [(await apt.offers()).join(), (await dnf.offers()).join()];
    };
    let [refused, blocks, done] = [0, 0, false];
    for (; !done; blocks += 1) {
      disk.leave(blocks);
      const said = await publish(shop.second, publishing).then(() => '', (cause: Error) => cause.message); // biome-ignore format: short
      done = said === '';
      if (!done) expect(said).toMatch(/ENOSPC|no space/i);
      refused += done ? 0 : 1;
      const now = sight(store);
      const offers = known.get(now) ?? (await look());
      known.set(now, offers);
      expect(['libsays 1.0-1,says-deb 1.0-1', 'libsays 1.0-1,says-deb 1:1.1-1']).toContain(offers[0]);
      expect(['libsays 1.0-1.el9,says-rpm 1.0-1.el9', 'libsays 1.0-1.el9,says-rpm 1.1-1.el9']).toContain(offers[1]);
      disk.relieve();
      await publish(shop.second, publishing);
      expect(await checkPublished(shop.second, publishing)).toEqual([]);
      expect(poolPicture(store)).toBe(pool);
      // What was begun beside the write that failed ends a moment later, and leaves nothing either.
      const asides = () =>
        readdirSync(store, { recursive: true, encoding: 'utf8' }).filter((path) => path.includes('.new-'));
      await expect.poll(asides, { timeout: 30_000 }).toEqual([]);
      for (const name of readdirSync(store)) rmSync(join(store, name), { recursive: true });
      cpSync(before, store, how);
    }
    expect(refused).toBeGreaterThan(15); // about one for every file that a change writes
    await served.close();
  },
  120_000,
);
