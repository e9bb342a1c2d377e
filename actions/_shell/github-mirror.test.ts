import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { ForgeAccess } from './github.ts';
import { openMirror } from './github-mirror.ts';

let folder: string;
const git = (at: string, ...args: string[]) => {
  const env = { ...process.env, GIT_AUTHOR_DATE: at, GIT_COMMITTER_DATE: at };
  const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.org', '-c', 'init.defaultBranch=main'];
  return execFileSync('git', [...who, ...args], { cwd: join(folder, 'umd/release.git'), env, stdio: 'pipe' });
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mirror-'));
  execFileSync('git', ['init', '-q', join(folder, 'umd/release.git')], { stdio: 'pipe' });
  vi.stubEnv('GITHUB_SERVER_URL', `file://${folder}`);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

test('a commit of a clock that was ahead is the ancestor of what followed it', async () => {
  const commit = (at: string, name: string) => {
    git(at, 'commit', '-q', '--allow-empty', '-m', name);
    git(at, 'branch', name);
  };
  commit('2030-01-01T00:00:00Z', 'ahead');
  for (let day = 1; day <= 9; day++) commit(`2026-01-0${day}T00:00:00Z`, `day-${day}`);
  git('2026-01-10T00:00:00Z', 'checkout', '-q', '-b', 'aside', 'day-2');
  commit('2026-01-10T00:00:00Z', 'elsewhere');
  git('2026-01-11T00:00:00Z', 'checkout', '-q', '--orphan', 'stranger');
  commit('2026-01-11T00:00:00Z', 'unrelated');

  const mirror = await openMirror({ owner: 'umd', repo: 'release' } as ForgeAccess, '');
  try {
    await mirror.refresh();
    const refs = await mirror.refs();
    const at = (name: string) => refs.get(`refs/heads/${name}`) ?? '';
    const is = (one: string, other: string) => mirror.isAncestor(at(one), at(other));
    expect([await is('ahead', 'day-9'), await is('day-1', 'day-9'), await is('day-9', 'day-9')]).toEqual([
      true,
      true,
      true,
    ]);
    expect([await is('day-9', 'ahead'), await is('elsewhere', 'day-9'), await is('unrelated', 'day-9')]).toEqual([
      ...[false, false, false],
    ]);
  } finally {
    await mirror.close();
  }
});
