import { Cache } from './cache.ts';
import { git } from './run.ts';

/** The tree of a merge, or why there is none. */
export type Merge =
  | { readonly kind: 'clean'; readonly tree: string }
  | { readonly kind: 'conflict'; readonly files: readonly string[] };

const merges = new Cache<Merge>(5_000);

/** Merges two commits without a work tree. Exit code 1 means conflicts; 128 (unrelated histories) counts as one. */
export function mergeTree(dir: string, ours: string, theirs: string): Promise<Merge> {
  return merges.get(`${dir} ${ours} ${theirs}`, async () => {
    const { code, out } = await git(
      dir,
      ['merge-tree', '--write-tree', '--name-only', '--no-messages', '-z', ours, theirs],
      [0, 1, 128],
    );
    const [tree = '', ...files] = out.toString('utf8').split('\0');
    if (code === 0) return { kind: 'clean', tree };
    return { kind: 'conflict', files: files.filter((file) => file !== '') };
  });
}
