import type { Actor } from '#scripts/forge/access/principal.ts';
import { emit } from '#scripts/forge/events/emit.ts';
import type { Forge } from '#scripts/forge/forge.ts';
import type { CheckStatus, Conclusion, Run, Workflow } from '#scripts/forge/state/automation.ts';
import type { Repo } from '#scripts/forge/state/work.ts';
import { showRun, showWorkflow } from '#scripts/forge/views/runs.ts';
import { ACTIONS_APP, ACTIONS_BOT } from './actions-app.ts';
import { addSuite } from './checks.ts';

export interface NewRun {
  readonly path: string;
  readonly name: string;
  readonly title: string;
  readonly event: string;
  readonly sha: string;
  readonly branch: string | null;
  readonly actor: string;
  readonly pulls: readonly number[];
}

/** What a run does is done by GitHub Actions, and starts nothing by itself but `workflow_run`. */
export const ACTIONS: Actor = { login: ACTIONS_BOT, via: 'workflow', appId: ACTIONS_APP };

export async function addRun(forge: Forge, repo: Repo, asked: NewRun): Promise<Run> {
  const workflow = workflowAt(forge, repo, asked.path, asked.name);
  const suite = addSuite(forge, repo, ACTIONS_APP, asked.sha, asked.branch);
  const number = forge.db.runsOfWorkflow(workflow.id).length + 1;
  const id = forge.db.nextId();
  const at = forge.clock.stamp();
  const run = forge.db.runs.put(id, {
    ...{ id, repoId: repo.id, workflowId: workflow.id, suiteId: suite.id, number, ...asked },
    ...{ status: 'queued', conclusion: null, createdAt: at, startedAt: at, updatedAt: at },
  });
  await tellRun(forge, repo, run, 'requested');
  return run;
}

export async function changeRun(
  forge: Forge,
  repo: Repo,
  run: Run,
  status: CheckStatus,
  conclusion: Conclusion | null,
): Promise<Run> {
  const changed = forge.db.runs.patch(run.id, { status, conclusion, updatedAt: forge.clock.stamp() });
  if (status === run.status) return changed;
  if (status === 'in_progress') await tellRun(forge, repo, changed, 'in_progress');
  if (status === 'completed') await tellRun(forge, repo, changed, 'completed');
  return changed;
}

/** The workflow of that path, made when it is first heard of; its name follows the file. */
export function workflowAt(forge: Forge, repo: Repo, path: string, name: string): Workflow {
  const present = forge.db.workflowsOf(repo.id).find((workflow) => workflow.path === path);
  if (present !== undefined) return present.name === name ? present : forge.db.workflows.patch(present.id, { name });
  const id = forge.db.nextId();
  return forge.db.workflows.put(id, { id, repoId: repo.id, path, name, createdAt: forge.clock.stamp() });
}

/** `workflow_run` comes from the forge itself, not from the run's token: it does start workflows. */
async function tellRun(forge: Forge, repo: Repo, run: Run, action: string): Promise<void> {
  const workflow = forge.db.workflows.get(run.workflowId);
  const head = (await forge.repositories.of(repo).store.commit(run.sha)) ?? null;
  emit(forge, { login: run.actor, via: 'user', appId: null }, repo, 'workflow_run', {
    action,
    workflow_run: showRun(forge, repo, run, head),
    workflow: workflow === undefined ? null : showWorkflow(forge, repo, workflow),
  });
}
