import type { Actor } from '#scripts/forge/access/principal.ts';
import { atLeast, isMember, roleOf } from '#scripts/forge/access/roles.ts';
import type { Forge } from '#scripts/forge/forge.ts';
import type { Issue, Repo } from '#scripts/forge/state/work.ts';
import { accountOf, showUser } from '#scripts/forge/views/people.ts';
import { changeIssue, happen } from './happen.ts';
import { tell } from './tell.ts';

/** Those GitHub lets one assign: who may push, members of the organisation, who wrote or commented on it. Others are passed over in silence. */
export function mayBeAssigned(forge: Forge, repo: Repo, login: string, issue?: Issue): boolean {
  if (forge.db.accounts.get(login.toLowerCase())?.type !== 'User') return false;
  const took =
    issue !== undefined && (issue.user === login || forge.db.commentsOf(issue.id).some(({ user }) => user === login));
  return took || atLeast(roleOf(forge, repo, login), 'triage') || isMember(forge, repo.owner, login);
}

export async function addAssignees(
  forge: Forge,
  actor: Actor,
  repo: Repo,
  issue: Issue,
  logins: readonly string[],
): Promise<void> {
  for (const login of logins
    .filter((candidate) => mayBeAssigned(forge, repo, candidate, issue))
    .map((name) => accountOf(forge, name).login)) {
    const present = forge.db.issues.get(issue.id)?.assignees ?? [];
    if (present.includes(login) || present.length >= 10) continue;
    changeIssue(forge, issue, { assignees: [...present, login] });
    await tellAssignee(forge, actor, repo, issue, login, 'assigned');
  }
}

export async function removeAssignees(
  forge: Forge,
  actor: Actor,
  repo: Repo,
  issue: Issue,
  logins: readonly string[],
): Promise<void> {
  for (const login of logins.map((name) => accountOf(forge, name).login)) {
    const present = forge.db.issues.get(issue.id)?.assignees ?? [];
    if (!present.includes(login)) continue;
    changeIssue(forge, issue, { assignees: present.filter((other) => other !== login) });
    await tellAssignee(forge, actor, repo, issue, login, 'unassigned');
  }
}

/** Exactly these afterwards. */
export async function setAssignees(
  forge: Forge,
  actor: Actor,
  repo: Repo,
  issue: Issue,
  logins: readonly string[],
): Promise<void> {
  const wanted = new Set(logins.map((login) => login.toLowerCase()));
  await addAssignees(forge, actor, repo, issue, logins);
  const present = forge.db.issues.get(issue.id)?.assignees ?? [];
  await removeAssignees(
    forge,
    actor,
    repo,
    issue,
    present.filter((login) => !wanted.has(login.toLowerCase())),
  );
}

async function tellAssignee(
  forge: Forge,
  actor: Actor,
  repo: Repo,
  issue: Issue,
  assignee: string,
  event: 'assigned' | 'unassigned',
): Promise<void> {
  happen(forge, actor, issue, event, { assignee, assigner: actor.login });
  await tell(forge, actor, repo, issue, event, { assignee: showUser(forge, assignee) });
}
