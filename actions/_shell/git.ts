import { openBare } from './git-bare.ts';

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
    tagsIn: (ref) =>
      lines(['for-each-ref', `--merged=${ref}`, '--sort=v:refname', '--format=%(refname:strip=2)', 'refs/tags']),
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
