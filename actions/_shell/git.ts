import { isAncestor, openBare } from './git-bare.ts';

/** The release repo as it was at one moment; reads are local from then on. */
export interface GitRefs {
  /** Commit of a full ref name, undefined when it is not there. */
  commit(ref: string): Promise<string | undefined>;
  /** Tag names whose commits are in a ref's history, in the order of their versions. */
  tagsIn(ref: string): Promise<readonly string[]>;
  /** Path → text of the files below a folder at a ref that match; one process reads them all. */
  texts(ref: string, folder: string, matches: (path: string) => boolean): Promise<ReadonlyMap<string, string>>;
  /** Removes the copy. */
  close(): Promise<void>;
}

/** Of a tag, annotated or not; no commit of what is no commit's tag. */
const COMMIT_AND_NAME =
  '%(if:equals=commit)%(*objecttype)%(then)%(*objectname)%(else)%(if:equals=commit)%(objecttype)%(then)%(objectname)%(end)%(end) %(refname:strip=2)';

/**
 * Fetches branches and tags.
 * @param remote `https://github.com/owner/name.git`
 * @param token password for it
 * @throws ProvisioningError COMMAND_FAILED
 */
export async function fetchRefs(remote: string, token?: string): Promise<GitRefs> {
  const { objects, lines, follow, close } = await openBare(remote, token);
  await follow().catch(async (cause: Error) => {
    await close();
    throw cause;
  });
  return {
    close,
    commit: async (ref) => (await lines(['for-each-ref', '--format=%(objectname)', ref]))[0],
    tagsIn: async (ref) => {
      const found = new Set(
        await lines(['for-each-ref', `--merged=${ref}`, '--format=%(refname:strip=2)', 'refs/tags']),
      );
      const all = await lines(['for-each-ref', '--sort=v:refname', `--format=${COMMIT_AND_NAME}`, 'refs/tags']);
      const kept = all.map(async (row) => {
        const [, commit = '', name = ''] = /^(\S*) (.*)$/.exec(row) ?? [];
        return found.has(name) || (commit !== '' && (await isAncestor(lines, commit, ref))) ? [name] : [];
      });
      return (await Promise.all(kept)).flat();
    },
    texts: async (ref, folder, matches) => {
      const files = ((await objects.listing(`${ref}:${folder}`)) ?? [])
        .filter(({ mode }) => /^100\d{3}$/.test(mode)) // a symbolic link or a submodule is nobody's lock
        .map(({ path, id }) => ({ path: `${folder}/${path}`, id }))
        .filter(({ path }) => matches(path));
      const texts = await objects.texts([...new Set(files.map(({ id }) => id))]);
      return new Map(files.map(({ path, id }) => [path, texts.get(id) ?? '']));
    },
  };
}
