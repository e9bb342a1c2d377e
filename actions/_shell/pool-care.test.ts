import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openPool } from './pool.ts';
import { rebuildPool, verifyPool } from './pool-care.ts';
import { buildDeb, buildRpm } from './testing/build-packages.ts';

const folder = mkdtempSync(join(tmpdir(), 'pool-care-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('tells changed bytes, changed and lost fragments; rebuild mends fragments and never a package', async () => {
  const built = [
    buildDeb(folder, { name: 'one', version: '1.0' }),
    buildDeb(folder, { name: 'two', version: '1:1.0' }),
    buildRpm(folder, { name: 'three', version: '1.0-1' }),
    buildRpm(folder, { name: 'four', version: '1.0-1' }),
  ];
  const store = join(folder, 'store');
  const pooled = await openPool(store).addAll(built);
  expect(await verifyPool(store)).toEqual({ packages: 4, faults: [] });
  const fragment = (index: number) => join(pooled[index]?.path ?? '', '../fragment.json');
  const before = [0, 1, 2, 3].map((index) => readFileSync(fragment(index), 'utf8'));
  const inodes = pooled.map(({ path }) => statSync(path).ino);
  rmSync(fragment(0));
  writeFileSync(fragment(2), before[2]?.replace('Apache-2.0', 'unknown') ?? '');
  appendFileSync(pooled[3]?.path ?? '', 'x');

  const codes = (faults: readonly { readonly code: string; readonly sentence: string }[]) =>
    faults.map(({ code, sentence }) => `${code} ${/[^/]+\.(deb|rpm)/.exec(sentence)?.[0]}`).sort();
  expect(codes((await verifyPool(store)).faults)).toEqual([
    'POOL_DIGEST four-1.0-1.noarch.rpm',
    'POOL_MISMATCH three-1.0-1.noarch.rpm',
    'POOL_MISSING one_1.0_all.deb',
  ]);
  const { written, faults } = await rebuildPool(store);
  expect(written.toSorted()).toEqual([pooled[0]?.sha256, pooled[2]?.sha256].toSorted());
  expect(codes(faults)).toEqual(['POOL_DIGEST four-1.0-1.noarch.rpm']);
  expect([0, 1, 2, 3].map((index) => readFileSync(fragment(index), 'utf8'))).toEqual(before);
  expect(pooled.map(({ path }) => statSync(path).ino)).toEqual(inodes);
  expect(codes((await verifyPool(store)).faults)).toEqual(['POOL_DIGEST four-1.0-1.noarch.rpm']);
}, 60_000);
