import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ObjectReader, type RawObject } from '#scripts/git/reader.ts';
import { parseTree, type TreeEntry } from '#scripts/git/tree.ts';
import { Cache } from './cache.ts';
import * as objects from './objects.ts';
import { Refs } from './refs.ts';

/** One bare repository: its refs, and the objects it shares with all its forks. */
export class GitRepository {
  readonly dir: string;
  readonly refs: Refs;
  readonly store: ObjectStore;

  constructor(dir: string, store: ObjectStore) {
    this.dir = dir;
    this.store = store;
    this.refs = new Refs(dir);
  }
}

/** The objects of a fork network, with what was computed about them; all of it is keyed by sha and never stale. */
export class ObjectStore {
  readonly dir: string;
  readonly #reader: ObjectReader;
  readonly #commits = new Cache<objects.Commit | undefined>(20_000);
  readonly #trees = new Cache<TreeEntry[] | undefined>(20_000);
  #turn: Promise<unknown> = Promise.resolve();

  constructor(dir: string) {
    this.dir = dir;
    this.#reader = new ObjectReader(dir);
  }

  /** Runs what changes refs one after the other within a fork network. */
  locked<Result>(body: () => Promise<Result>): Promise<Result> {
    const run = this.#turn.then(body);
    this.#turn = run.catch(() => {});
    return run;
  }

  raw(name: string): Promise<RawObject | undefined> {
    return this.#reader.read(name);
  }

  /** The commit of that sha, or the one a tag of that sha points to. */
  async commit(sha: string): Promise<objects.Commit | undefined> {
    const found = await this.#commits.get(sha, async () => {
      const raw = await this.raw(`${sha}^{commit}`);
      return raw === undefined ? undefined : objects.parseCommit(raw);
    });
    if (found === undefined) this.#commits.forget(sha);
    return found;
  }

  async tree(sha: string): Promise<TreeEntry[] | undefined> {
    const found = await this.#trees.get(sha, async () => {
      const raw = await this.raw(sha);
      return raw?.type === 'tree' ? parseTree(raw) : undefined;
    });
    if (found === undefined) this.#trees.forget(sha);
    return found;
  }

  write(type: RawObject['type'], content: Buffer): Promise<string> {
    return objects.writeObject(join(this.dir, 'objects'), type, content);
  }

  writeCommit(commit: Omit<objects.Commit, 'sha'>): Promise<string> {
    return this.write('commit', objects.renderCommit(commit));
  }

  close(): void {
    this.#reader.close();
  }
}

const CONFIG = `[core]
\trepositoryformatversion = 0
\tbare = true
\tlogAllRefUpdates = false
[http]
\treceivepack = true
[receive]
\thideRefs = refs/pull
\tautogc = false
[uploadpack]
\tallowAnySHA1InWant = true
\tallowFilter = true
[gc]
\tauto = 0
`;

/** Makes a bare repository. @param sharedWith folder of the repository whose objects it uses (a fork). */
export function makeBare(dir: string, defaultBranch: string, hooks: string, sharedWith?: string): void {
  if (existsSync(join(dir, 'HEAD'))) return;
  mkdirSync(join(dir, 'refs/heads'), { recursive: true });
  if (sharedWith === undefined) mkdirSync(join(dir, 'objects/pack'), { recursive: true });
  else symlinkSync(join(sharedWith, 'objects'), join(dir, 'objects'));
  writeFileSync(join(dir, 'config'), `${CONFIG}[core]\n\thooksPath = ${hooks}\n`);
  writeFileSync(join(dir, 'HEAD'), `ref: refs/heads/${defaultBranch}\n`);
}
