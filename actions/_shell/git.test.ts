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

test('a tag is found in the history of a branch whatever dates its commits bear', async () => {
  git('init', '-q', '--bare', '../dated.git');
  const tree = git('mktree').toString().trim();
  let hour = 40;
  const commit = (...parents: string[]) => {
    vi.stubEnv(
      'GIT_COMMITTER_DATE',
      `2026-01-05T0${Math.floor(hour / 60)}:${String(hour-- % 60).padStart(2, '0')}:00Z`,
    );
    return git('commit-tree', tree, '-m', String(hour), ...parents.flatMap((parent) => ['-p', parent]))
      .toString()
      .trim();
  };
  const root = commit();
  const released = commit(root);
  let main = commit(root, released);
  for (let later = 0; later < 30; later += 1) main = commit(main); // each is dated before its parent
  vi.unstubAllEnvs();
  for (const [ref, at] of [['heads/main', main], ['tags/umd-5.0.0', released], ['tags/umd-5.1.0', commit(released)], ['tags/a-tree', tree]]) git('push', '-q', '../dated.git', `${at}:refs/${ref}`); // biome-ignore format: a list
  const refs = await fetchRefs(join(folder, 'dated.git'));
  expect(await refs.tagsIn('refs/heads/main')).toEqual(['umd-5.0.0']);
  await refs.close();
});

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
