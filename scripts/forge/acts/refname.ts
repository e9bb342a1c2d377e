import type { Forge } from '#scripts/forge/forge.ts';
import type { Commit } from '#scripts/forge/git/objects.ts';
import type { Repo } from '#scripts/forge/state/work.ts';

/** The commit a person means by a branch, a tag, a full ref or a sha (short ones too). Undefined when there is none. */
export async function commitNamed(forge: Forge, repo: Repo, name: string): Promise<Commit | undefined> {
  const { refs, store } = forge.repositories.of(repo);
  const all = await refs.all();
  const known =
    all.get(`refs/heads/${name}`) ?? all.get(`refs/tags/${name}`) ?? all.get(name) ?? all.get(`refs/${name}`);
  if (known !== undefined) return store.commit(known);
  return /^[0-9a-f]{7,40}$/.test(name) ? store.commit(name) : undefined;
}
