import { Hono } from 'hono';
import { NEEDS } from '#scripts/forge/access/needs.ts';
import { environmentNamed, putEnvironment } from '#scripts/forge/acts/environments.ts';
import type { Environment } from '#scripts/forge/state/automation.ts';
import { nodeId } from '#scripts/forge/views/basics.ts';
import { showEnvironment } from '#scripts/forge/views/environment.ts';
import { accountOf } from '#scripts/forge/views/people.ts';
import { type ForgeEnv, param, type RepoCall, reading, writing } from '#scripts/forge/web/env.ts';
import { notFound } from '#scripts/forge/web/faults.ts';
import { type Fields, flagOf, listOf, objectOf, textOf } from '#scripts/forge/web/fields.ts';
import { pageOf } from '#scripts/forge/web/page.ts';

/** Environments: which branches and whose word a job needs for their secrets. */
export const environments = new Hono<ForgeEnv>();

const at = '/repos/:owner/:repo/environments';

environments.get(at, (c) => {
  const { forge, repo } = reading(c, NEEDS.readActions);
  const { items, total, headers } = pageOf(c, forge.db.environmentsOf(repo.id));
  return c.json(
    { total_count: total, environments: items.map((one) => showEnvironment(forge, repo, one)) },
    200,
    headers,
  );
});

environments.get(`${at}/:name`, (c) => {
  const call = reading(c, NEEDS.readActions);
  return c.json(showEnvironment(call.forge, call.repo, environmentOf(call)));
});

environments.put(`${at}/:name`, async (c) => {
  const call = await writing(c, NEEDS.administer);
  const { forge, repo, fields } = call;
  const policy = objectOf(fields, 'deployment_branch_policy');
  const present = environmentNamed(forge, repo, param(c, 'name'));
  const environment = putEnvironment(forge, repo, param(c, 'name'), {
    reviewers: reviewersFrom(call, fields),
    preventSelfReview: flagOf(fields, 'prevent_self_review', false),
    branches: policy == null ? null : (present?.branches ?? []),
  });
  return c.json(showEnvironment(forge, repo, environment));
});

environments.delete(`${at}/:name`, async (c) => {
  const call = await writing(c, NEEDS.administer);
  call.forge.db.environments.delete(`${call.repo.id}/${environmentOf(call).name.toLowerCase()}`);
  return c.body(null, 204);
});

environments.get(`${at}/:name/deployment-branch-policies`, (c) => {
  const environment = environmentOf(reading(c, NEEDS.readActions));
  const policies = (environment.branches ?? []).map((name, index) => showPolicy(environment, name, index));
  return c.json({ total_count: policies.length, branch_policies: policies });
});

environments.post(`${at}/:name/deployment-branch-policies`, async (c) => {
  const call = await writing(c, NEEDS.administer);
  const environment = environmentOf(call);
  const branches = [...(environment.branches ?? []), textOf(call.fields, 'name')];
  const changed = putEnvironment(call.forge, call.repo, environment.name, { branches });
  return c.json(showPolicy(changed, branches.at(-1) ?? '', branches.length - 1));
});

function showPolicy({ id }: Environment, name: string, index: number) {
  const number = id * 100 + index;
  return { id: number, node_id: nodeId('BranchPolicy', number), name, type: 'branch' };
}

function environmentOf({ c, forge, repo }: RepoCall): Environment {
  const environment = environmentNamed(forge, repo, param(c, 'name'));
  if (environment === undefined) throw notFound();
  return environment;
}

/** By number, as GitHub wants them. */
function reviewersFrom({ forge, repo }: RepoCall, fields: Fields): Environment['reviewers'] {
  return listOf(fields, 'reviewers').flatMap(({ type, id }): Environment['reviewers'][number][] => {
    if (type === 'Team')
      return forge.db
        .teamsOf(repo.owner.toLowerCase())
        .filter((team) => team.id === id)
        .map((team) => ({ type: 'Team', name: team.slug }));
    const account = forge.db.accounts.values().find((candidate) => candidate.id === id);
    return account === undefined ? [] : [{ type: 'User', name: accountOf(forge, account.login).login }];
  });
}
