import type { Actor } from '#scripts/forge/access/principal.ts';
import { emit } from '#scripts/forge/events/emit.ts';
import type { Forge } from '#scripts/forge/forge.ts';
import type { PullIssue, Repo, Review } from '#scripts/forge/state/work.ts';
import { showTeam, showUser } from '#scripts/forge/views/people.ts';
import { showPullBriefly, showReview, teamsOf } from '#scripts/forge/views/pull.ts';
import { unprocessable } from '#scripts/forge/web/faults.ts';
import { changeIssue, happen } from './happen.ts';
import { tell } from './tell.ts';

export const VERDICTS = ['APPROVE', 'REQUEST_CHANGES', 'COMMENT'] as const;
export type Verdict = (typeof VERDICTS)[number];
const STATE_OF = { APPROVE: 'APPROVED', REQUEST_CHANGES: 'CHANGES_REQUESTED', COMMENT: 'COMMENTED' } as const;

/** A review, left pending without a verdict. */
export function addReview(
  forge: Forge,
  actor: Actor,
  repo: Repo,
  issue: PullIssue,
  body: string,
  commit: string,
  verdict?: Verdict,
): Review {
  if (verdict !== undefined) checkVerdict(actor, issue, verdict, body);
  const pending = forge.db
    .reviewsOf(issue.id)
    .find((review) => review.user === actor.login && review.state === 'PENDING');
  if (verdict === undefined && pending !== undefined) {
    throw unprocessable('Unprocessable Entity', ['User can only have one pending review per pull request']);
  }
  const id = forge.db.nextId();
  const about = { id, repoId: repo.id, issueId: issue.id, user: actor.login, body, commit };
  const review = forge.db.reviews.put(id, { ...about, state: 'PENDING', submittedAt: null });
  return verdict === undefined ? review : submitReview(forge, actor, repo, issue, review, verdict, body);
}

/** Nobody judges their own work, and the workflow's own token approves nothing. @throws HttpFault 422 */
function checkVerdict(actor: Actor, issue: PullIssue, verdict: Verdict, body: string): void {
  const refuse = (sentence: string) => unprocessable('Unprocessable Entity', [sentence]);
  const own = actor.login === issue.user;
  if (own && verdict === 'APPROVE') throw refuse('Can not approve your own pull request');
  if (own && verdict === 'REQUEST_CHANGES') throw refuse('Can not request changes on your own pull request');
  if (actor.via === 'workflow' && verdict === 'APPROVE')
    throw refuse('GitHub Actions is not permitted to approve pull requests.');
  if (verdict !== 'APPROVE' && body === '') throw refuse('Body can not be blank');
}

export function submitReview(
  forge: Forge,
  actor: Actor,
  repo: Repo,
  issue: PullIssue,
  review: Review,
  verdict: Verdict,
  body: string,
): Review {
  checkVerdict(actor, issue, verdict, body);
  const submitted = forge.db.reviews.patch(review.id, {
    state: STATE_OF[verdict],
    body,
    submittedAt: forge.clock.stamp(),
  });
  const current = forge.db.issues.get(issue.id) as PullIssue;
  const reviewers = current.pull.reviewers.filter((login) => login !== actor.login);
  changeIssue(forge, current, { pull: { ...current.pull, reviewers } });
  happen(forge, actor, issue, 'reviewed', {}, review.id);
  tellReview(forge, actor, repo, submitted, 'submitted');
  return submitted;
}

export function editReview(forge: Forge, actor: Actor, repo: Repo, review: Review, body: string): Review {
  const edited = forge.db.reviews.patch(review.id, { body });
  tellReview(forge, actor, repo, edited, 'edited', { changes: { body: { from: review.body } } });
  return edited;
}

/** @param commit the push that made it stale, when it was one. */
export function dismissReview(
  forge: Forge,
  actor: Actor,
  repo: Repo,
  issue: PullIssue,
  review: Review,
  message: string | null,
  commit?: string,
): Review {
  const dismissed = forge.db.reviews.patch(review.id, { state: 'DISMISSED' });
  const record = { state: review.state.toLowerCase(), review_id: review.id, dismissal_message: message };
  happen(forge, actor, issue, 'review_dismissed', {
    dismissed_review: commit === undefined ? record : { ...record, dismissal_commit_id: commit },
  });
  tellReview(forge, actor, repo, dismissed, 'dismissed');
  return dismissed;
}

export async function requestReviewers(
  forge: Forge,
  actor: Actor,
  repo: Repo,
  issue: PullIssue,
  users: readonly string[],
  teams: readonly string[],
): Promise<void> {
  const { pull } = issue;
  const newUsers = users.filter((login) => !pull.reviewers.includes(login));
  const newTeams = teams.filter((slug) => !pull.teams.includes(slug));
  changeIssue(forge, issue, {
    pull: { ...pull, reviewers: [...pull.reviewers, ...newUsers], teams: [...pull.teams, ...newTeams] },
  });
  await tellRequests(forge, actor, repo, issue, 'review_requested', newUsers, newTeams);
}

export async function withdrawRequests(
  forge: Forge,
  actor: Actor,
  repo: Repo,
  issue: PullIssue,
  users: readonly string[],
  teams: readonly string[],
): Promise<void> {
  const { pull } = issue;
  const goneUsers = users.filter((login) => pull.reviewers.includes(login));
  const goneTeams = teams.filter((slug) => pull.teams.includes(slug));
  const reviewers = pull.reviewers.filter((login) => !goneUsers.includes(login));
  changeIssue(forge, issue, {
    pull: { ...pull, reviewers, teams: pull.teams.filter((slug) => !goneTeams.includes(slug)) },
  });
  await tellRequests(forge, actor, repo, issue, 'review_request_removed', goneUsers, goneTeams);
}

async function tellRequests(
  forge: Forge,
  actor: Actor,
  repo: Repo,
  issue: PullIssue,
  event: string,
  users: readonly string[],
  teams: readonly string[],
): Promise<void> {
  for (const login of users) {
    happen(forge, actor, issue, event, { reviewer: login });
    await tell(forge, actor, repo, issue, event, { requested_reviewer: showUser(forge, login) });
  }
  for (const team of teamsOf(forge, repo, teams)) {
    happen(forge, actor, issue, event, { team: team.slug });
    await tell(forge, actor, repo, issue, event, { requested_team: showTeam(forge, team) });
  }
}

/** Webhooks write the state in small letters. */
function tellReview(forge: Forge, actor: Actor, repo: Repo, review: Review, action: string, more: object = {}): void {
  const issue = forge.db.issues.get(review.issueId) as PullIssue;
  const shown = { ...showReview(forge, repo, issue, review), state: review.state.toLowerCase() };
  emit(forge, actor, repo, 'pull_request_review', {
    action,
    review: shown,
    pull_request: showPullBriefly(forge, repo, issue),
    ...more,
  });
}
