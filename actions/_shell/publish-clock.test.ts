import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { publish } from './publish.ts';
import { checkPublished } from './publish-check.ts';
import { aptClient, dnfClient } from './testing/package-managers.ts';
import { publishingSite } from './testing/publishing.ts';
import { poolPicture } from './testing/sight.ts';

const { folder, openShop, shut } = await publishingSite();
afterAll(shut);

const DAY = 86_400_000;
const after = (days: number) => new Date(Date.now() + days * DAY);

/** Clients of one site: `young` has nothing yet, `old` remembers what it saw and, as apt does, takes nothing older. */
async function openSite() {
  const { store, url, publishing, first, second } = await openShop();
  const file = (name: string) => readFileSync(join(store, 'clients', name), 'utf8');
  const at = (name: string) => join(folder, name, url.slice(-5));
  const clients = () => ({
    apt: aptClient(at('apt'), file('umd-5-debian-12/UMD-5-base.sources')),
    dnf: dnfClient(at('dnf'), file('umd-5-al9/UMD-5-base.repo')),
  });
  const offers = async () => {
    const { apt, dnf } = clients();
    await apt.refresh();
    await dnf.refresh();
    return [...(await apt.offers()), ...(await dnf.offers())].filter((one) => one.startsWith('says')).join(' ');
  };
  return { store, publishing, first, second, clients, offers, forget: () => rmSync(at('apt'), { recursive: true }) };
}
const OLD = 'says-deb 1.0-1 says-rpm 1.0-1.el9';
const NEW = 'says-deb 1:1.1-1 says-rpm 1.1-1.el9';

test('a clock that ran ahead and comes back: apt refuses what is from the future, then takes the next state', async () => {
  const { store, publishing, first, second, clients, offers, forget } = await openSite();
  await publish(first, publishing);
  const pool = poolPicture(store);
  expect(await offers()).toBe(OLD);
  await publish(second, { ...publishing, now: after(400) });
  const { apt, dnf } = clients();
  await expect(apt.refresh()).rejects.toThrow(/not valid yet/);
  await dnf.refresh(); // has no date
  expect(await dnf.offers()).toContain('says-rpm 1.1-1.el9');
  // Nothing changed but the clock: the Release is due because of its date.
  const { renewed } = await publish(second, { ...publishing, now: new Date() });
  expect(renewed).toEqual(['umd-5/untested/debian-12/amd64', 'umd-5/production/debian-12/amd64/base']);
  expect(await offers()).toBe(NEW);
  forget();
  expect(await offers()).toBe(NEW);
  expect(await checkPublished(second, publishing)).toEqual([]);
  expect(poolPicture(store)).toBe(pool);
}, 60_000);

test.each([
  ['an hour', 1 / 24],
  ['two months', 60],
])(
  'a clock that falls back by %s: until it is right again who has a newer Release keeps it, then gets the next state at once',
  async (_, days) => {
    const { publishing, first, second, offers, forget } = await openSite();
    await publish(first, { ...publishing, now: new Date() });
    expect(await offers()).toBe(OLD);
    await publish(second, { ...publishing, now: after(-days) });
    await publish(second, { ...publishing, now: after(-days / 2) });
    const { renewed } = await publish(second, { ...publishing, now: new Date() });
    expect(renewed).toEqual(['umd-5/untested/debian-12/amd64', 'umd-5/production/debian-12/amd64/base']);
    expect(await offers()).toBe(NEW);
    expect((await publish(second, { ...publishing, now: new Date() })).renewed).toEqual([]);
    forget();
    expect(await offers()).toBe(NEW);
  },
  60_000,
);

test('the client above would notice: a Release that is older than the one it has changes nothing for it', async () => {
  const { store, publishing, first, second, clients, offers } = await openSite();
  await publish(first, publishing);
  await publish(second, publishing);
  expect(await offers()).toBe(NEW);
  const release = join(store, 'sw/production/umd/5/debian/dists/bookworm/Release');
  rmSync(release); // what the publisher remembers of the date
  await publish(first, { ...publishing, now: after(-1) });
  const { apt } = clients();
  await apt.refresh();
  expect(await apt.offers()).toContain('says-deb 1:1.1-1');
}, 60_000);
