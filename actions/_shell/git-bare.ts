import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from '#shell/command.ts';
import { type GitObjects, openGitObjects } from '#shell/git-objects.ts';

/** A throw-away bare repository that follows one remote: reads are local, and depend on no checkout. */
export interface BareRepository {
  readonly objects: GitObjects;
  /** Runs git in it. @throws ProvisioningError COMMAND_FAILED */
  git(args: readonly string[]): Promise<Buffer>;
  /** The same, as lines that are not empty. */
  lines(args: readonly string[]): Promise<string[]>;
  /** Fetches commits by name. */
  fetch(what: readonly string[]): Promise<void>;
  /** Brings all branches and tags to where the remote has them. */
  follow(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Empty at first.
 * @param remote `https://github.com/owner/name.git`
 * @param token password for it; goes by environment, so that no process list, log or URL shows it
 */
export async function openBare(remote: string, token?: string): Promise<BareRepository> {
  const dir = await mkdtemp(join(tmpdir(), 'refs-'));
  const env = environment(remote, token);
  const git = (args: readonly string[]) => command('git', ['-C', dir, ...args], { env });
  const fetch = async (what: readonly string[]) => {
    const quietly = ['--quiet', '--no-tags', '--no-write-fetch-head', '--no-auto-maintenance'];
    await git(['fetch', ...quietly, '--prune', remote, ...what]);
  };
  await git(['init', '--quiet', '--bare', '--template=', '.']);
  const objects = openGitObjects(dir);
  return {
    ...{ objects, git, fetch },
    lines: async (args) => (await git(args)).toString().split('\n').filter(Boolean),
    follow: () => fetch(['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*']),
    close: async () => {
      objects.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/**
 * Is a commit in the history of another, or that one itself? Not by rev-list or for-each-ref, which go by dates and are wrong
 * about commits of a clock that was ahead.
 * @param ask `lines` of a bare repository that has both
 */
export async function isAncestor(ask: BareRepository['lines'], commit: string, of: string): Promise<boolean> {
  return commit === of || !(await ask(['merge-base', '--independent', commit, of])).includes(commit);
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
