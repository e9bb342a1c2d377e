import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { alone } from './image-build.ts';

const folder = mkdtempSync(join(tmpdir(), 'alone-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('of several that want one image one builds at a time, and a failure frees the place', async () => {
  const place = join(folder, 'busy');
  const work = async (): Promise<string> => {
    expect(existsSync(place)).toBe(false);
    mkdirSync(place);
    await sleep(20);
    rmSync(place, { recursive: true });
    return 'built';
  };
  const lock = join(folder, 'lock');
  const broken = alone(lock, () => Promise.reject(new Error('no mirror')));
  await expect(broken).rejects.toThrow('no mirror');
  expect(await Promise.all([alone(lock, work), alone(lock, work), alone(lock, work)])).toHaveLength(3);
});
