import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from './command.ts';

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
 * Fetches branches and tags into a throw-away bare repository, so that nothing depends on how deep the checkout is.
 * @param remote `https://github.com/owner/name.git`
 * @param token password for it; goes by environment, so that no process list shows it
 * @throws ProvisioningError COMMAND_FAILED
 */
export async function fetchRefs(remote: string, token?: string): Promise<GitRefs> {
  const dir = await mkdtemp(join(tmpdir(), 'refs-'));
  const git = (args: readonly string[], input?: string) =>
    command('git', ['--git-dir', dir, ...args], {
      env: environment(remote, token),
      ...(input === undefined ? {} : { input }),
    });
  const close = () => rm(dir, { recursive: true, force: true });
  try {
    await git(['init', '--quiet', '--bare', dir]);
    await git([
      'fetch',
      '--quiet',
      '--no-write-fetch-head',
      remote,
      '+refs/heads/*:refs/heads/*',
      '+refs/tags/*:refs/tags/*',
    ]);
  } catch (cause) {
    await close();
    throw cause;
  }
  const blobs = new Map<string, string>(); // one tag's files are mostly another's: each object is read once
  const text = async (args: readonly string[]) => (await git(args)).toString();
  const commit = async (ref: string) =>
    (await text(['for-each-ref', '--format=%(objectname)', ref])).trim() || undefined;
  return {
    close,
    commit,
    tagsIn: async (ref) =>
      (await text(['for-each-ref', `--merged=${ref}`, '--sort=v:refname', '--format=%(refname:strip=2)', 'refs/tags']))
        .split('\n')
        .filter((tag) => tag !== ''),
    texts: async (ref, folder, matches) => {
      if ((await commit(ref)) === undefined) return new Map();
      const listed = parseTree(await text(['ls-tree', '-r', '-z', ref, '--', folder])).filter(({ path }) =>
        matches(path),
      );
      const fresh = [...new Set(listed.map(({ id }) => id))].filter((id) => !blobs.has(id));
      const bytes =
        fresh.length === 0
          ? Buffer.alloc(0)
          : await git(['cat-file', '--batch'], fresh.map((id) => `${id}\n`).join(''));
      for (const [index, content] of parseBatch(bytes).entries()) blobs.set(fresh[index] as string, content);
      return new Map(listed.map(({ path, id }) => [path, blobs.get(id) ?? '']));
    },
  };
}

function environment(remote: string, token: string | undefined): Record<string, string> {
  const fixed = {
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ALLOW_PROTOCOL: 'http:https:file',
  };
  if (token === undefined) return fixed;
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
  return {
    ...fixed,
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `http.${remote}.extraheader`,
    GIT_CONFIG_VALUE_0: `authorization: Basic ${basic}`,
  };
}

/** Regular files only: a symbolic link or a submodule is nobody's lock. */
function parseTree(listing: string): readonly { readonly id: string; readonly path: string }[] {
  return listing.split('\0').flatMap((line) => {
    const found = /^100\d{3} blob ([0-9a-f]+)\t(.*)$/s.exec(line);
    return found === null ? [] : [{ id: found[1] as string, path: found[2] as string }];
  });
}

/** `<id> blob <bytes>\n<content>\n`, one after the other. */
function parseBatch(bytes: Buffer): readonly string[] {
  const texts: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(10, at);
    const size = Number(bytes.toString('utf8', at, end).split(' ')[2]);
    texts.push(bytes.toString('utf8', end + 1, end + 1 + size));
    at = end + 1 + size + 1;
  }
  return texts;
}
