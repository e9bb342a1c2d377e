import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { publish } from './publish.ts';
import { checkPublished } from './publish-check.ts';
import { mortalPublisher } from './testing/mortal.ts';
import { aptClient, dnfClient } from './testing/package-managers.ts';
import { publishingSite } from './testing/publishing.ts';
import { poolPicture, sight } from './testing/sight.ts';

const { folder, key, openShop, shut } = await publishingSite();
afterAll(async () => {
  for (const home of readdirSync(join(folder, 'tmp'))) {
    execFileSync('gpgconf', ['--homedir', join(folder, 'tmp', home), '--kill', 'all']); // a killed process leaves its agent
  }
  await shut();
});

const NEW = { deb: ['libsays 1.0-1', 'says-deb 1:1.1-1'], rpm: ['libsays 1.0-1.el9', 'says-rpm 1.1-1.el9'] };
const OLD = { deb: ['libsays 1.0-1', 'says-deb 1.0-1'], rpm: ['libsays 1.0-1.el9', 'says-rpm 1.0-1.el9'] };

test('killed at any write, rename, link or signature, it leaves each repository old or new, whole; running again completes it', async () => {
  const { store, publishing, first, second } = await openShop();
  const production = (all: typeof first) => all.filter(({ area }) => area === 'production');
  await publish(production(first), publishing);
  const apt = aptClient(
    join(folder, 'apt'),
    readFileSync(join(store, 'clients/umd-5-debian-12/UMD-5-base.sources'), 'utf8'),
  );
  const dnf = dnfClient(join(folder, 'dnf'), readFileSync(join(store, 'clients/umd-5-al9/UMD-5-base.repo'), 'utf8'));
  const before = mkdtempSync(join(folder, 'before-'));
  const how = { recursive: true, verbatimSymlinks: true, preserveTimestamps: true };
  cpSync(store, before, how);
  const pool = poolPicture(store);
  const restore = () => {
    for (const name of readdirSync(store)) rmSync(join(store, name), { recursive: true });
    cpSync(before, store, how);
  };
  const run = await mortalPublisher(folder);
  const { publicUrl, distributions, packageKeys } = publishing;
  const order = { store, publicUrl, distributions, packageKeys, secretKey: key.secret, wanted: production(second) };
  const { steps } = await run(order);
  expect(steps.at(-1)).toMatch(/^rename .*state\.json$/);
  expect([...new Set(steps.map((step) => step.split(' ')[0]))].sort()).toEqual(['rename', 'sign', 'symlink', 'write']);
  restore();

  /** What apt-get and dnf found in a sight of the store: they look at each one once. */
  const known = new Map<string, string>();
  async function look(): Promise<string> {
    for (const name of ['apt/lib/lists', 'dnf/root/var/cache'])
      rmSync(join(folder, name), { recursive: true, force: true });
    await apt.refresh();
    const debs = await apt.offers();
    expect([OLD.deb, NEW.deb]).toContainEqual(debs);
    const rpms = await dnf.offers(); // refreshes too
    expect([OLD.rpm, NEW.rpm]).toContainEqual(rpms);
    return [debs, rpms].map((one) => (one.join().includes('1.1') ? 'new' : 'old')).join(' ');
  }
  const seen = new Set<string>();
  let last = '';
  for (let point = 0; point < steps.length; point += 1) {
    const { killed } = await run(order, point);
    expect(killed, `step ${point}`).toBe(true);
    const now = sight(store);
    last = known.get(now) ?? (await look());
    known.set(now, last);
    seen.add(last);
    expect(poolPicture(store)).toBe(pool);
    await publish(order.wanted, publishing);
    expect(await checkPublished(order.wanted, publishing)).toEqual([]);
    expect(poolPicture(store)).toBe(pool);
    restore();
  }
  expect([...seen]).toEqual(['old old', 'new old', 'new new']);
  expect(last).toBe('new new');
}, 300_000);
