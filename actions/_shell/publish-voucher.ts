import type { OpenPull, Vouched } from '#core/repository/pulls.ts';
import { CHECK } from '#core/rollout/ppa-plan.ts';
import { parseStanding } from '#core/rollout/standing.ts';
import { headNamed } from '#core/rollout/sticky.ts';
import type { ForgeAccess } from './github.ts';
import { checkOn, stickyOn } from './github-pulls.ts';

/**
 * The reconciler's own record of a PPA: on the head, or, when a file besides the lock was committed since, on the commit
 * its comment names. Only an app can write a check-run, and only our own counts.
 * @param bot `umd-bot[bot]`
 */
export async function vouchedBy(access: ForgeAccess, bot: string, pull: OpenPull): Promise<Vouched | undefined> {
  const about = { ppa: pull.title, pull: pull.number };
  const recorded = async (sha: string) => parseStanding((await checkOn(access, sha, CHECK, bot))?.text ?? '', about);
  const here = await recorded(pull.head);
  if (here !== undefined) return here;
  const former = headNamed((await stickyOn(access, pull.number, bot))?.body ?? '');
  return former === undefined ? undefined : recorded(former);
}
