/** What Git is to the town: commits with whole trees, branches by name. */

type Tree = ReadonlyMap<string, string>;
/** Path → its text; undefined: it goes. */
export type Change = ReadonlyMap<string, string | undefined>;

export class Git {
  readonly #commits = new Map<string, { readonly tree: Tree; readonly parents: readonly string[] }>();
  readonly #ancestors = new Map<string, ReadonlySet<string>>();
  readonly branches = new Map<string, string>();
  readonly #name: () => string;

  /** @param name gives names of commits, each greater than all before */
  constructor(name: () => string) {
    this.#name = name;
  }

  /** A commit: what the first parent holds, changed. */
  commit(branch: string, parents: readonly string[], change: Change): string {
    const tree = new Map(this.tree(parents[0] ?? ''));
    for (const [path, text] of change) {
      if (text === undefined) tree.delete(path);
      else tree.set(path, text);
    }
    const made = this.#name();
    this.#commits.set(made, { tree, parents });
    this.branches.set(branch, made);
    return made;
  }

  tree(commit: string): Tree {
    return this.#commits.get(commit)?.tree ?? new Map();
  }
  head(branch: string): string {
    return this.branches.get(branch) ?? '';
  }
  /** Path's text at the head of a branch. */
  text(branch: string, path: string): string | undefined {
    return this.tree(this.head(branch)).get(path);
  }

  /** A commit and all before it. */
  #history(commit: string): ReadonlySet<string> {
    const known = this.#ancestors.get(commit);
    if (known !== undefined) return known;
    const found = new Set<string>();
    const left = [commit];
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      if (found.has(next)) continue;
      found.add(next);
      left.push(...(this.#commits.get(next)?.parents ?? []));
    }
    this.#ancestors.set(commit, found);
    return found;
  }
  isAncestor(commit: string, of: string): boolean {
    return this.#history(of).has(commit);
  }
  /** Where a branch left another. @throws Error when several commits are it, which Git cannot compare */
  fork(head: string, base: string): string {
    const other = this.#history(base);
    const common = [...this.#history(head)].filter((commit) => other.has(commit));
    const best = common.sort().at(-1) ?? '';
    if (common.some((commit) => !this.isAncestor(commit, best))) throw new Error('several merge bases');
    return best;
  }
  /** What a branch changes since it left another. */
  changed(head: string, base: string): Change {
    return this.differing(head, this.fork(head, base));
  }
  /** Path → text at one commit, wherever the other has another. */
  differing(commit: string, other: string): Change {
    const [here, there] = [this.tree(commit), this.tree(other)];
    const paths = new Set([...here.keys(), ...there.keys()]);
    return new Map(
      [...paths].filter((path) => here.get(path) !== there.get(path)).map((path) => [path, here.get(path)]),
    );
  }

  /** Both sides' changes. @throws Error when they contradict each other */
  merge(branch: string, commit: string): string {
    const head = this.head(branch);
    if (this.isAncestor(commit, head)) return head;
    const [theirs, ours] = [this.changed(commit, head), this.changed(head, commit)];
    const contradicted = [...theirs].find(([path, text]) => ours.has(path) && ours.get(path) !== text);
    if (contradicted !== undefined) throw new Error(`a merge conflict of ${branch} in ${contradicted[0]}`);
    return this.commit(branch, [head, commit], theirs);
  }
}
