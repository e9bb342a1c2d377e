import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { publish } from './publish.ts';
import { checkPublished } from './publish-check.ts';
import { mortalPublisher } from './testing/mortal.ts';
import { aptClient, dnfClient } from './testing/package-managers.ts';
import { publishingSite } from './testing/publishing.ts';

const { folder, key, openShop, shut } = await publishingSite();
afterAll(async () => {
  for (const home of readdirSync(join(folder, 'tmp'))) {
    execFileSync('gpgconf', ['--homedir', join(folder, 'tmp', home), '--kill', 'all']); // a killed process leaves its agent
  }
  await shut();
});

const NEW = { deb: ['libsays 1.0-1', 'says-deb 1:1.1-1'], rpm: ['libsays 1.0-1.el9', 'says-rpm 1.1-1.el9'] };
const OLD = { deb: ['libsays 1.0-1', 'says-deb 1.0-1'], rpm: ['libsays 1.0-1.el9', 'says-rpm 1.0-1.el9'] };

/** Every point before or after a pointer moves, and every third of the others: a client's look takes half a second. */
function telling(changes: readonly string[]): readonly number[] {
  const isPointer = (change = '') => !/\/(by-hash|snapshots|cache)\/[^ ]*$/.test(change) || /\/repodata$/.test(change);
  const near = (index: number) => isPointer(changes[index]) || isPointer(changes[index - 1]);
  return changes.map((_, index) => index).filter((index) => index % 3 === 0 || near(index));
}

test('killed before any change it makes, it leaves each repository old or new, whole; running again completes it', async () => {
  const { store, publishing, first, second } = await openShop();
  const production = (all: typeof first) => all.filter(({ area }) => area === 'production');
  await publish(production(first), publishing);
  const apt = aptClient(
    join(folder, 'apt'),
    readFileSync(join(store, 'clients/umd-5-debian-12/UMD-5-base.sources'), 'utf8'),
  );
  const dnf = dnfClient(join(folder, 'dnf'), readFileSync(join(store, 'clients/umd-5-al9/UMD-5-base.repo'), 'utf8'));
  const before = mkdtempSync(join(folder, 'before-'));
  cpSync(store, before, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
  const restore = () => {
    for (const name of readdirSync(store)) rmSync(join(store, name), { recursive: true });
    cpSync(before, store, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
    for (const name of ['apt/lib/lists', 'dnf/root/var/cache'])
      rmSync(join(folder, name), { recursive: true, force: true });
  };
  const run = await mortalPublisher(folder);
  const { publicUrl, distributions, packageKeys } = publishing;
  const order = { store, publicUrl, distributions, packageKeys, secretKey: key.secret, wanted: production(second) };
  const { changes } = await run(order);
  expect(changes.at(-1)).toMatch(/state\.json$/);
  restore();

  const seen = new Set<string>();
  for (const point of telling(changes)) {
    const { killed } = await run(order, point);
    expect(killed).toBe(true);
    await apt.refresh();
    const debs = await apt.offers();
    expect([OLD.deb, NEW.deb]).toContainEqual(debs);
    const rpms = await dnf.offers(); // refreshes too
    expect([OLD.rpm, NEW.rpm]).toContainEqual(rpms);
    seen.add([debs, rpms].map((one) => (one.join().includes('1.1') ? 'new' : 'old')).join(' '));
    await run(order);
    expect(await checkPublished(order.wanted, publishing)).toEqual([]);
    restore();
  }
  expect([...seen]).toEqual(['old old', 'new old', 'new new']);
}, 300_000);
