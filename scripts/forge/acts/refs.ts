import type { Actor } from '#scripts/forge/access/principal.ts';
import type { Forge } from '#scripts/forge/forge.ts';
import { commitsBetween, mergeBase } from '#scripts/forge/git/history.ts';
import { type RefChange, ZERO } from '#scripts/forge/git/refs.ts';
import type { PullIssue, Repo } from '#scripts/forge/state/work.ts';
import { markMerged } from './merge.ts';
import { abandon, synchronize } from './pulls.ts';
import { tellPush } from './push.ts';

/** GitHub tells nothing about the tags of a push that brings more than three at once. */
const MOST_TAGS = 3;

/** Everything that follows when refs have moved: events, and the pull requests from and to these branches. */
export async function refsChanged(
  forge: Forge,
  actor: Actor,
  repo: Repo,
  changes: readonly RefChange[],
): Promise<void> {
  if (changes.length === 0) return;
  const at = forge.clock.stamp();
  forge.db.repos.patch(repo.id, { pushedAt: at, updatedAt: at });
  const tags = changes.filter(({ ref }) => ref.startsWith('refs/tags/'));
  const branches = changes.filter(({ ref }) => ref.startsWith('refs/heads/'));
  for (const change of [...branches, ...(tags.length > MOST_TAGS ? [] : tags)]) {
    await tellPush(forge, actor, repo, change);
  }
  for (const change of branches) {
    await headMoved(forge, actor, repo, change);
    await baseMoved(forge, actor, repo, change);
  }
}

async function headMoved(forge: Forge, actor: Actor, repo: Repo, { ref, after }: RefChange): Promise<void> {
  for (const issue of forge.db.pullsFrom(`${repo.id}:${nameOf(ref)}`) as PullIssue[]) {
    const target = forge.db.repos.get(issue.repoId);
    if (issue.state === 'closed' || target === undefined) continue;
    if (after === ZERO) await abandon(forge, actor, target, issue, 'head_ref_deleted');
    else await synchronize(forge, actor, target, issue, after);
  }
}

async function baseMoved(forge: Forge, actor: Actor, repo: Repo, { ref, before, after }: RefChange): Promise<void> {
  const open = forge.db.openPullsTo(`${repo.id}:${nameOf(ref)}`) as PullIssue[];
  if (open.length === 0) return;
  const { dir } = forge.repositories.of(repo);
  const arrived = new Set(after === ZERO || before === ZERO ? [] : await commitsBetween(dir, before, after));
  for (const issue of open) {
    const { sha } = issue.pull.head;
    if (after === ZERO) await abandon(forge, actor, repo, issue, 'base_ref_deleted');
    else if (arrived.has(sha))
      await markMerged(forge, actor, repo, issue, after, (await mergeBase(dir, before, sha)) ?? before);
  }
}

export function nameOf(ref: string): string {
  return ref.replace(/^refs\/(heads|tags)\//, '');
}
