import type { Actor } from '#scripts/forge/access/principal.ts';
import { emit } from '#scripts/forge/events/emit.ts';
import type { Forge } from '#scripts/forge/forge.ts';
import type { Comment, Issue, Repo } from '#scripts/forge/state/work.ts';
import { showComment, showIssue } from '#scripts/forge/views/issue.ts';
import { changeIssue, happen } from './happen.ts';
import { crossReference } from './references.ts';

export function addComment(forge: Forge, actor: Actor, repo: Repo, issue: Issue, body: string): Comment {
  const id = forge.db.nextId();
  const at = forge.clock.stamp();
  const by = { user: actor.login, appId: actor.appId };
  const comment = forge.db.comments.put(id, {
    id,
    repoId: repo.id,
    issueId: issue.id,
    ...by,
    body,
    createdAt: at,
    updatedAt: at,
  });
  changeIssue(forge, issue, {});
  happen(forge, actor, issue, 'commented', {}, id);
  crossReference(forge, actor, repo, issue, body);
  tellComment(forge, actor, repo, comment, 'created');
  return comment;
}

export function editComment(forge: Forge, actor: Actor, repo: Repo, comment: Comment, body: string): Comment {
  const edited = forge.db.comments.patch(comment.id, { body, updatedAt: forge.clock.stamp() });
  tellComment(forge, actor, repo, edited, 'edited', { changes: { body: { from: comment.body } } });
  return edited;
}

export function deleteComment(forge: Forge, actor: Actor, repo: Repo, comment: Comment): void {
  forge.db.comments.delete(comment.id);
  const line = forge.db
    .happeningsOf(comment.issueId)
    .find(({ event, ref }) => event === 'commented' && ref === String(comment.id));
  if (line !== undefined) forge.db.happenings.delete(line.id);
  tellComment(forge, actor, repo, comment, 'deleted');
}

function tellComment(
  forge: Forge,
  actor: Actor,
  repo: Repo,
  comment: Comment,
  action: string,
  more: object = {},
): void {
  const issue = forge.db.issues.get(comment.issueId);
  if (issue === undefined) return;
  emit(forge, actor, repo, 'issue_comment', {
    action,
    issue: showIssue(forge, repo, issue),
    comment: showComment(forge, repo, issue, comment),
    ...more,
  });
}
