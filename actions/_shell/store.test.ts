import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { movePointers, openStore } from './store.ts';

const root = mkdtempSync(join(tmpdir(), 'store-'));
const store = openStore(root);
afterAll(() => rmSync(root, { recursive: true }));
const seconds = (name: string) => Math.floor(statSync(join(root, name)).mtimeMs / 1000);

test('a pointer is dated later, in whole seconds, than what it replaces, however soon it is moved again', async () => {
  await store.put('InRelease', 'first', 'pointer');
  const ahead = Math.floor(Date.now() / 1000) + 5;
  utimesSync(join(root, 'InRelease'), ahead, ahead);
  await movePointers(store, [{ key: 'InRelease', bytes: 'second' }]);
  expect(seconds('InRelease')).toBe(ahead + 1);
  await store.put('InRelease', 'third', 'pointer');
  expect(seconds('InRelease')).toBe(ahead + 2);
  expect(readFileSync(join(root, 'InRelease'), 'utf8')).toBe('third');
});

test('a pointer that is a link leaves the date of what it leads to', async () => {
  await store.put('objects/a', 'a', 'content');
  utimesSync(join(root, 'objects/a'), 1000, 1000);
  for (const key of ['plain', 'plain']) await movePointers(store, [{ key, target: 'objects/a' }]);
  expect(seconds('objects/a')).toBe(1000);
});

test('what was made ready and is not moved is let go; what is moved is shown once', async () => {
  const [kept, dropped] = [
    { key: 'kept', bytes: 'kept' },
    { key: 'dropped', bytes: 'dropped' },
  ];
  const letGo = store.stage?.([kept, dropped]);
  await movePointers(store, [kept]);
  await letGo?.();
  expect(readdirSync(root).sort()).toEqual(['InRelease', 'kept', 'objects', 'plain']);
  expect(readFileSync(join(root, 'kept'), 'utf8')).toBe('kept');
});
