import type { Actor } from '#scripts/forge/access/principal.ts';
import type { Forge } from '#scripts/forge/forge.ts';
import type { Issue, PullIssue, Repo } from '#scripts/forge/state/work.ts';
import { invalid } from '#scripts/forge/web/faults.ts';
import { setAssignees } from './assignees.ts';
import { changeIssue, happen, nextNumber } from './happen.ts';
import { addLabels } from './labels.ts';
import { crossReference } from './references.ts';
import { tell } from './tell.ts';

export interface NewIssue {
  readonly title: string;
  readonly body: string | null;
  readonly labels: readonly string[];
  readonly assignees: readonly string[];
}

export async function openIssue(forge: Forge, actor: Actor, repo: Repo, asked: NewIssue): Promise<Issue> {
  const issue = addIssue(forge, actor, repo, asked);
  await tell(forge, actor, repo, issue, 'opened');
  await addLabels(forge, actor, repo, issue, asked.labels);
  await setAssignees(forge, actor, repo, issue, asked.assignees);
  crossReference(forge, actor, repo, issue, asked.body ?? '');
  return forge.db.issues.get(issue.id) ?? issue;
}

/** The record alone, numbered. */
export function addIssue(
  forge: Forge,
  actor: Actor,
  repo: Repo,
  { title, body }: Pick<NewIssue, 'title' | 'body'>,
): Issue {
  const at = forge.clock.stamp();
  const id = forge.db.nextId();
  return forge.db.issues.put(id, {
    ...{ id, repoId: repo.id, number: nextNumber(forge, repo.id), title, body },
    ...{ state: 'open', stateReason: null, user: actor.login, appId: actor.appId },
    ...{ labels: [], assignees: [], createdAt: at, updatedAt: at, closedAt: null, closedBy: null, pull: null },
  });
}

export interface IssueEdit {
  readonly title?: string | undefined;
  readonly body?: string | null | undefined;
  readonly state?: 'open' | 'closed' | undefined;
  readonly stateReason?: Issue['stateReason'] | undefined;
}

/** Title, text and state of an issue or pull request; each change is told on its own. */
export async function editIssue(forge: Forge, actor: Actor, repo: Repo, issue: Issue, edit: IssueEdit): Promise<Issue> {
  const changes = {
    ...(edit.title !== undefined && edit.title !== issue.title ? { title: { from: issue.title } } : {}),
    ...(edit.body !== undefined && edit.body !== issue.body ? { body: { from: issue.body ?? '' } } : {}),
  };
  if (Object.keys(changes).length > 0) {
    changeIssue(forge, issue, {
      title: edit.title ?? issue.title,
      body: edit.body === undefined ? issue.body : edit.body,
    });
    if ('title' in changes) happen(forge, actor, issue, 'renamed', { rename: { from: issue.title, to: edit.title } });
    crossReference(forge, actor, repo, issue, edit.body ?? '');
    await tell(forge, actor, repo, issue, 'edited', { changes });
  }
  if (edit.state !== undefined && edit.state !== issue.state) await setState(forge, actor, repo, issue, edit);
  return forge.db.issues.get(issue.id) ?? issue;
}

async function setState(forge: Forge, actor: Actor, repo: Repo, issue: Issue, edit: IssueEdit): Promise<void> {
  if (edit.state === 'closed') return close(forge, actor, repo, issue, edit.stateReason ?? 'completed');
  if (issue.pull !== null) await catchUp(forge, repo, issue as PullIssue);
  changeIssue(forge, issue, {
    state: 'open',
    stateReason: issue.pull === null ? 'reopened' : null,
    closedAt: null,
    closedBy: null,
  });
  happen(forge, actor, issue, 'reopened');
  await tell(forge, actor, repo, issue, 'reopened');
}

/** A closed pull request does not follow its branches; when opened again it takes them as they are. @throws HttpFault 422 when one is gone. */
async function catchUp(forge: Forge, repo: Repo, issue: PullIssue): Promise<void> {
  const { head, base } = issue.pull;
  const from = forge.db.repos.get(head.repoId ?? 0);
  const { refs } = forge.repositories.of(repo);
  const sha = from === undefined ? undefined : await forge.repositories.of(from).refs.get(`refs/heads/${head.ref}`);
  const tip = await refs.get(`refs/heads/${base.ref}`);
  if (sha === undefined)
    throw invalid(
      'PullRequest',
      'state',
      'invalid',
      `state cannot be changed. The ${head.ref} branch has been deleted.`,
    );
  if (tip === undefined)
    throw invalid(
      'PullRequest',
      'state',
      'invalid',
      `state cannot be changed. The ${base.ref} branch has been deleted.`,
    );
  if (sha !== head.sha) await refs.update(`refs/pull/${issue.number}/head`, sha);
  changeIssue(forge, issue, { pull: { ...issue.pull, head: { ...head, sha }, base: { ...base, sha: tip } } });
}

/** Closes what is open; a pull request is told as closed, not merged. */
export async function close(
  forge: Forge,
  actor: Actor,
  repo: Repo,
  issue: Issue,
  reason: Issue['stateReason'],
): Promise<void> {
  const stateReason = issue.pull === null ? reason : null;
  changeIssue(forge, issue, { state: 'closed', stateReason, closedAt: forge.clock.stamp(), closedBy: actor.login });
  happen(forge, actor, issue, 'closed', issue.pull === null ? { state_reason: stateReason } : {});
  await tell(forge, actor, repo, issue, 'closed');
}
