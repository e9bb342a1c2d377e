import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TreeFile } from '#core/intake/unsplit.ts';
import { command } from '#shell/command.ts';
import { type GitObjects, openGitObjects } from '#shell/git-objects.ts';
import type { ForgeAccess } from '#shell/github.ts';

/** All branches and tags of the release repo in a bare repository of our own: one fetch in place of thousands of requests. */
export interface Mirror {
  /** Brings it up to date. */
  refresh(): Promise<void>;
  /** `refs/heads/…` and `refs/tags/…` → commit (annotated tags are followed). */
  refs(): Promise<ReadonlyMap<string, string>>;
  /** `<commit>:<path>` → text; absent: not there, or no plain file. */
  texts(names: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** The same, of what is here; nothing is fetched. */
  present(names: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Is the commit here, or can it still be had? */
  has(commit: string): Promise<boolean>;
  /** Plain files of a commit below a folder; '' for all. */
  tree(commit: string, folder: string): Promise<TreeFile[]>;
  isAncestor(commit: string, of: string): Promise<boolean>;
  /** Commits of a branch since it left another, newest first, at most so many. */
  since(head: string, base: string, count: number): Promise<string[]>;
  /** What a branch changes since it left another: path, and the mode it has now (`000000`: gone). */
  changed(head: string, base: string): Promise<{ readonly path: string; readonly mode: string }[]>;
  /** Commit at which a branch left another. */
  fork(head: string, base: string): Promise<string>;
  /** Object id of a commit's folder; undefined when it is not there. */
  folder(commit: string, path: string): Promise<string | undefined>;
  close(): Promise<void>;
}

/** The token goes to git by its environment, never by an argument or a URL that a process list or log could show. */
export async function openMirror({ owner, repo }: ForgeAccess, token: string): Promise<Mirror> {
  const dir = await mkdtemp(join(tmpdir(), 'mirror-'));
  const server = process.env.GITHUB_SERVER_URL ?? 'https://github.com';
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
  const url = `${server}/${owner}/${repo}.git`;
  const env = {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `http.${url}.extraHeader`,
    GIT_ALLOW_PROTOCOL: 'http:https',
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
  };
  const git = async (args: readonly string[], input?: string) =>
    command('git', ['-C', dir, ...args], { env, ...(input === undefined ? {} : { input }) });
  const lines = async (args: readonly string[]) =>
    (await git(args))
      .toString()
      .split('\n')
      .filter((line) => line !== '');
  const refspecs = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'];
  const fetch = async (what: readonly string[]) => git(['fetch', '--quiet', '--prune', '--no-tags', url, ...what]);
  await git(['init', '--quiet', '--bare']);
  await fetch(refspecs);
  const objects = openGitObjects(dir);
  return {
    refresh: async () => {
      await fetch(refspecs);
    },
    refs: async () => {
      const format = '%(refname) %(if)%(*objectname)%(then)%(*objectname)%(else)%(objectname)%(end)';
      const rows = await lines(['for-each-ref', `--format=${format}`, 'refs/heads', 'refs/tags']);
      return new Map(rows.map((row) => row.split(' ') as [string, string]));
    },
    texts: async (names) => {
      await fetchMissing(git, objects, url, names);
      return objects.texts(names);
    },
    present: objects.texts,
    has: async (commit) => {
      await fetchMissing(git, objects, url, [commit]);
      return (await objects.there([commit])).size === 1;
    },
    tree: async (commit, folder) => {
      const rows = (await git(['ls-tree', '-r', '-z', commit, ...(folder === '' ? [] : ['--', folder])])).toString();
      return rows.split('\0').flatMap((row) => {
        const [, mode, blob, path] = /^(\d+) blob ([0-9a-f]+)\t(.*)$/s.exec(row) ?? [];
        return blob === undefined || path === undefined || mode === '120000' ? [] : [{ path, blob }];
      });
    },
    isAncestor: async (commit, of) => (await lines(['rev-list', '--max-count=1', commit, `^${of}`])).length === 0,
    since: async (head, base, count) => lines(['rev-list', `--max-count=${count}`, head, `^${base}`]),
    changed: async (head, base) => {
      const raw = await git(['diff-tree', '-r', '-z', '--raw', '--no-renames', '--merge-base', base, head]);
      const rows = raw.toString().matchAll(/:\d{6} (\d{6}) [0-9a-f]+ [0-9a-f]+ [A-Z]\0([^\0]*)\0/g);
      return [...rows].map(([, mode = '', path = '']) => ({ path, mode }));
    },
    fork: async (head, base) => (await lines(['merge-base', base, head]))[0] ?? base,
    folder: async (commit, path) =>
      (await lines(['ls-tree', '-d', commit, '--', path])).map((row) => /^\d+ tree ([0-9a-f]+)\t/.exec(row)?.[1])[0],
    close: async () => {
      objects.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

type Git = (args: readonly string[], input?: string) => Promise<Buffer>;

/** Commits that no branch holds any more (a review's, before a forced push) are asked for by name; the forge may have lost them. */
async function fetchMissing(git: Git, objects: GitObjects, url: string, names: readonly string[]): Promise<void> {
  const commits = [
    ...new Set(names.map((name) => name.split(':')[0] ?? '').filter((name) => /^[0-9a-f]{40}$/.test(name))),
  ];
  const there = await objects.there(commits);
  for (const commit of commits.filter((each) => !there.has(each)))
    await git(['fetch', '--quiet', '--no-tags', url, commit]).catch(() => undefined);
}
