import { Hono } from 'hono';
import { NEEDS } from '#scripts/forge/access/needs.ts';
import { addComment, deleteComment, editComment } from '#scripts/forge/acts/comments.ts';
import type { Comment, Issue } from '#scripts/forge/state/work.ts';
import { showComment } from '#scripts/forge/views/issue.ts';
import { type ForgeEnv, issueOf, may, param, type RepoCall, reading, writing } from '#scripts/forge/web/env.ts';
import { HttpFault, invalid, notFound } from '#scripts/forge/web/faults.ts';
import { textOf } from '#scripts/forge/web/fields.ts';
import { pageOf } from '#scripts/forge/web/page.ts';

/** Comments on issues and pull requests. */
export const comments = new Hono<ForgeEnv>();

comments.get('/repos/:owner/:repo/issues/comments', (c) => {
  const call = reading(c, NEEDS.readIssues);
  const found = call.forge.db.commentsIn(call.repo.id).filter(since(c.req.query('since')));
  const sorted = c.req.query('direction') === 'desc' ? found.toReversed() : found;
  const { items, headers } = pageOf(c, sorted);
  return c.json(
    items.map((comment) => show(call, comment)),
    200,
    headers,
  );
});

comments.get('/repos/:owner/:repo/issues/comments/:id', (c) => {
  const call = reading(c, NEEDS.readIssues);
  return c.json(show(call, commentOf(call)));
});

comments.patch('/repos/:owner/:repo/issues/comments/:id', async (c) => {
  const call = await writing(c, NEEDS.comment);
  checkOwn(call);
  return c.json(show(call, editComment(call.forge, call.actor, call.repo, commentOf(call), bodyOf(call.fields))));
});

comments.delete('/repos/:owner/:repo/issues/comments/:id', async (c) => {
  const call = await writing(c, NEEDS.comment);
  checkOwn(call);
  deleteComment(call.forge, call.actor, call.repo, commentOf(call));
  return c.body(null, 204);
});

comments.get('/repos/:owner/:repo/issues/:number/comments', (c) => {
  const call = reading(c, NEEDS.readIssues);
  const found = call.forge.db.commentsOf(issueOf(call).id).filter(since(c.req.query('since')));
  const { items, headers } = pageOf(c, found);
  return c.json(
    items.map((comment) => show(call, comment)),
    200,
    headers,
  );
});

comments.post('/repos/:owner/:repo/issues/:number/comments', async (c) => {
  const call = await writing(c, NEEDS.comment);
  const comment = addComment(call.forge, call.actor, call.repo, issueOf(call), bodyOf(call.fields));
  const shown = show(call, comment);
  return c.json(shown, 201, { location: shown.url });
});

/** GitHub refuses a comment of nothing, and one of more than 65,536 characters. */
function bodyOf(fields: Parameters<typeof textOf>[0]): string {
  const body = textOf(fields, 'body');
  if (body.trim() === '') throw invalid('IssueComment', 'body', 'missing_field', 'Body cannot be blank');
  if (body.length > 65_536)
    throw invalid('IssueComment', 'body', 'custom', 'body is too long (maximum is 65536 characters)');
  return body;
}

function commentOf({ c, forge, repo }: RepoCall): Comment {
  const comment = forge.db.comments.get(param(c, 'id'));
  if (comment?.repoId !== repo.id) throw notFound();
  return comment;
}

/** One's own, or with write access. */
function checkOwn(call: RepoCall): void {
  const { principal } = call;
  const own =
    principal.kind !== 'anonymous' && principal.kind !== 'app' && principal.actor.login === commentOf(call).user;
  if (!own && !may(call, NEEDS.manageLabels)) throw new HttpFault(403, 'Must have admin rights to Repository.');
}

function show({ forge, repo }: RepoCall, comment: Comment) {
  return showComment(forge, repo, forge.db.issues.get(comment.issueId) as Issue, comment);
}

function since(time: string | undefined): (comment: Comment) => boolean {
  return (comment) => time === undefined || comment.updatedAt >= time;
}
