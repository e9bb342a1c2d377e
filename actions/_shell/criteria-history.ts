import type { CriteriaFile } from '#core/criteria/parse.ts';
import { mustRun, runProcess } from '#shell/process.ts';

/** `umd-5.1.0` */
const RELEASES = '*-[0-9]*.[0-9]*.[0-9]*';
const FOLDER = 'criteria/released';

/** The lists of released criteria as they once stood. */
export interface FormerLists {
  /** `umd-5.0.0`, or `commit 159abfd`. */
  readonly at: string;
  readonly files: readonly CriteriaFile[];
}

/**
 * The lists of released criteria at the newest tag of a release in this checkout's history; before the first release, at each
 * commit of the history that changed them.
 * @param root of a checkout
 * @returns empty where Git knows neither: no checkout, or its history was not fetched. Then nothing was compared
 * @throws ProvisioningError COMMAND_FAILED, COMMAND_MISSING
 */
export async function formerLists(root: string): Promise<readonly FormerLists[]> {
  const git = ['git', '-C', root];
  const found = await runProcess([...git, 'describe', '--tags', '--abbrev=0', '--match', RELEASES]);
  const tag = found.stdout.trim();
  if (found.code === 0) return [await listsAt(git, `refs/tags/${tag}`, tag)];
  // A shallow history ends at a commit that seems to have made everything: it vouches for nothing.
  const log = await runProcess([...git, 'log', '--format=%H', '--', FOLDER]);
  if (log.code !== 0 || (await isShallow(git))) return [];
  const commits = log.stdout.split('\n').filter((line) => line !== '');
  return Promise.all(commits.map((commit) => listsAt(git, commit, `commit ${commit.slice(0, 7)}`)));
}

async function isShallow(git: readonly string[]): Promise<boolean> {
  return (await mustRun([...git, 'rev-parse', '--is-shallow-repository'])).trim() === 'true';
}

async function listsAt(git: readonly string[], ref: string, at: string): Promise<FormerLists> {
  const listed = await mustRun([...git, 'ls-tree', '-r', '--name-only', ref, '--', FOLDER]);
  const paths = listed.split('\n').filter((path) => path.endsWith('.yml'));
  const read = async (path: string) => ({ path, text: await mustRun([...git, 'show', `${ref}:${path}`]) });
  return { at, files: await Promise.all(paths.map(read)) };
}
