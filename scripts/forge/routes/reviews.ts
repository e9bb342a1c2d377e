import { Hono } from 'hono';
import { NEEDS } from '#scripts/forge/access/needs.ts';
import { atLeast, roleOf } from '#scripts/forge/access/roles.ts';
import {
  addReview,
  dismissReview,
  editReview,
  requestReviewers,
  submitReview,
  VERDICTS,
  withdrawRequests,
} from '#scripts/forge/acts/reviews.ts';
import type { Forge } from '#scripts/forge/forge.ts';
import type { Repo, Review } from '#scripts/forge/state/work.ts';
import { accountOf, showTeam, showUser } from '#scripts/forge/views/people.ts';
import { showPullBriefly, showReview, teamsOf } from '#scripts/forge/views/pull.ts';
import { type ForgeEnv, param, pullOf, type RepoCall, reading, writing } from '#scripts/forge/web/env.ts';
import { HttpFault, notFound, unprocessable } from '#scripts/forge/web/faults.ts';
import { choiceOf, type Fields, optionalText, textOf, textsOf } from '#scripts/forge/web/fields.ts';
import { pageOf } from '#scripts/forge/web/page.ts';

/** Reviews of pull requests, and who is asked for one. */
export const reviews = new Hono<ForgeEnv>();

reviews.get('/repos/:owner/:repo/pulls/:number/reviews', (c) => {
  const call = reading(c, NEEDS.readPulls);
  const { items, headers } = pageOf(
    c,
    call.forge.db.reviewsOf(pullOf(call).id).filter((review) => isVisible(call, review)),
  );
  return c.json(
    items.map((review) => show(call, review)),
    200,
    headers,
  );
});

reviews.post('/repos/:owner/:repo/pulls/:number/reviews', async (c) => {
  const call = await writing(c, NEEDS.review);
  const { forge, repo, actor, fields } = call;
  const issue = pullOf(call);
  const commit = optionalText(fields, 'commit_id') ?? issue.pull.head.sha;
  if ((await forge.repositories.of(repo).store.commit(commit)) === undefined)
    throw unprocessable('Unprocessable Entity', ['commit_id is not part of the pull request']);
  const verdict = choiceOf(fields, 'event', VERDICTS);
  const review = addReview(forge, actor, repo, issue, optionalText(fields, 'body') ?? '', commit, verdict);
  return c.json(show(call, review));
});

reviews.get('/repos/:owner/:repo/pulls/:number/reviews/:id', (c) => {
  const call = reading(c, NEEDS.readPulls);
  return c.json(show(call, reviewOf(call)));
});

reviews.put('/repos/:owner/:repo/pulls/:number/reviews/:id', async (c) => {
  const call = await writing(c, NEEDS.review);
  if (reviewOf(call).user !== call.actor.login) throw new HttpFault(403, 'Can not edit a review of someone else');
  return c.json(show(call, editReview(call.forge, call.actor, call.repo, reviewOf(call), textOf(call.fields, 'body'))));
});

reviews.delete('/repos/:owner/:repo/pulls/:number/reviews/:id', async (c) => {
  const call = await writing(c, NEEDS.review);
  const review = reviewOf(call);
  if (review.state !== 'PENDING' || review.user !== call.actor.login)
    throw unprocessable('Can not delete a non-pending pull request review');
  call.forge.db.reviews.delete(review.id);
  return c.json(show(call, review));
});

reviews.post('/repos/:owner/:repo/pulls/:number/reviews/:id/events', async (c) => {
  const call = await writing(c, NEEDS.review);
  const review = reviewOf(call);
  if (review.user !== call.actor.login) throw notFound();
  if (review.state !== 'PENDING') throw unprocessable('Could not submit the review: it is submitted already');
  const verdict = choiceOf(call.fields, 'event', VERDICTS);
  if (verdict === undefined) throw unprocessable('Invalid request.\n\n"event" wasn\'t supplied.');
  const body = optionalText(call.fields, 'body') ?? review.body;
  return c.json(show(call, submitReview(call.forge, call.actor, call.repo, pullOf(call), review, verdict, body)));
});

reviews.put('/repos/:owner/:repo/pulls/:number/reviews/:id/dismissals', async (c) => {
  const call = await writing(c, NEEDS.dismiss);
  const review = reviewOf(call);
  if (!['APPROVED', 'CHANGES_REQUESTED'].includes(review.state))
    throw unprocessable(`Can not dismiss a ${review.state.toLowerCase()} pull request review`);
  return c.json(
    show(call, dismissReview(call.forge, call.actor, call.repo, pullOf(call), review, textOf(call.fields, 'message'))),
  );
});

reviews.get('/repos/:owner/:repo/pulls/:number/requested_reviewers', (c) => {
  const call = reading(c, NEEDS.readPulls);
  const { pull } = pullOf(call);
  return c.json({
    users: pull.reviewers.map((login) => showUser(call.forge, login)),
    teams: teamsOf(call.forge, call.repo, pull.teams).map((team) => showTeam(call.forge, team)),
  });
});

reviews.post('/repos/:owner/:repo/pulls/:number/requested_reviewers', async (c) => {
  const call = await writing(c, NEEDS.managePulls);
  const { users, teams } = asked(call.fields);
  checkReviewers(call, users, teams);
  await requestReviewers(
    call.forge,
    call.actor,
    call.repo,
    pullOf(call),
    users.map((name) => accountOf(call.forge, name).login),
    teams,
  );
  return c.json(showPullBriefly(call.forge, call.repo, pullOf(call)), 201);
});

reviews.delete('/repos/:owner/:repo/pulls/:number/requested_reviewers', async (c) => {
  const call = await writing(c, NEEDS.managePulls);
  const { users, teams } = asked(call.fields);
  await withdrawRequests(call.forge, call.actor, call.repo, pullOf(call), users, teams);
  return c.json(showPullBriefly(call.forge, call.repo, pullOf(call)));
});

function asked(fields: Fields) {
  return { users: textsOf(fields, 'reviewers') ?? [], teams: textsOf(fields, 'team_reviewers') ?? [] };
}

/** @throws HttpFault 422 for the author, for strangers, and for teams without access. */
function checkReviewers(call: RepoCall, users: readonly string[], teams: readonly string[]): void {
  const { forge, repo } = call;
  if (users.includes(pullOf(call).user)) throw unprocessable('Review cannot be requested from pull request author.');
  const stranger = (login: string) => !isCollaborator(forge, repo, login);
  const noTeam = (slug: string) =>
    forge.db.teams.get(`${repo.owner}/${slug}`.toLowerCase())?.repos[repo.id] === undefined;
  if (users.some(stranger) || teams.some(noTeam)) {
    throw unprocessable(
      'Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the repository.',
    );
  }
}

function isCollaborator(forge: Forge, repo: Repo, login: string): boolean {
  return atLeast(roleOf(forge, { ...repo, private: true }, login), 'read');
}

/** A pending review is its author's secret. */
function isVisible({ principal }: RepoCall, review: Review): boolean {
  return review.state !== 'PENDING' || (principal.kind === 'user' && principal.actor.login === review.user);
}

function reviewOf(call: RepoCall): Review {
  const review = call.forge.db.reviews.get(param(call.c, 'id'));
  if (review?.issueId !== pullOf(call).id || !isVisible(call, review)) throw notFound();
  return review;
}

function show(call: RepoCall, review: Review) {
  return showReview(call.forge, call.repo, pullOf(call), review);
}
