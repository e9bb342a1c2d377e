import type { Forge } from '#scripts/forge/forge.ts';
import type { Level, Role } from '#scripts/forge/state/people.ts';
import type { Repo } from '#scripts/forge/state/work.ts';
import { HttpFault, notFound } from '#scripts/forge/web/faults.ts';
import { type Actor, actorOf, type Bot, type Principal } from './principal.ts';
import { atLeast, roleOf } from './roles.ts';

/** What a route asks: a role of people, one of these scopes of apps and workflows. */
export interface Need {
  readonly role: Role;
  readonly scopes: readonly string[];
  readonly level: Exclude<Level, 'none'>;
}

const read = (...scopes: string[]): Need => ({ role: 'read', scopes, level: 'read' });
const write = (role: Role, ...scopes: string[]): Need => ({ role, scopes, level: 'write' });

/** Every need there is. Scopes after GitHub's "Permissions required for GitHub Apps", roles after "Repository roles for an organization". */
export const NEEDS = {
  metadata: read(),
  readContents: read('contents'),
  readIssues: read('issues', 'pull_requests'),
  readPulls: read('pull_requests'),
  readActions: read('actions'),
  readChecks: read('checks'),
  readStatuses: read('statuses'),
  readVariables: { role: 'write', scopes: ['actions_variables', 'variables'], level: 'read' },
  readAdministration: { role: 'admin', scopes: ['administration'], level: 'read' },
  push: write('write', 'contents'),
  openIssue: write('read', 'issues'),
  openPull: write('read', 'pull_requests'),
  comment: write('read', 'issues', 'pull_requests'),
  triage: write('triage', 'issues', 'pull_requests'),
  manageLabels: write('write', 'issues', 'pull_requests'),
  review: write('read', 'pull_requests'),
  managePulls: write('triage', 'pull_requests'),
  dismiss: write('write', 'pull_requests'),
  writeChecks: write('write', 'checks'),
  writeStatuses: write('write', 'statuses'),
  writeActions: write('write', 'actions'),
  writeVariables: write('write', 'actions_variables', 'variables'),
  approveDeployment: write('read', 'deployments'),
  administer: write('admin', 'administration'),
  fork: write('read', 'administration'),
} as const satisfies Record<string, Need>;

/** Whether this repository is to be seen at all. Public ones are, by everyone, whatever a bot's permissions. */
export function maySee(forge: Forge, principal: Principal, repo: Repo): boolean {
  if (!repo.private) return true;
  if (principal.kind === 'user') return roleOf(forge, repo, principal.actor.login) !== 'none';
  return principal.kind === 'bot' && covers(principal, repo);
}

/** @throws HttpFault 401, 403 or 404 when the one who asks may not read this of the repository. */
export function checkRead(forge: Forge, principal: Principal, repo: Repo, need: Need): void {
  if (!maySee(forge, principal, repo)) throw notFound();
  if (principal.kind === 'bot' && repo.private && need.scopes.length > 0 && !grants(principal, need))
    throw notAccessible();
  if (need.role !== 'read' && principal.kind !== 'bot') checkRole(forge, principal, repo, need);
  if (need.role !== 'read' && principal.kind === 'bot' && !grants(principal, need)) throw notAccessible();
}

/** The actor, allowed to write. @throws HttpFault 401, 403 or 404. */
export function checkWrite(forge: Forge, principal: Principal, repo: Repo, need: Need): Actor {
  if (!maySee(forge, principal, repo)) throw notFound();
  if (principal.kind !== 'bot') return checkRole(forge, principal, repo, need);
  if (!covers(principal, repo) || !grants(principal, need)) throw notAccessible();
  return principal.actor;
}

/** Whether they may, without a refusal. */
export function allows(forge: Forge, principal: Principal, repo: Repo, need: Need): boolean {
  try {
    if (need.level === 'read') checkRead(forge, principal, repo, need);
    else checkWrite(forge, principal, repo, need);
    return true;
  } catch (cause) {
    if (cause instanceof HttpFault) return false;
    throw cause;
  }
}

function checkRole(forge: Forge, principal: Principal, repo: Repo, need: Need): Actor {
  const actor = actorOf(principal);
  if (atLeast(roleOf(forge, repo, actor.login), need.role)) return actor;
  throw new HttpFault(
    403,
    need.role === 'admin' ? 'Must have admin rights to Repository.' : `Must have ${need.role} access to Repository.`,
  );
}

function covers(bot: Bot, repo: Repo): boolean {
  if (bot.repositories !== 'all') return bot.repositories.includes(repo.id);
  return bot.account === null || bot.account.toLowerCase() === repo.owner.toLowerCase();
}

function grants(bot: Bot, { scopes, level }: Need): boolean {
  return scopes.some((scope) => {
    const held = bot.permissions[scope] ?? 'none';
    return held === 'write' || held === level;
  });
}

function notAccessible(): HttpFault {
  return new HttpFault(403, 'Resource not accessible by integration');
}
