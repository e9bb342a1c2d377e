import type { Forge } from '#scripts/forge/forge.ts';
import type { Happening, Issue, PullIssue, Repo } from '#scripts/forge/state/work.ts';
import { nodeId, repoUrl } from './basics.ts';
import { showGitCommit } from './git.ts';
import { showAssociation, showComment, showIssue } from './issue.ts';
import { showMaybeApp, showTeam, showUser } from './people.ts';
import { showReview } from './pull.ts';

/** Those GitHub lists under `events` too; the others are on the timeline only. */
export const EVENT_KINDS = new Set([
  'labeled',
  'unlabeled',
  'assigned',
  'unassigned',
  'closed',
  'reopened',
  'merged',
  'renamed',
  'review_requested',
  'review_request_removed',
  'review_dismissed',
  'head_ref_force_pushed',
  'head_ref_deleted',
  'base_ref_deleted',
  'base_ref_changed',
]);

/** One line of a timeline in GitHub's shape for its kind. */
export async function showHappening(forge: Forge, repo: Repo, issue: Issue, item: Happening): Promise<object> {
  if (item.event === 'committed') return showCommitted(forge, repo, item);
  if (item.event === 'commented') return showCommented(forge, repo, issue, item);
  if (item.event === 'reviewed') return showReviewed(forge, repo, issue as PullIssue, item);
  if (item.event === 'cross-referenced') return showCrossReference(forge, item);
  const url = repoUrl(forge, repo, `/issues/events/${item.id}`);
  const commit = item.ref;
  return {
    id: item.id,
    node_id: nodeId('IssueEvent', item.id),
    url,
    actor: showUser(forge, item.actor ?? 'ghost'),
    event: item.event,
    commit_id: commit,
    commit_url: commit === null ? null : repoUrl(forge, repo, `/commits/${commit}`),
    created_at: item.at,
    ...showDetails(forge, repo, item),
    performed_via_github_app: showMaybeApp(forge, item.appId),
  };
}

/** Logins kept in the record become accounts. */
function showDetails(forge: Forge, repo: Repo, { data, actor }: Happening): Readonly<Record<string, unknown>> {
  const login = (name: string) => (typeof data[name] === 'string' ? (data[name] as string) : undefined);
  const assignee = login('assignee');
  if (assignee !== undefined)
    return { assignee: showUser(forge, assignee), assigner: showUser(forge, login('assigner') ?? 'ghost') };
  const requester = { review_requester: showUser(forge, actor ?? 'ghost') };
  const reviewer = login('reviewer');
  if (reviewer !== undefined) return { ...requester, requested_reviewer: showUser(forge, reviewer) };
  const team = forge.db.teams.get(`${repo.owner}/${login('team') ?? ''}`.toLowerCase());
  if (team !== undefined) return { ...requester, requested_team: showTeam(forge, team) };
  return data;
}

async function showCommitted(forge: Forge, repo: Repo, { ref }: Happening): Promise<object> {
  const commit = await forge.repositories.of(repo).store.commit(ref ?? '');
  return commit === undefined
    ? { event: 'committed', sha: ref }
    : { event: 'committed', ...showGitCommit(forge, repo, commit) };
}

function showCommented(forge: Forge, repo: Repo, issue: Issue, { ref }: Happening): object {
  const comment = forge.db.comments.get(ref ?? '');
  if (comment === undefined) return { event: 'commented' };
  return { event: 'commented', actor: showUser(forge, comment.user), ...showComment(forge, repo, issue, comment) };
}

function showReviewed(forge: Forge, repo: Repo, issue: PullIssue, { ref }: Happening): object {
  const review = forge.db.reviews.get(ref ?? '');
  if (review === undefined) return { event: 'reviewed' };
  const shown = showReview(forge, repo, issue, review);
  return {
    event: 'reviewed',
    ...shown,
    state: review.state.toLowerCase(),
    author_association: showAssociation(forge, repo, review.user),
  };
}

function showCrossReference(forge: Forge, { actor, at, data }: Happening): object {
  const source = forge.db.issues.get(Number(data.source));
  const repo = forge.db.repos.get(source?.repoId ?? 0);
  const shown = source === undefined || repo === undefined ? {} : { issue: showIssue(forge, repo, source, true) };
  return {
    event: 'cross-referenced',
    actor: showUser(forge, actor ?? 'ghost'),
    created_at: at,
    updated_at: at,
    source: { type: 'issue', ...shown },
  };
}
