import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Octokit } from '@octokit/rest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningForge, startForge } from '#scripts/forge/start.ts';

/** The real git is the client, over a real socket. */
let dir: string;
let forge: RunningForge;
let writer: string;
let outsider: string;
let octokit: Octokit;
const at = { owner: 'umd', repo: 'release' };
const ME = {
  GIT_AUTHOR_NAME: 'W',
  GIT_AUTHOR_EMAIL: 'w@x.example',
  GIT_COMMITTER_NAME: 'W',
  GIT_COMMITTER_EMAIL: 'w@x.example',
};

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'forge-git-'));
  forge = await startForge({ dir: join(dir, 'forge'), now: new Date('2026-01-05T09:00:00Z') });
  const { admin } = forge;
  writer = admin.createUser({ login: 'writer', email: 'w@x.example' }).token;
  outsider = admin.createUser({ login: 'outsider' }).token;
  admin.createOrg({ login: 'umd' });
  await admin.createRepo({ owner: 'umd', name: 'release' });
  admin.setCollaborator({ repository: 'umd/release', login: 'writer', role: 'write' });
  octokit = new Octokit({ baseUrl: `${forge.url}/api/v3`, auth: writer });
  await git('init', '--quiet', '--initial-branch=main', 'work');
  await commit('a.txt', 'a\n');
  await work('remote', 'add', 'origin', address(writer));
  await work('push', '--quiet', 'origin', 'main', 'main:candidate');
});
afterAll(async () => {
  await forge.close();
  rmSync(dir, { recursive: true, force: true });
});

const address = (token: string, owner = 'umd') =>
  `${forge.url.replace('://', `://x-access-token:${token}@`)}/${owner}/release.git`;
const work = (...argv: string[]) => git('-C', 'work', ...argv);

/** Standard output, or what git said when it failed. */
function git(...argv: string[]): Promise<string> {
  const env = { ...process.env, ...ME, GIT_TERMINAL_PROMPT: '0', GIT_CONFIG_GLOBAL: '/dev/null' };
  return new Promise((resolve) => {
    execFile('git', argv, { cwd: dir, env }, (fault, out, error) =>
      resolve(fault === null ? out.trim() : `failed: ${error}`),
    );
  });
}

async function commit(path: string, text: string): Promise<string> {
  writeFileSync(join(dir, 'work', path), text);
  await work('add', path);
  await work('commit', '--quiet', '--message', path);
  return work('rev-parse', 'HEAD');
}

const eventsSince = (seq: number) =>
  forge.forge.events.after(seq).map(({ event, payload }) => [event, payload.action ?? payload.ref].join(' '));

test('anyone clones a public repository, and sees what was pushed', async () => {
  await git('clone', '--quiet', `${forge.url}/umd/release.git`, 'clone');
  expect(await git('-C', 'clone', 'log', '--format=%an %s')).toBe('W a.txt');
});

test('without a token, or without the right, nothing is pushed', async () => {
  expect(await work('push', `${forge.url}/umd/release.git`, 'main:other')).toMatch(
    /could not read Username|Authentication failed/,
  );
  expect(await work('push', address(outsider), 'main:other')).toMatch(/403/);
});

test('a push tells of itself with its commits and their files', async () => {
  const before = forge.forge.events.sequence;
  const sha = await commit('b.txt', 'b\n');
  await work('push', '--quiet', 'origin', 'main');
  const [{ payload } = { payload: {} }] = forge.forge.events.after(before);
  expect(payload).toMatchObject({
    ref: 'refs/heads/main',
    after: sha,
    created: false,
    forced: false,
    commits: [{ id: sha, added: ['b.txt'], modified: [], removed: [] }],
    pusher: { name: 'writer' },
  });
});

test('a pull request follows its branch: synchronize, refs/pull, a rewritten history on the timeline', async () => {
  await work('checkout', '--quiet', '-b', 'topic');
  const first = await commit('c.txt', 'c\n');
  await work('push', '--quiet', 'origin', 'topic');
  const { data: pull } = await octokit.rest.pulls.create({ ...at, head: 'topic', base: 'candidate', title: 'Topic' });
  const before = forge.forge.events.sequence;
  await work('commit', '--quiet', '--amend', '--message', 'rewritten');
  const second = await work('rev-parse', 'HEAD');
  await work('push', '--quiet', '--force', 'origin', 'topic');
  expect(eventsSince(before)).toEqual(['push refs/heads/topic', 'pull_request synchronize']);
  const { data: items } = await octokit.rest.issues.listEventsForTimeline({ ...at, issue_number: pull.number });
  expect(items.map((item) => [item.event, 'sha' in item ? item.sha : undefined])).toEqual([
    ['committed', await work('rev-parse', 'HEAD~1')],
    ['head_ref_force_pushed', undefined],
    ['committed', second],
  ]);
  const listed = await git('ls-remote', `${forge.url}/umd/release.git`, `refs/pull/${pull.number}/*`);
  expect(listed).toContain(`${second}\trefs/pull/${pull.number}/head`);
  await work('fetch', '--quiet', 'origin', `refs/pull/${pull.number}/merge`);
  expect(await work('log', '-1', '--format=%P', 'FETCH_HEAD')).toBe(
    `${await work('rev-parse', 'origin/candidate')} ${second}`,
  );
  expect(await work('push', 'origin', `main:refs/pull/${pull.number}/head`)).toMatch(/deny updating a hidden ref/);
  expect(first).not.toBe(second);
});

test("a fork's branch becomes a pull request without copying anything by hand", async () => {
  const theirs = new Octokit({ baseUrl: `${forge.url}/api/v3`, auth: outsider });
  await theirs.rest.repos.createFork(at);
  await work('checkout', '--quiet', '-b', 'gift', 'main');
  const sha = await commit('gift.txt', 'gift\n');
  await work('push', '--quiet', address(outsider, 'outsider'), 'gift');
  const { data: pull } = await theirs.rest.pulls.create({ ...at, head: 'outsider:gift', base: 'main', title: 'Gift' });
  expect([pull.head.sha, pull.changed_files, pull.mergeable]).toEqual([sha, 1, true]);
  await work('fetch', '--quiet', 'origin', `refs/pull/${pull.number}/head`);
  expect(await work('rev-parse', 'FETCH_HEAD')).toBe(sha);
});

test('protection is enforced on pushes: direct, forced, deleting', async () => {
  forge.admin.protectBranch({
    repository: 'umd/release',
    branch: 'candidate',
    restrictions: { users: [], teams: [], apps: [] },
  });
  await work('checkout', '--quiet', 'main');
  await commit('d.txt', 'd\n');
  expect(await work('push', 'origin', 'main:candidate')).toMatch(
    /GH006: Protected branch update failed for refs\/heads\/candidate[\s\S]*not authorized to push[\s\S]*hook declined/,
  );
  forge.admin.protectBranch({ repository: 'umd/release', branch: 'candidate' });
  expect(await work('push', '--quiet', 'origin', 'main:candidate')).toBe('');
  expect(await work('push', '--force', 'origin', 'main~1:candidate')).toMatch(/Cannot force-push to this branch/);
  expect(await work('push', 'origin', ':candidate')).toMatch(/Cannot delete this branch/);
  forge.admin.protectBranch({ repository: 'umd/release', branch: 'candidate', reviews: 1 });
  await commit('e.txt', 'e\n');
  expect(await work('push', 'origin', 'main:candidate', 'main:free')).toMatch(
    /Changes must be made through a pull request[\s\S]*main -> free/,
  );
  expect(await git('ls-remote', `${forge.url}/umd/release.git`, 'refs/heads/free')).toContain(
    await work('rev-parse', 'main'),
  );
});

test('tags are told, but not more than three at once', async () => {
  const before = forge.forge.events.sequence;
  await work('tag', 'umd-5.0.0');
  await work('push', '--quiet', 'origin', 'umd-5.0.0');
  expect(eventsSince(before)).toEqual(['push refs/tags/umd-5.0.0', 'create umd-5.0.0']);
  const after = forge.forge.events.sequence;
  for (const name of ['t1', 't2', 't3', 't4']) await work('tag', name);
  await work('push', '--quiet', 'origin', '--tags');
  expect(eventsSince(after)).toEqual([]);
});
