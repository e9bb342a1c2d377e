import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { memoryProvider } from '#shell/environment/memory.ts';
import { withArchives } from './archives.ts';

const system = () => memoryProvider({}).create({ image: {} as never, sha256: '', root: '' });

test('the packages are there while they are looked at, and gone afterwards, also when that fails', async () => {
  const source = await system();
  await source.writeFile('/var/cache/a.deb', 'bytes');
  let folder = '';
  const look = withArchives(async (fetched, archives) => {
    await fetched(source, ['/var/cache/a.deb']);
    const [path = ''] = archives();
    folder = dirname(path);
    expect(readFileSync(path, 'utf8')).toBe('bytes');
    throw new Error('the checker died');
  });
  await expect(look).rejects.toThrow('the checker died');
  expect(existsSync(folder)).toBe(false);
});

test('what a killed run left is taken away by the next, what a living one holds is not', async () => {
  const { pid } = spawnSync('true');
  const [dead, living] = [pid, process.ppid].map((of) => mkdtempSync(join(tmpdir(), `umd-archives-${of}-`)));
  writeFileSync(join(dead ?? '', 'a.deb'), 'x');
  await withArchives(async () => {});
  expect([existsSync(dead ?? ''), existsSync(living ?? '')]).toEqual([false, true]);
  rmSync(living ?? '', { recursive: true });
});
