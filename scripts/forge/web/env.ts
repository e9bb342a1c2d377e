import type { Context } from 'hono';
import { authenticate } from '#scripts/forge/access/authenticate.ts';
import { allows, checkRead, checkWrite, type Need } from '#scripts/forge/access/needs.ts';
import type { Actor, Principal } from '#scripts/forge/access/principal.ts';
import type { Forge } from '#scripts/forge/forge.ts';
import type { Issue, PullIssue, Repo } from '#scripts/forge/state/work.ts';
import { notFound } from './faults.ts';
import { type Fields, fieldsOf } from './fields.ts';

/** What every route finds in its context. */
export interface ForgeEnv {
  Variables: { forge: Forge };
}
export type Call = Context<ForgeEnv>;

/** A call about one repository the caller may read or write. */
export interface RepoCall {
  readonly c: Call;
  readonly forge: Forge;
  readonly repo: Repo;
  readonly principal: Principal;
}

/** @throws HttpFault when the repository is not there or not to be read by the one who asks. */
export function reading(c: Call, need: Need): RepoCall {
  const call = callOf(c);
  checkRead(call.forge, call.principal, call.repo, need);
  return call;
}

/** As `reading`, for changes: with the actor and the body's fields. */
export async function writing(c: Call, need: Need): Promise<RepoCall & { actor: Actor; fields: Fields }> {
  const call = callOf(c);
  const actor = checkWrite(call.forge, call.principal, call.repo, need);
  return { ...call, actor, fields: await fieldsOf(c.req.raw) };
}

/** @throws HttpFault 401 for a token nobody knows. */
export function principalOf(c: Call): Principal {
  return authenticate(c.get('forge'), c.req.header('authorization'));
}

export function may(call: RepoCall, need: Need): boolean {
  return allows(call.forge, call.principal, call.repo, need);
}

/** The issue or pull request named by `:number`. @throws HttpFault 404 */
export function issueOf({ c, forge, repo }: RepoCall): Issue {
  const issue = forge.db.issueNumbered(`${repo.id}#${Number(param(c, 'number'))}`)[0];
  if (issue === undefined) throw notFound();
  return issue;
}

export function pullOf(call: RepoCall): PullIssue {
  const issue = issueOf(call);
  if (issue.pull === null) throw notFound();
  return issue as PullIssue;
}

export function param(c: Call, name: string): string {
  return (c.req.param as (key: string) => string | undefined)(name) ?? '';
}

function callOf(c: Call): RepoCall {
  const forge = c.get('forge');
  const repo = forge.db.reposNamed(`${param(c, 'owner')}/${param(c, 'repo')}`.toLowerCase())[0];
  if (repo === undefined) throw notFound();
  return { c, forge, repo, principal: principalOf(c) };
}
