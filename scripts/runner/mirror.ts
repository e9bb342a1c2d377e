import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ObjectReader } from '#scripts/git/reader.ts';
import { parseTree } from '#scripts/git/tree.ts';
import { authEnv, basicAuth, git } from './git.ts';

/** The refs of a repository on the forge, now. */
export type Refs = {
  defaultBranch: string;
  sha: (ref: string) => string | undefined;
  all: ReadonlyMap<string, string>;
};

/** The advertisement of git's smart protocol (gitprotocol-pack, "Reference Discovery"): one request, all refs. */
export function parseAdvertisement(body: Buffer): Refs {
  const all = new Map<string, string>();
  let defaultBranch = 'main';
  for (let at = 0; at + 4 <= body.length; ) {
    const length = Number.parseInt(body.toString('latin1', at, at + 4), 16);
    const line = length < 4 ? '' : body.toString('utf8', at + 4, at + length).trimEnd();
    const [ref = '', capabilities] = line.split('\0');
    const symref = /symref=HEAD:refs\/heads\/(\S+)/.exec(capabilities ?? '');
    if (symref?.[1] !== undefined) defaultBranch = symref[1];
    const named = /^([0-9a-f]{40}) (\S+)$/.exec(ref);
    if (named?.[1] !== undefined && named[2] !== undefined) all.set(named[2], named[1]);
    at += Math.max(length, 4);
  }
  return { defaultBranch, sha: (ref) => all.get(ref), all };
}

/** Asked without the token first: a public repository needs none. @throws Error when the repository cannot be read. */
export async function remoteRefs(forgeUrl: string, repository: string, token: string): Promise<Refs> {
  const [, value = ''] = basicAuth(token).split(': ');
  const url = `${forgeUrl}/${repository}.git/info/refs?service=git-upload-pack`;
  let answer = await fetch(url);
  if (answer.status === 401) answer = await fetch(url, { headers: { authorization: value } });
  if (!answer.ok) throw new Error(`repository ${repository} cannot be read: ${answer.status} ${answer.statusText}`);
  return parseAdvertisement(Buffer.from(await answer.arrayBuffer()));
}

export type Mirror = ReturnType<typeof openMirror>;

/** A bare copy of one repository of the forge. Fetches only when a commit is missing; checkouts borrow its objects. */
export function openMirror(forgeUrl: string, repository: string, token: string, root: string) {
  const path = join(root, `${repository}.git`);
  const seen = new Set<string>();
  const messages = new Map<string, string>();
  let fetching: Promise<void> | undefined;
  const objects = new ObjectReader(path);

  async function fetchAll(): Promise<void> {
    if (!existsSync(join(path, 'HEAD'))) {
      await mkdir(dirname(path), { recursive: true });
      await git(['init', '--quiet', '--bare', path], { cwd: root });
      await writeFile(
        join(path, 'config'),
        `[core]\n\trepositoryformatversion = 0\n\tbare = true\n[gc]\n\tauto = 0\n[remote "origin"]\n\turl = ${forgeUrl}/${repository}.git\n\tfetch = +refs/*:refs/*\n`,
      );
    }
    await git(['fetch', '--quiet', '--prune', '--no-auto-maintenance', 'origin'], { cwd: path, env: authEnv(token) });
  }

  const run = (args: readonly string[], input?: string) => git(args, { cwd: path, ...(input ? { input } : {}) });

  async function has(sha: string): Promise<boolean> {
    if (seen.has(sha)) return true;
    if (!existsSync(join(path, 'HEAD'))) return false;
    const there = (await objects.read(`${sha}^{commit}`)) !== undefined;
    if (there) seen.add(sha);
    return there;
  }

  async function presentOf(shas: readonly string[]): Promise<Set<string>> {
    if (shas.length === 0) return new Set();
    const found = await Promise.all(shas.map((sha) => objects.read(sha)));
    return new Set(shas.filter((_, index) => found[index] !== undefined));
  }

  /** Fetches of the same moment are one. */
  function fetchOnce(): Promise<void> {
    fetching ??= fetchAll().finally(() => {
      fetching = undefined;
    });
    return fetching;
  }

  return {
    path,
    close: () => objects.close(),
    /** @throws Error when the forge does not have the commit. */
    async need(sha: string): Promise<void> {
      if (await has(sha)) return;
      await fetchOnce();
      if (await has(sha)) return;
      // a commit pushed while the fetch was under way, or one that no ref names
      await fetchOnce();
      if (await has(sha)) return;
      await git(['fetch', '--quiet', 'origin', sha], { cwd: path, env: authEnv(token) });
    },
    /** Text files of one folder at a commit, not of its sub-folders. */
    async files(sha: string, folder: string): Promise<Map<string, string>> {
      const tree = await objects.read(`${sha}:${folder}`);
      const listed = tree?.type === 'tree' ? parseTree(tree).filter(({ type }) => type === 'blob') : [];
      const texts = await Promise.all(listed.map((entry) => objects.read(entry.sha)));
      return new Map(
        listed.map(({ name }, index) => [`${folder}/${name}`, texts[index]?.content.toString('utf8') ?? '']),
      );
    },
    /** Names of files that differ between two commits; `three-dot` from their merge base. */
    async changed(from: string, to: string, dots: 'two-dot' | 'three-dot'): Promise<string[]> {
      const range = dots === 'two-dot' ? [from, to] : [`${from}...${to}`];
      return (await run(['diff', '--name-only', '-z', '--no-renames', ...range]))
        .toString()
        .split('\0')
        .filter(Boolean);
    },
    /** Fetches when one of the commits or tags is missing; resolves to those that are there then. */
    async needAll(shas: readonly string[]): Promise<ReadonlySet<string>> {
      const present = await presentOf(shas);
      if (present.size === new Set(shas).size) return present;
      await fetchOnce();
      return presentOf(shas);
    },
    /** Contents of `.git/shallow` for a history of so many commits: those whose parents are left out. */
    async boundary(sha: string, depth: number): Promise<string> {
      if (depth === 1) return `${sha}\n`;
      const listed = (await run(['rev-list', '--parents', sha])).toString().trim().split('\n');
      const parents = new Map(listed.map((line) => [line.slice(0, 40), line.split(' ').slice(1)]));
      let level = new Set([sha]);
      for (let at = 1; at < depth; at += 1) level = new Set([...level].flatMap((commit) => parents.get(commit) ?? []));
      return [...level].map((commit) => `${commit}\n`).join('');
    },
    /** A commit never changes: asked once. */
    async message(sha: string): Promise<string> {
      const known = messages.get(sha) ?? (await run(['log', '-1', '--format=%B', sha])).toString();
      messages.set(sha, known);
      return known;
    },
    async parent(sha: string): Promise<string> {
      const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';
      return run(['rev-parse', '--verify', '--quiet', `${sha}^`]).then(
        (found) => found.toString().trim(),
        () => emptyTree,
      );
    },
  };
}
