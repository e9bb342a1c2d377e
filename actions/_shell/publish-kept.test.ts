import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { diffPackages } from '#core/repository/kept.ts';
import { differing, parsePublishedState } from '#core/repository/published.ts';
import { publish } from './publish.ts';
import { checkPublished } from './publish-check.ts';
import { keptSnapshots, pointTo, readKept } from './publish-kept.ts';
import { aptClient, dnfClient } from './testing/package-managers.ts';
import { publishingSite } from './testing/publishing.ts';

const { folder, openShop, shut } = await publishingSite();
afterAll(shut);

const DEB = 'umd-5/production/debian-12/amd64/base';
const RPM = 'umd-5/production/al9/x86_64/base';

test('kept snapshots are listed, read and compared by package and version', async () => {
  const { publishing, first, second } = await openShop();
  const old = (await publish(first, publishing)).state.shown;
  const fresh = (await publish(second, publishing)).state.shown;
  for (const [id, changed] of [
    [DEB, 'says-deb all 1.0-1 → 1:1.1-1'],
    [RPM, 'says-rpm noarch 1.0-1.el9 → 1.1-1.el9'],
  ]) {
    const [before, after] = [old, fresh].map((shown) => shown.find(({ head }) => head.id === id)?.head);
    if (before === undefined || after === undefined) throw new Error('not published');
    expect([...(await keptSnapshots(publishing.store, after))].sort()).toEqual(
      [before.snapshot, after.snapshot].sort(),
    );
    const read = (snapshot: string) => readKept(publishing.store, after, snapshot);
    expect(diffPackages(await read(before.snapshot), await read(after.snapshot)).changed).toEqual([changed]);
    await expect(read('0'.repeat(64))).rejects.toMatchObject({ code: 'SNAPSHOT_MISSING' });
  }
});

test('a pointer goes back, clients follow, Git does not take it over until it is told to', async () => {
  const { store, url, publishing, first, second } = await openShop();
  const old = (await publish(first, publishing)).state.shown;
  await publish(second, publishing);
  const root = (name: string) => join(folder, name, url.slice(-5));
  const file = (name: string) => readFileSync(join(store, 'clients', name), 'utf8');
  const apt = aptClient(root('apt'), file('umd-5-debian-12/UMD-5-base.sources'));
  const dnf = dnfClient(root('dnf'), file('umd-5-al9/UMD-5-base.repo'));
  await apt.refresh();
  expect(await apt.offers()).toContain('says-deb 1:1.1-1');
  const later = { ...publishing, now: new Date() };
  for (const id of [DEB, RPM]) {
    const snapshot = old.find(({ head }) => head.id === id)?.head.snapshot;
    expect((await pointTo(id, snapshot, later))?.changed).toEqual([id]);
  }
  await apt.refresh();
  expect(await apt.offers()).toEqual(['libsays 1.0-1', 'says-deb 1.0-1']);
  expect(await dnf.offers()).toEqual(['libsays 1.0-1.el9', 'says-rpm 1.0-1.el9']);

  expect((await publish(second, later)).changed).toEqual([]);
  const state = () => parsePublishedState(readFileSync(join(store, 'state.json'), 'utf8'));
  expect(differing(second, state())).toEqual([]);
  expect((await checkPublished(second, later)).map((sentence) => sentence.split(':')[0])).toEqual([DEB, RPM]);
  for (const id of [DEB, RPM]) await pointTo(id, undefined, later);
  expect(state().pinned).toBeUndefined();
  expect((await publish(second, later)).changed).toEqual([DEB, RPM]);
  expect(await checkPublished(second, later)).toEqual([]);
});
