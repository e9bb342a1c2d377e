import type { Actor } from '#scripts/forge/access/principal.ts';
import { emit } from '#scripts/forge/events/emit.ts';
import type { Forge } from '#scripts/forge/forge.ts';
import type { Issue, PullIssue, Repo } from '#scripts/forge/state/work.ts';
import { showIssue } from '#scripts/forge/views/issue.ts';
import { showPull } from '#scripts/forge/views/pull.ts';
import { figuresOf } from './figures.ts';

/** Emits `pull_request` or `issues`, by what it is, as it stands now. */
export async function tell(
  forge: Forge,
  actor: Actor,
  repo: Repo,
  { id }: Pick<Issue, 'id'>,
  action: string,
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const issue = forge.db.issues.get(id);
  if (issue === undefined) return;
  if (issue.pull === null) {
    emit(forge, actor, repo, 'issues', { action, issue: showIssue(forge, repo, issue), ...more });
    return;
  }
  const figures = await figuresOf(forge, repo, issue as PullIssue);
  const latest = forge.db.issues.get(id) as PullIssue;
  emit(forge, actor, repo, 'pull_request', {
    action,
    number: issue.number,
    pull_request: showPull(forge, repo, latest, figures),
    ...more,
  });
}
