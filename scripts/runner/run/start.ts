import { fillText } from '#scripts/runner/expression/template.ts';
import type { Machine } from '#scripts/runner/machine.ts';
import type { ForgeEvent, NewRun } from '#scripts/runner/protocol.ts';
import { type Inputs, readInputs } from '#scripts/runner/workflow/inputs.ts';
import type { Subject } from '#scripts/runner/workflow/subject.ts';
import type { Workflow } from '#scripts/runner/workflow/workflow.ts';
import { claimOf } from './concurrency.ts';
import { githubContext } from './context.ts';
import type { Called, Run } from './frame.ts';
import { jobScope } from './instance.ts';
import { runJobs, worst } from './jobs.ts';
import { reportUnrun } from './unrun.ts';

/** One workflow that an event starts. */
export type Start = {
  event: ForgeEvent;
  subject: Subject;
  workflow: Workflow;
  files: ReadonlyMap<string, Workflow>;
  /** workflow_run links before this run. */
  depth: number;
};

/** What a run without `run-name:` is called. */
function usualTitle({ subject, workflow }: Start): string {
  const payload = subject.payload as {
    head_commit?: { message?: string } | null;
    pull_request?: { title?: string };
    issue?: { title?: string };
  };
  const said = payload.pull_request?.title ?? payload.issue?.title ?? payload.head_commit?.message?.split('\n')[0];
  return said || workflow.name;
}

function newRun(start: Start, title: string): NewRun {
  const { event, subject, workflow } = start;
  return {
    repository: event.repository,
    workflow_path: workflow.path,
    name: workflow.name,
    display_title: title || usualTitle(start),
    event: subject.event,
    head_sha: subject.headSha,
    head_branch: subject.headBranch,
    actor: event.actor.login,
    pull_requests: subject.pulls,
    ...(subject.event === 'workflow_dispatch' ? { inputs: givenInputs(subject) } : {}),
  };
}

const givenInputs = (subject: Subject) => (subject.payload.inputs ?? {}) as Inputs;

/** Announces the run to the forge, then lets it go on by itself. Resolves when the forge knows it. */
export async function startRun(machine: Machine, start: Start): Promise<void> {
  const { event, subject, workflow, files } = start;
  const settings = await machine.wire.settings(event.repository, subject.ref);
  const dispatched = subject.event === 'workflow_dispatch';
  const read = dispatched
    ? readInputs(workflow.on.workflow_dispatch?.inputs, givenInputs(subject))
    : { inputs: {}, faults: [] };
  const faults = [...workflow.faults, ...read.faults];
  const context = githubContext(machine, event, subject, workflow);
  const scope = { contexts: { github: context, vars: settings.variables, inputs: read.inputs } };
  const title = faults.length > 0 ? '' : attemptText(workflow['run-name'], scope, faults);
  const { id, run_number } = await machine.wire.createRun(newRun(start, title));
  machine.depths.set(id, start.depth);
  const stop = new AbortController();
  const run: Run = {
    machine,
    repository: event.repository,
    id,
    subject,
    github: { ...context, run_id: String(id), run_number: String(run_number) },
    files,
    cancel: (why) => stop.abort(why),
  };
  const called: Called = { run, workflow, inputs: read.inputs, settings, prefix: '', depth: 1, signal: stop.signal };
  machine.live.addRun(id, run.cancel);
  void machine.activity.task(() => toItsEnd(called, faults));
}

function attemptText(template: unknown, scope: Parameters<typeof fillText>[1], faults: string[]): string {
  try {
    return fillText(template, scope).trim();
  } catch (cause) {
    faults.push(`run-name: ${(cause as Error).message}`);
    return '';
  }
}

async function toItsEnd(called: Called, faults: readonly string[]): Promise<void> {
  const { machine, id } = called.run;
  try {
    await (faults.length > 0 ? fail(called, faults) : carryOut(called));
  } catch (cause) {
    await fail(called, [(cause as Error).message]).catch(() => undefined);
  } finally {
    machine.live.endRun(id);
  }
}

/** A workflow that cannot run ends at once, and says all that is wrong with it. */
async function fail(called: Called, faults: readonly string[]): Promise<void> {
  const { machine, id } = called.run;
  machine.tell(`run ${id} (${called.workflow.path}): ${faults.join('; ')}`);
  await reportUnrun(called, called.workflow.name, 'failure', faults.join('\n'));
  await machine.wire.updateRun(id, { status: 'completed', conclusion: 'failure' });
}

async function carryOut(called: Called): Promise<void> {
  const { machine, id, repository, cancel } = called.run;
  const claim = claimOf(repository, called.workflow.concurrency, jobScope(called, {}), cancel);
  const release =
    claim === undefined ? () => undefined : await machine.activity.rest(machine.groups.take(claim, called.signal));
  if (release === undefined) {
    await machine.wire.updateRun(id, { status: 'completed', conclusion: 'cancelled' });
    return;
  }
  try {
    await machine.wire.updateRun(id, { status: 'in_progress' });
    const outcomes = await runJobs(called);
    const conclusion = worst(Object.values(outcomes).map(({ result }) => result));
    await machine.wire.updateRun(id, { status: 'completed', conclusion });
  } finally {
    release();
  }
}
