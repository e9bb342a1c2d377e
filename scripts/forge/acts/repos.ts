import type { Actor } from '#scripts/forge/access/principal.ts';
import { emit } from '#scripts/forge/events/emit.ts';
import type { Forge } from '#scripts/forge/forge.ts';
import { changeTree } from '#scripts/forge/git/files.ts';
import type { Repo } from '#scripts/forge/state/work.ts';
import { showRepo } from '#scripts/forge/views/repo.ts';
import { invalid } from '#scripts/forge/web/faults.ts';
import { signatureOf } from './signature.ts';

export interface NewRepo {
  readonly owner: string;
  readonly name: string;
  readonly description?: string | null;
  readonly private?: boolean;
  readonly defaultBranch?: string;
  /** A first commit with a README. */
  readonly autoInit?: boolean;
  /** Whose name the first commit carries. */
  readonly by?: string;
  /** Path to text: the first commit's files. */
  readonly files?: Readonly<Record<string, string>>;
}

/** GitHub's names. */
const NAME = /^[A-Za-z0-9._-]{1,100}$/;

/** @throws HttpFault 422 when the name is not one or is taken. */
export async function addRepo(forge: Forge, asked: NewRepo): Promise<Repo> {
  const repo = record(forge, asked);
  forge.repositories.of(repo);
  const files = asked.files ?? (asked.autoInit === true ? { 'README.md': `# ${asked.name}\n` } : undefined);
  if (files !== undefined) await firstCommit(forge, repo, asked.by ?? asked.owner, files);
  return repo;
}

function record(forge: Forge, asked: NewRepo, fork: Partial<Repo> = {}): Repo {
  if (!NAME.test(asked.name)) throw invalid('Repository', 'name', 'invalid');
  if (forge.db.reposNamed(`${asked.owner}/${asked.name}`.toLowerCase()).length > 0) {
    throw invalid('Repository', 'name', 'custom', 'name already exists on this account');
  }
  const id = forge.db.nextId();
  const at = forge.clock.stamp();
  return forge.db.repos.put(id, {
    ...{
      id,
      owner: asked.owner,
      name: asked.name,
      private: asked.private ?? false,
      description: asked.description ?? null,
    },
    ...{
      defaultBranch: asked.defaultBranch ?? 'main',
      parentId: null,
      rootId: id,
      collaborators: {},
      variables: {},
      secrets: {},
    },
    ...{ lastNumber: 0, createdAt: at, updatedAt: at, pushedAt: at },
    ...fork,
  });
}

async function firstCommit(
  forge: Forge,
  repo: Repo,
  login: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  const { store, refs } = forge.repositories.of(repo);
  const changes = [];
  for (const [path, text] of Object.entries(files)) {
    const sha = await store.write('blob', Buffer.from(text));
    changes.push({ path, entry: { mode: '100644', type: 'blob' as const, sha } });
  }
  const tree = await changeTree(store, null, changes);
  const who = signatureOf(forge, login);
  const commit = await store.writeCommit({ tree, parents: [], author: who, committer: who, message: 'Initial commit' });
  await refs.update(`refs/heads/${repo.defaultBranch}`, commit);
}

/** A copy in another account that shares the objects; an account's second fork of the same repository is its first. */
export async function forkRepo(
  forge: Forge,
  actor: Actor,
  parent: Repo,
  owner: string,
  name: string,
  defaultOnly: boolean,
): Promise<Repo> {
  const present = forge.db.forksOf(parent.id).find((fork) => fork.owner.toLowerCase() === owner.toLowerCase());
  if (present !== undefined) return present;
  const shared = { parentId: parent.id, rootId: parent.rootId };
  const { private: hidden, defaultBranch, description } = parent;
  const fork = record(forge, { owner, name, private: hidden, defaultBranch, description }, shared);
  const wanted = defaultOnly ? `refs/heads/${defaultBranch}` : /^refs\/(heads|tags)\//;
  const all = await forge.repositories.of(parent).refs.under('refs/');
  await forge.repositories
    .of(fork)
    .refs.seed(all.filter(({ ref }) => (typeof wanted === 'string' ? ref === wanted : wanted.test(ref))));
  emit(forge, actor, parent, 'fork', { forkee: showRepo(forge, fork) });
  return fork;
}
