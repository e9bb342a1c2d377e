import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { buildDebianRoot } from './debian-root.ts';

const folder = mkdtempSync(join(tmpdir(), 'debian-root-'));
chmodSync(folder, 0o755); // mmdebstrap wants it readable for apt's own account
afterAll(() => rmSync(folder, { recursive: true }));
const IMAGE = {
  name: 'ubuntu-24.04',
  title: 'Ubuntu 24.04',
  build: 'mmdebstrap',
  suite: 'noble',
  packages: ['bash'],
} as const;
const built = (arch: string, how: Parameters<typeof buildDebianRoot>[3]) =>
  buildDebianRoot({ ...IMAGE, arch }, join(folder, 'root'), [], how);

test('of a foreign architecture nothing is built, and the reason is the machine', async () => {
  await expect(built('arm64', { sources: [], runs: async () => false })).rejects.toMatchObject({
    code: 'ENVIRONMENT_BASE_MISSING',
    message: expect.stringContaining('ubuntu-24.04 (Ubuntu 24.04) has no base here: this machine does not run arm64.'),
  });
  // No machine runs this one, with or without emulators.
  await expect(built('pdp11', { sources: [] })).rejects.toMatchObject({ code: 'ENVIRONMENT_BASE_MISSING' });
  expect(existsSync(join(folder, 'root'))).toBe(false);
});

test('a suite that apt cannot read is told as that, by name, and not as a program that failed', async () => {
  const sources = [`deb file:${folder}/archive noble main`];
  await expect(built('amd64', { sources, runs: async () => true })).rejects.toMatchObject({
    code: 'IMAGE_SOURCES_MISSING',
    message: expect.stringContaining('apt cannot read noble for amd64'),
  });
}, 30_000);
