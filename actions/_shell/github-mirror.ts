import type { TreeFile } from '#core/intake/unsplit.ts';
import { rememberedBy } from '#core/remembered.ts';
import { type BareRepository, isAncestor, openBare } from '#shell/git-bare.ts';
import type { ForgeAccess } from '#shell/github.ts';

/** All branches and tags of the release repo in a bare repository of our own: one fetch in place of thousands of requests. */
export interface Mirror {
  /** Brings it up to date; nothing is here before. */
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

/** What git says of commits by name stays true: each question is asked once. */
const answered = rememberedBy<Promise<string[]>>();

/** @throws ProvisioningError COMMAND_FAILED when git cannot be had */
export async function openMirror({ owner, repo }: ForgeAccess, token: string): Promise<Mirror> {
  const server = process.env.GITHUB_SERVER_URL ?? 'https://github.com';
  const bare = await openBare(`${server}/${owner}/${repo}.git`, token);
  const { objects } = bare;
  const once = (args: readonly string[]) => answered(bare, args.join(' '), () => bare.lines(args));
  return {
    refresh: bare.follow,
    refs: async () => {
      const format = '%(refname) %(if)%(*objectname)%(then)%(*objectname)%(else)%(objectname)%(end)';
      const rows = await bare.lines(['for-each-ref', `--format=${format}`, 'refs/heads', 'refs/tags']);
      return new Map(rows.map((row) => row.split(' ') as [string, string]));
    },
    texts: async (names) => {
      await fetchMissing(bare, names);
      return objects.texts(names);
    },
    present: objects.texts,
    has: async (commit) => {
      await fetchMissing(bare, [commit]);
      return (await objects.there([commit])).size === 1;
    },
    tree: async (commit, folder) => {
      const files = (await objects.listing(`${commit}:${folder}`)) ?? [];
      const plain = files.filter(({ mode }) => /^100\d{3}$/.test(mode));
      return plain.map(({ path, id }) => ({ path: folder === '' ? path : `${folder}/${path}`, blob: id }));
    },
    isAncestor: (commit, of) => isAncestor(once, commit, of),
    since: (head, base, count) => once(['rev-list', `--max-count=${count}`, head, `^${base}`]),
    changed: async (head, base) => {
      const [raw = ''] = await answered(bare, `changed ${head} ${base}`, async () => [
        (await bare.git(['diff-tree', '-r', '-z', '--raw', '--no-renames', '--merge-base', base, head])).toString(),
      ]);
      const rows = raw.matchAll(/:\d{6} (\d{6}) [0-9a-f]+ [0-9a-f]+ [A-Z]\0([^\0]*)\0/g);
      return [...rows].map(([, mode = '', path = '']) => ({ path, mode }));
    },
    fork: async (head, base) => (await once(['merge-base', base, head]))[0] ?? base,
    folder: (commit, path) => objects.treeId(`${commit}:${path}`),
    close: bare.close,
  };
}

/** Commits that no branch holds any more (a review's, before a forced push) are asked for by name; the forge may have lost them. */
async function fetchMissing({ objects, fetch }: BareRepository, names: readonly string[]): Promise<void> {
  const commits = [
    ...new Set(names.map((name) => name.split(':')[0] ?? '').filter((name) => /^[0-9a-f]{40}$/.test(name))),
  ];
  const there = await objects.there(commits);
  for (const commit of commits.filter((each) => !there.has(each))) await fetch([commit]).catch(() => undefined);
}
