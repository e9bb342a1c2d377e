import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { fetchRefs } from './git.ts';

let folder: string;
const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', ...args], {
    cwd: join(folder, 'repo'),
    stdio: 'pipe',
  });
const write = (path: string, text: string) => {
  mkdirSync(join(folder, 'repo', path, '..'), { recursive: true });
  writeFileSync(join(folder, 'repo', path), text);
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'git-'));
  mkdirSync(join(folder, 'repo'));
  git('init', '-q', '-b', 'main');
  for (const tag of ['umd-5.0.0', 'umd-5.2.0', 'umd-5.10.0']) {
    write('repos/umd/5/al9/x86_64/a.yml', `${tag}\nzwölf\n`);
    write('repos/umd/5/al9/x86_64/empty.yml', '');
    write('repos/umd.yml', 'no lock');
    git('add', '.');
    git('commit', '-qm', tag);
    git('tag', '-am', tag, tag);
  }
  git('checkout', '-qb', 'candidate');
  symlinkSync('/etc/passwd', join(folder, 'repo/repos/umd/5/al9/x86_64/link.yml'));
  write('repos/umd/5/al9/x86_64/b.yml', 'b');
  git('add', '.');
  git('commit', '-qm', 'candidate');
  git('tag', 'umd-5.11.0');
});
afterAll(() => rmSync(folder, { recursive: true }));

test('reads files of branches and tags, never through a link, and leaves nothing behind', async () => {
  mkdirSync(join(folder, 'tmp'));
  vi.stubEnv('TMPDIR', join(folder, 'tmp'));
  const refs = await fetchRefs(join(folder, 'repo'), 'a token that nobody asks for');
  const locks = (ref: string) => refs.texts(ref, 'repos', (path) => path.startsWith('repos/umd/'));
  expect(await refs.tagsIn('refs/heads/main')).toEqual(['umd-5.0.0', 'umd-5.2.0', 'umd-5.10.0']);
  expect([...(await locks('refs/heads/candidate'))]).toEqual([
    ['repos/umd/5/al9/x86_64/a.yml', 'umd-5.10.0\nzwölf\n'],
    ['repos/umd/5/al9/x86_64/b.yml', 'b'],
    ['repos/umd/5/al9/x86_64/empty.yml', ''],
  ]);
  expect((await locks('refs/tags/umd-5.0.0')).get('repos/umd/5/al9/x86_64/a.yml')).toBe('umd-5.0.0\nzwölf\n');
  expect((await locks('refs/heads/gone')).size).toBe(0);
  expect(await refs.commit('refs/heads/main')).toMatch(/^[0-9a-f]{40}$/);
  await refs.close();
  expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
  await expect(fetchRefs(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
  expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
  vi.unstubAllEnvs();
});
