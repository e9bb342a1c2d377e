import { isMember } from '#scripts/forge/access/roles.ts';
import type { Forge } from '#scripts/forge/forge.ts';
import type { Comment, Issue, Label, Repo } from '#scripts/forge/state/work.ts';
import { nodeId, pageUrl, repoUrl } from './basics.ts';
import { showMaybeApp, showUser } from './people.ts';
import { showRepo } from './repo.ts';

export function showLabel(forge: Forge, repo: Repo, label: Label) {
  return {
    id: label.id,
    node_id: nodeId('Label', label.id),
    url: repoUrl(forge, repo, `/labels/${encodeURIComponent(label.name)}`),
    name: label.name,
    color: label.color,
    default: false,
    description: label.description,
  };
}

export function labelsOf(forge: Forge, issue: Issue): Label[] {
  return issue.labels.map((id) => forge.db.labels.get(id)).filter((label) => label !== undefined);
}

/** How the author stands to the repository, as GitHub words it. */
export function showAssociation(forge: Forge, repo: Repo, login: string): string {
  if (repo.owner.toLowerCase() === login.toLowerCase()) return 'OWNER';
  if (isMember(forge, repo.owner, login)) return 'MEMBER';
  const collaborates = Object.keys(repo.collaborators).some((name) => name.toLowerCase() === login.toLowerCase());
  if (collaborates) return 'COLLABORATOR';
  const contributed = forge.db.issuesOf(repo.id).some((issue) => issue.pull?.merged === true && issue.user === login);
  return contributed ? 'CONTRIBUTOR' : 'NONE';
}

/** What issues and pull requests have in common. */
export function showShared(forge: Forge, repo: Repo, issue: Issue) {
  const assignees = issue.assignees.map((login) => showUser(forge, login));
  return {
    id: issue.id,
    number: issue.number,
    state: issue.state,
    locked: false,
    title: issue.title,
    user: showUser(forge, issue.user),
    body: issue.body,
    labels: labelsOf(forge, issue).map((label) => showLabel(forge, repo, label)),
    milestone: null,
    active_lock_reason: null,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    assignee: assignees[0] ?? null,
    assignees,
    author_association: showAssociation(forge, repo, issue.user),
  };
}

/** GitHub's `issue`; a pull request is one too, with `pull_request`. @param inRepo adds the repository, as lists over many do. */
export function showIssue(forge: Forge, repo: Repo, issue: Issue, inRepo = false) {
  const url = repoUrl(forge, repo, `/issues/${issue.number}`);
  const page = pageUrl(forge, repo, `/${issue.pull === null ? 'issues' : 'pull'}/${issue.number}`);
  return {
    ...showShared(forge, repo, issue),
    node_id: nodeId(issue.pull === null ? 'Issue' : 'PullRequest', issue.id),
    url,
    repository_url: repoUrl(forge, repo),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    timeline_url: `${url}/timeline`,
    html_url: page,
    comments: forge.db.commentCount(issue.id),
    state_reason: issue.stateReason,
    closed_by: issue.closedBy === null ? null : showUser(forge, issue.closedBy),
    reactions: showReactions(url),
    performed_via_github_app: showMaybeApp(forge, issue.appId),
    ...(issue.pull === null ? {} : { draft: issue.pull.draft, pull_request: showPullLinks(forge, repo, issue, page) }),
    ...(inRepo ? { repository: showRepo(forge, repo) } : {}),
  };
}

function showPullLinks(forge: Forge, repo: Repo, issue: Issue, page: string) {
  return {
    url: repoUrl(forge, repo, `/pulls/${issue.number}`),
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    merged_at: issue.pull?.mergedAt ?? null,
  };
}

export function showComment(forge: Forge, repo: Repo, issue: Issue, comment: Comment) {
  const url = repoUrl(forge, repo, `/issues/comments/${comment.id}`);
  const kind = issue.pull === null ? 'issues' : 'pull';
  return {
    url,
    html_url: pageUrl(forge, repo, `/${kind}/${issue.number}#issuecomment-${comment.id}`),
    issue_url: repoUrl(forge, repo, `/issues/${issue.number}`),
    id: comment.id,
    node_id: nodeId('IssueComment', comment.id),
    user: showUser(forge, comment.user),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: showAssociation(forge, repo, comment.user),
    body: comment.body,
    reactions: showReactions(url),
    performed_via_github_app: showMaybeApp(forge, comment.appId),
  };
}

function showReactions(url: string) {
  return {
    url: `${url}/reactions`,
    total_count: 0,
    '+1': 0,
    '-1': 0,
    laugh: 0,
    hooray: 0,
    confused: 0,
    heart: 0,
    rocket: 0,
    eyes: 0,
  };
}
