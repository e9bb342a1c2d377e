import { Hono } from 'hono';
import { NEEDS } from '#scripts/forge/access/needs.ts';
import { commitNamed } from '#scripts/forge/acts/refname.ts';
import { dispatchInputs, knownWorkflows, workflowNamed } from '#scripts/forge/acts/workflows.ts';
import { emit } from '#scripts/forge/events/emit.ts';
import { showWorkflow } from '#scripts/forge/views/runs.ts';
import { type ForgeEnv, param, type RepoCall, reading, writing } from '#scripts/forge/web/env.ts';
import { notFound, unprocessable } from '#scripts/forge/web/faults.ts';
import { objectOf, textOf } from '#scripts/forge/web/fields.ts';
import { pageOf } from '#scripts/forge/web/page.ts';

/** Workflows, and starting them by hand. */
export const workflows = new Hono<ForgeEnv>();

workflows.get('/repos/:owner/:repo/actions/workflows', async (c) => {
  const { forge, repo } = reading(c, NEEDS.readActions);
  const { items, total, headers } = pageOf(c, await knownWorkflows(forge, repo));
  return c.json(
    { total_count: total, workflows: items.map((workflow) => showWorkflow(forge, repo, workflow)) },
    200,
    headers,
  );
});

workflows.get('/repos/:owner/:repo/actions/workflows/:workflow', async (c) => {
  const call = reading(c, NEEDS.readActions);
  return c.json(showWorkflow(call.forge, call.repo, await workflowOf(call)));
});

workflows.post('/repos/:owner/:repo/actions/workflows/:workflow/dispatches', async (c) => {
  const call = await writing(c, NEEDS.writeActions);
  const { forge, repo, actor, fields } = call;
  const { path } = await workflowOf(call);
  const name = textOf(fields, 'ref');
  const commit = await commitNamed(forge, repo, name);
  if (commit === undefined) throw unprocessable(`No ref found for: ${name}`);
  const inputs = await dispatchInputs(forge, repo, path, commit.tree, objectOf(fields, 'inputs') ?? {});
  emit(forge, actor, repo, 'workflow_dispatch', { inputs, ref: await fullRef(call, name), workflow: path });
  return c.body(null, 204);
});

workflows.post('/repos/:owner/:repo/dispatches', async (c) => {
  const { forge, repo, actor, fields } = await writing(c, NEEDS.push);
  const action = textOf(fields, 'event_type');
  emit(forge, actor, repo, 'repository_dispatch', {
    action,
    branch: repo.defaultBranch,
    client_payload: objectOf(fields, 'client_payload') ?? null,
  });
  return c.body(null, 204);
});

/** The workflow `:workflow`. @throws HttpFault 404 */
export async function workflowOf({ c, forge, repo }: RepoCall) {
  const workflow = await workflowNamed(forge, repo, param(c, 'workflow'));
  if (workflow === undefined) throw notFound();
  return workflow;
}

async function fullRef({ forge, repo }: RepoCall, name: string): Promise<string> {
  const all = await forge.repositories.of(repo).refs.all();
  return [name, `refs/heads/${name}`, `refs/tags/${name}`].find((ref) => all.has(ref)) ?? name;
}
