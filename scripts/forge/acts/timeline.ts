import type { Forge } from '#scripts/forge/forge.ts';
import { commitsBetween } from '#scripts/forge/git/history.ts';
import type { Happening, Issue, PullIssue, Repo } from '#scripts/forge/state/work.ts';
import { diffBaseOf } from './figures.ts';

/** The timeline as it shows now: commits that were pushed away are not on it any more. */
export async function timelineOf(forge: Forge, repo: Repo, issue: Issue): Promise<Happening[]> {
  const all = forge.db.happeningsOf(issue.id);
  if (issue.pull === null) return all;
  const pull = issue as PullIssue;
  const { dir } = forge.repositories.of(repo);
  const present = new Set(await commitsBetween(dir, await diffBaseOf(forge, repo, pull), pull.pull.head.sha));
  return all.filter(({ event, ref }) => event !== 'committed' || present.has(ref ?? ''));
}
