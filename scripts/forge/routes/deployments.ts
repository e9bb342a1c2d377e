import { Hono } from 'hono';
import { NEEDS } from '#scripts/forge/access/needs.ts';
import { decide, mayApprove, pendingOf } from '#scripts/forge/acts/approvals.ts';
import { environmentNamed } from '#scripts/forge/acts/environments.ts';
import { showDeployment, showEnvironment, showPending } from '#scripts/forge/views/environment.ts';
import { showUser } from '#scripts/forge/views/people.ts';
import { type ForgeEnv, reading, writing } from '#scripts/forge/web/env.ts';
import { unprocessable } from '#scripts/forge/web/faults.ts';
import { choiceOf, textOf } from '#scripts/forge/web/fields.ts';
import { runOf } from './runs.ts';

/** Runs that wait for a person's word before they may use an environment. */
export const deployments = new Hono<ForgeEnv>();

deployments.get('/repos/:owner/:repo/actions/runs/:id/pending_deployments', (c) => {
  const call = reading(c, NEEDS.readActions);
  const { forge, repo, principal } = call;
  const run = runOf(call);
  const login = principal.kind === 'user' ? principal.actor.login : '';
  return c.json(
    pendingOf(forge, repo, run).map((one) => showPending(forge, repo, one, mayApprove(forge, repo, run, one, login))),
  );
});

deployments.post('/repos/:owner/:repo/actions/runs/:id/pending_deployments', async (c) => {
  const call = await writing(c, NEEDS.approveDeployment);
  const { forge, repo, actor, fields } = call;
  const run = runOf(call);
  const state = choiceOf(fields, 'state', ['approved', 'rejected'] as const);
  if (state === undefined) throw unprocessable('Invalid request.\n\n"state" wasn\'t supplied.');
  const ids = Array.isArray(fields.environment_ids) ? fields.environment_ids : [];
  const asked = pendingOf(forge, repo, run).filter(({ id }) => ids.includes(id));
  const barred =
    asked.length === 0 || asked.some((environment) => !mayApprove(forge, repo, run, environment, actor.login));
  if (barred)
    throw unprocessable(
      'There are no pending deployment requests for the environment(s) that you can approve or reject.',
    );
  const comment = textOf(fields, 'comment');
  for (const environment of asked) decide(forge, repo, run, environment, actor.login, state, comment);
  return c.json(asked.map((environment) => showDeployment(forge, repo, run, environment, forge.clock.stamp())));
});

deployments.get('/repos/:owner/:repo/actions/runs/:id/approvals', (c) => {
  const call = reading(c, NEEDS.readActions);
  const { forge, repo } = call;
  const shown = forge.db.approvalsOf(runOf(call).id).map(({ environment: name, state, user, comment }) => {
    const environment = environmentNamed(forge, repo, name);
    return {
      environments: environment === undefined ? [] : [showEnvironment(forge, repo, environment)],
      state,
      user: showUser(forge, user),
      comment,
    };
  });
  return c.json(shown);
});
