import type { TreeEntry } from '#scripts/git/tree.ts';
import { renderTree } from './objects.ts';
import type { ObjectStore } from './repository.ts';

/** The entry at a path below a tree; the tree itself for ''. Undefined when nothing is there. */
export async function entryAt(store: ObjectStore, tree: string, path: string): Promise<TreeEntry | undefined> {
  let entry: TreeEntry = { mode: '040000', type: 'tree', name: '', sha: tree };
  for (const name of path.split('/').filter((part) => part !== '')) {
    if (entry.type !== 'tree') return undefined;
    const found: TreeEntry | undefined = (await store.tree(entry.sha))?.find((candidate) => candidate.name === name);
    if (found === undefined) return undefined;
    entry = found;
  }
  return entry;
}

export interface TreeChange {
  readonly path: string;
  /** Null removes. */
  readonly entry: Pick<TreeEntry, 'mode' | 'type' | 'sha'> | null;
}

/** Writes a tree with some paths set or removed; folders appear and vanish as needed. Gives its sha. */
export async function changeTree(
  store: ObjectStore,
  tree: string | null,
  changes: readonly TreeChange[],
): Promise<string> {
  const entries = new Map(((tree === null ? [] : await store.tree(tree)) ?? []).map((entry) => [entry.name, entry]));
  const below = new Map<string, TreeChange[]>();
  for (const { path, entry } of changes) {
    const slash = path.indexOf('/');
    const name = slash < 0 ? path : path.slice(0, slash);
    if (slash >= 0) below.set(name, [...(below.get(name) ?? []), { path: path.slice(slash + 1), entry }]);
    else if (entry === null) entries.delete(name);
    else entries.set(name, { ...entry, name });
  }
  for (const [name, inner] of below) {
    const old = entries.get(name);
    const sha = await changeTree(store, old?.type === 'tree' ? old.sha : null, inner);
    if ((await store.tree(sha))?.length === 0) entries.delete(name);
    else entries.set(name, { mode: '040000', type: 'tree', name, sha });
  }
  return store.write('tree', renderTree([...entries.values()]));
}

export interface WalkedEntry extends TreeEntry {
  readonly path: string;
}

/** All entries of a tree; folders' contents too when `recursive`. */
export async function walk(store: ObjectStore, tree: string, recursive: boolean, prefix = ''): Promise<WalkedEntry[]> {
  const walked: WalkedEntry[] = [];
  for (const entry of (await store.tree(tree)) ?? []) {
    const path = prefix + entry.name;
    walked.push({ ...entry, path });
    if (recursive && entry.type === 'tree') walked.push(...(await walk(store, entry.sha, true, `${path}/`)));
  }
  return walked;
}
