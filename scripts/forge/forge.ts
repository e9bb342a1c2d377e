import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { EventQueue } from './events/queue.ts';
import { writeHooks } from './git/hook.ts';
import { GitRepository, makeBare, ObjectStore } from './git/repository.ts';
import type { Clock } from './state/clock.ts';
import type { Database } from './state/database.ts';
import type { Repo } from './state/work.ts';

/** Everything a route or an act needs. `origin` is where browsers and git go; REST lives below `origin/api/v3`. */
export interface Forge {
  readonly db: Database;
  readonly clock: Clock;
  readonly events: EventQueue;
  readonly repositories: Repositories;
  readonly runnerToken: string;
  /** Folder of logs and artifacts. */
  readonly files: string;
  origin: string;
}

/** The bare repositories on disk, opened once each. A fork uses its root's objects: no copy, and the root sees its commits. */
export class Repositories {
  readonly #dir: string;
  readonly #hooks: string;
  readonly #stores = new Map<number, ObjectStore>();
  readonly #open = new Map<number, GitRepository>();

  constructor(dir: string) {
    mkdirSync(dir, { recursive: true });
    this.#dir = dir;
    this.#hooks = writeHooks(join(dir, 'hooks'));
  }

  of(repo: Pick<Repo, 'id' | 'rootId' | 'defaultBranch'>): GitRepository {
    const open = this.#open.get(repo.id);
    if (open !== undefined) return open;
    const dir = this.#folder(repo.id);
    const shared = repo.rootId === repo.id ? undefined : this.#folder(repo.rootId);
    if (!existsSync(dir)) makeBare(dir, repo.defaultBranch, this.#hooks, shared);
    const repository = new GitRepository(dir, this.#store(repo.rootId));
    this.#open.set(repo.id, repository);
    return repository;
  }

  close(): void {
    for (const store of this.#stores.values()) store.close();
  }

  #store(rootId: number): ObjectStore {
    const store = this.#stores.get(rootId) ?? new ObjectStore(this.#folder(rootId));
    this.#stores.set(rootId, store);
    return store;
  }

  #folder(id: number): string {
    return join(this.#dir, `${id}.git`);
  }
}
