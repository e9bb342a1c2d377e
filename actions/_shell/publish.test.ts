import { execFileSync } from 'node:child_process';
import { afterAll, expect, test } from 'vitest';
import { publish } from './publish.ts';
import { checkPublished } from './publish-check.ts';
import { picture, publishingSite } from './testing/publishing.ts';

const { openShop, shut } = await publishingSite();
afterAll(shut);

test('writes nothing when nothing changed, and signs anew when the signature is due', async () => {
  const { store, publishing, first } = await openShop();
  await publish(first, publishing);
  const before = picture(store);
  const again = await publish(first, { ...publishing, now: new Date(publishing.now.getTime() + 6 * 86_400_000) });
  expect([again.changed, again.renewed]).toEqual([[], []]);
  expect(picture(store)).toEqual(before);
  const due = await publish(first, { ...publishing, now: new Date(publishing.now.getTime() + 8 * 86_400_000) });
  expect(due.changed).toEqual([]);
  expect(due.renewed).toEqual(['umd-5/untested/debian-12/amd64', 'umd-5/production/debian-12/amd64/base']);
  const touched = Object.keys(before).filter((path) => before[path] !== picture(store)[path]);
  expect(touched.filter((path) => path.includes('al9') || path.includes('by-hash'))).toEqual([]);
  expect(touched).toContain('state.json');
});

/** What a reader gets: open indexes and pointers, without signatures, dates and compressed bytes. */
function openContent(store: string, ids: readonly string[]): string[] {
  const indexes = ids.flatMap((id) =>
    execFileSync(
      'sh',
      ['-c', 'cd "$1" && find sw -path "*$2*" -name "*.xml.gz" | sort | xargs -r zcat', 'sh', store, id],
      { encoding: 'utf8' },
    ),
  );
  const lists = execFileSync('sh', ['-c', 'cd "$1" && zcat $(find sw -name Packages.gz | sort)', 'sh', store], {
    encoding: 'utf8',
  });
  return [...indexes, lists];
}

test('the same wanted set on another store gives the same snapshots', async () => {
  const [one, two] = [await openShop(), await openShop()];
  const [left, right] = [
    await publish(one.first, one.publishing),
    await publish([...two.first].reverse(), two.publishing),
  ];
  const ids = left.state.shown.map(({ head }) => head.snapshot);
  expect(new Set(ids).size).toBe(4);
  expect(right.state.shown.map(({ head }) => head.snapshot)).toEqual(ids);
  expect(openContent(one.store, ids).join()).toContain('says-rpm');
  expect(openContent(two.store, ids)).toEqual(openContent(one.store, ids));
});

test('a repository that the pool cannot fill stays as it is; the others move', async () => {
  const { store, publishing, first, second } = await openShop();
  const before = await publish(first, publishing);
  const lost = second.map((repository) =>
    repository.id !== 'umd-5/untested/al9/x86_64'
      ? repository
      : { ...repository, packages: repository.packages.map((one) => ({ ...one, sha256: 'f'.repeat(64) })) },
  );
  const { changed, faults, state } = await publish(lost, publishing);
  expect(changed).toHaveLength(3);
  expect(faults.map(({ code }) => code)).toEqual(['POOL_MISSING', 'POOL_MISSING']);
  const kept = ({ shown }: typeof state) => shown.find(({ head }) => head.id === 'umd-5/untested/al9/x86_64');
  expect(kept(state)).toEqual(kept(before.state));
  const renamed = second.map((repository) => ({
    ...repository,
    packages: repository.packages.map((one) => ({ ...one, version: '9-9' })),
  }));
  expect((await publish(renamed, publishing)).faults[0]?.code).toBe('POOL_MISMATCH');
  expect(picture(store)['state.json']).toBeDefined();
});

test('tells whether what is served is what Git wants, and changes nothing', async () => {
  const { store, publishing, first, second } = await openShop();
  expect(await checkPublished(first, publishing)).toHaveLength(4);
  await publish(first, publishing);
  const before = picture(store);
  expect(await checkPublished(first, publishing)).toEqual([]);
  expect(await checkPublished(second, publishing)).toHaveLength(4);
  expect(await checkPublished(first.slice(1), publishing)).toEqual([
    'umd-5/untested/debian-12/amd64: published, but not wanted.',
  ]);
  expect(picture(store)).toEqual(before);
  const moved = `${first[1]?.path}/mirrorlist`;
  await publishing.store.put(moved, 'elsewhere\n', 'pointer');
  await publishing.store.put(`${first[0]?.path}/dists/bookworm/InRelease`, 'older', 'pointer');
  const off = await checkPublished(first, publishing);
  expect(off.map((sentence) => sentence.split(':')[0])).toEqual([first[0]?.id, first[1]?.id]);
});
