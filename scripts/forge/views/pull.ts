import type { Forge } from '#scripts/forge/forge.ts';
import type { PullIssue, Repo, Review } from '#scripts/forge/state/work.ts';
import { nodeId, pageUrl, repoUrl } from './basics.ts';
import { showAssociation, showShared } from './issue.ts';
import { showTeam, showUser } from './people.ts';
import { showRepo } from './repo.ts';

/** `pull-request-simple`, as in lists. */
export function showPullBriefly(forge: Forge, repo: Repo, issue: PullIssue) {
  const { pull } = issue;
  const url = repoUrl(forge, repo, `/pulls/${issue.number}`);
  const page = pageUrl(forge, repo, `/pull/${issue.number}`);
  const shared = showShared(forge, repo, issue);
  const links = linksOf(forge, repo, issue, url, page);
  const { self: _self, html: _html, issue: issueUrl, ...others } = links;
  return {
    ...shared,
    labels: shared.labels.map((label) => ({ ...label, description: label.description ?? '' })),
    node_id: nodeId('PullRequest', issue.id),
    url,
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: issueUrl,
    ...Object.fromEntries(Object.entries(others).map(([name, address]) => [`${name}_url`, address])),
    merged_at: pull.mergedAt,
    merge_commit_sha: pull.mergeCommit,
    requested_reviewers: pull.reviewers.map((login) => showUser(forge, login)),
    requested_teams: teamsOf(forge, repo, pull.teams).map((team) => showTeam(forge, team)),
    head: showHead(forge, issue),
    base: showSide(forge, repo, repo.owner, pull.base.ref, pull.base.sha),
    _links: Object.fromEntries(Object.entries(links).map(([name, href]) => [name, { href }])),
    auto_merge: null,
    draft: pull.draft,
  };
}

export interface PullFigures {
  readonly mergeable: boolean | null;
  readonly mergeableState: string;
  readonly commits: number;
  readonly additions: number;
  readonly deletions: number;
  readonly files: number;
}

/** `pull-request`, one alone. */
export function showPull(forge: Forge, repo: Repo, issue: PullIssue, figures: PullFigures) {
  return {
    ...showPullBriefly(forge, repo, issue),
    merged: issue.pull.merged,
    mergeable: figures.mergeable,
    rebaseable: false,
    mergeable_state: figures.mergeableState,
    merged_by: issue.pull.mergedBy === null ? null : showUser(forge, issue.pull.mergedBy),
    comments: forge.db.commentCount(issue.id),
    review_comments: 0,
    maintainer_can_modify: issue.pull.maintainerCanModify,
    commits: figures.commits,
    additions: figures.additions,
    deletions: figures.deletions,
    changed_files: figures.files,
  };
}

export function teamsOf(forge: Forge, repo: Repo, slugs: readonly string[]) {
  return slugs
    .map((slug) => forge.db.teams.get(`${repo.owner}/${slug}`.toLowerCase()))
    .filter((team) => team !== undefined);
}

export function showReview(forge: Forge, repo: Repo, issue: PullIssue, review: Review) {
  const html = pageUrl(forge, repo, `/pull/${issue.number}#pullrequestreview-${review.id}`);
  const pull = repoUrl(forge, repo, `/pulls/${issue.number}`);
  return {
    id: review.id,
    node_id: nodeId('PullRequestReview', review.id),
    user: showUser(forge, review.user),
    body: review.body,
    state: review.state,
    html_url: html,
    pull_request_url: pull,
    author_association: showAssociation(forge, repo, review.user),
    _links: { html: { href: html }, pull_request: { href: pull } },
    ...(review.submittedAt === null ? {} : { submitted_at: review.submittedAt, updated_at: review.submittedAt }),
    commit_id: review.commit,
  };
}

/** `pull-request-minimal`, as runs and checks name it. */
export function showPullMinimally(forge: Forge, repo: Repo, issue: PullIssue) {
  const { head, base } = issue.pull;
  const from = forge.db.repos.get(head.repoId ?? 0) ?? repo;
  const brief = (of: Repo) => ({ id: of.id, url: repoUrl(forge, of), name: of.name });
  return {
    url: repoUrl(forge, repo, `/pulls/${issue.number}`),
    id: issue.id,
    number: issue.number,
    head: { ref: head.ref, sha: head.sha, repo: brief(from) },
    base: { ref: base.ref, sha: base.sha, repo: brief(repo) },
  };
}

function showHead(forge: Forge, { pull }: PullIssue) {
  const repo = forge.db.repos.get(pull.head.repoId ?? 0) ?? null;
  return showSide(forge, repo, pull.head.owner, pull.head.ref, pull.head.sha);
}

function showSide(forge: Forge, repo: Repo | null, owner: string, ref: string, sha: string) {
  return {
    label: `${owner}:${ref}`,
    ref,
    sha,
    user: showUser(forge, owner),
    repo: repo === null ? null : showRepo(forge, repo),
  };
}

function linksOf(forge: Forge, repo: Repo, issue: PullIssue, url: string, page: string) {
  const issueUrl = repoUrl(forge, repo, `/issues/${issue.number}`);
  return {
    self: url,
    html: page,
    issue: issueUrl,
    comments: `${issueUrl}/comments`,
    review_comments: `${url}/comments`,
    review_comment: repoUrl(forge, repo, '/pulls/comments{/number}'),
    commits: `${url}/commits`,
    statuses: repoUrl(forge, repo, `/statuses/${issue.pull.head.sha}`),
  };
}
