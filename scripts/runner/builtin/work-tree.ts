import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { git } from '#scripts/runner/git.ts';
import type { Mirror } from '#scripts/runner/mirror.ts';

/** Included by the work tree's configuration; git minds neither its being there nor its absence. */
export const CREDENTIALS = 'runner-credentials';

export type Target = {
  sha: string;
  /** Full name; empty for a bare commit. */
  ref: string;
};

export type Layout = {
  path: string;
  mirror: Mirror;
  target: Target;
  /** The remote's address. */
  url: string;
  /** Commits of history; 0 for all. */
  depth: number;
  /** Folders to have with what is in them, beside the files at the top; none: all. */
  sparse: readonly string[];
  /** Refs to have beside the one checked out. */
  refs: readonly [string, string][];
};

/** `refs/heads/x` of the forge is `refs/remotes/origin/x` here, and `refs/pull/7/merge` is `refs/remotes/pull/7/merge`. */
function localName(ref: string): string {
  if (ref.startsWith('refs/heads/')) return `refs/remotes/origin/${ref.slice('refs/heads/'.length)}`;
  return ref.startsWith('refs/pull/') ? `refs/remotes/${ref.slice('refs/'.length)}` : ref;
}

function configOf(url: string): string {
  return [
    ...['[core]', '\trepositoryformatversion = 0', '\tfilemode = true', '\tbare = false', '[gc]', '\tauto = 0'],
    ...['[remote "origin"]', `\turl = ${url}`, '\tfetch = +refs/heads/*:refs/remotes/origin/*'],
    ...['[include]', `\tpath = ${CREDENTIALS}`, ''],
  ].join('\n');
}

/** A work tree that borrows the mirror's objects: nothing is copied but the files themselves. */
export async function layOut({ path, mirror, target, url, depth, refs, sparse }: Layout): Promise<void> {
  const put = async (name: string, text: string) => {
    const file = join(path, '.git', name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  };
  const named = new Map<string, string>([...refs, ...(target.ref === '' ? [] : [[target.ref, target.sha] as const])]);
  const branch = target.ref.startsWith('refs/heads/') ? target.ref : undefined;
  await mkdir(join(path, '.git/refs'), { recursive: true });
  await put('objects/info/alternates', `${join(mirror.path, 'objects')}\n`);
  await put('config', configOf(url));
  await put('packed-refs', [...named].map(([ref, sha]) => `${sha} ${localName(ref)}\n`).join(''));
  if (branch !== undefined) await put(branch, `${target.sha}\n`);
  await put('HEAD', branch === undefined ? `${target.sha}\n` : `ref: ${branch}\n`);
  const boundary = depth > 0 ? await mirror.boundary(target.sha, depth) : '';
  if (boundary !== '') await put('shallow', boundary);
  if (sparse.length > 0) await git(['sparse-checkout', 'set', '--cone', ...sparse], { cwd: path });
  await git(['reset', '--hard', '--quiet', target.sha], { cwd: path });
}
