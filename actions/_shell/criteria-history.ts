import type { CriteriaFile } from '#core/criteria/parse.ts';
import { mustRun, runProcess } from '#shell/process.ts';

/** `umd-5.1.0` */
const RELEASES = '*-[0-9]*.[0-9]*.[0-9]*';
const FOLDER = 'criteria/released';

/**
 * The lists of released criteria at the newest tag of a release in this checkout's history.
 * @param root of a checkout
 * @returns undefined where Git knows no such tag: nothing was released, or the history was not fetched
 * @throws ProvisioningError COMMAND_FAILED, COMMAND_MISSING
 */
export async function releasedAtLastTag(
  root: string,
): Promise<{ readonly tag: string; readonly files: readonly CriteriaFile[] } | undefined> {
  const git = ['git', '-C', root];
  const found = await runProcess([...git, 'describe', '--tags', '--abbrev=0', '--match', RELEASES]);
  if (found.code !== 0) return undefined;
  const tag = found.stdout.trim();
  const listed = await mustRun([...git, 'ls-tree', '-r', '--name-only', `refs/tags/${tag}`, '--', FOLDER]);
  const paths = listed.split('\n').filter((path) => path.endsWith('.yml'));
  const read = async (path: string) => ({ path, text: await mustRun([...git, 'show', `refs/tags/${tag}:${path}`]) });
  return { tag, files: await Promise.all(paths.map(read)) };
}
