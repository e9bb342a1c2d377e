import { fillText } from '#scripts/runner/expression/template.ts';
import type { Machine } from '#scripts/runner/machine.ts';
import type { ForgeEvent } from '#scripts/runner/protocol.ts';
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

function titleOf(start: Start): string {
  const { subject, workflow } = start;
  const payload = subject.payload as {
    head_commit?: { message?: string };
    pull_request?: { title?: string };
    issue?: { title?: string };
  };
  const said = payload.pull_request?.title ?? payload.issue?.title ?? payload.head_commit?.message?.split('\n')[0];
  return said === undefined || said === '' ? workflow.name : said;
}

/** Announces the run to the forge, then lets it go on by itself. Resolves when the forge knows it. */
export async function startRun(machine: Machine, start: Start): Promise<void> {
  const { event, subject, workflow, files } = start;
  const settings = await machine.wire.settings(event.repository, subject.ref);
  const dispatched = workflow.on.workflow_dispatch;
  const given = subject.event === 'workflow_dispatch' ? ((subject.payload.inputs ?? {}) as Inputs) : undefined;
  const { inputs, faults } = given === undefined ? { inputs: {}, faults: [] } : readInputs(dispatched?.inputs, given);
  const context = githubContext(machine, event, subject, workflow);
  const scope = { contexts: { github: context, vars: settings.variables, inputs } };
  const wrong = [...workflow.faults, ...faults];
  const title =
    wrong.length > 0 || workflow['run-name'] === undefined ? '' : fillText(workflow['run-name'], scope).trim();
  const { id, run_number } = await machine.wire.createRun({
    repository: event.repository,
    workflow_path: workflow.path,
    name: workflow.name,
    display_title: title === '' ? titleOf(start) : title,
    event: subject.event,
    head_sha: subject.headSha,
    head_branch: subject.headBranch,
    actor: event.actor.login,
    pull_requests: subject.pulls,
    ...(given === undefined ? {} : { inputs: given }),
  });
  machine.depths.set(id, start.depth);
  const stop = new AbortController();
  const run: Run = {
    machine,
    repository: event.repository,
    id,
    number: run_number,
    subject,
    github: { ...context, run_id: String(id), run_number: String(run_number) },
    files,
    signal: stop.signal,
    cancel: (why) => stop.abort(why),
  };
  const called: Called = { run, workflow, inputs, settings, prefix: '', depth: 1, signal: stop.signal };
  machine.live.set(id, run.cancel);
  void machine.activity
    .task(() => (wrong.length > 0 ? fail(called, wrong) : carryOut(called)))
    .catch((cause: Error) => machine.tell(`run ${id}: ${cause.message}`))
    .finally(() => machine.live.delete(id));
}

/** A workflow that cannot run ends at once, and says all that is wrong with it. */
async function fail(called: Called, faults: readonly string[]): Promise<void> {
  const { machine, id } = called.run;
  machine.tell(`run ${id} (${called.workflow.path}): ${faults.join('; ')}`);
  await reportUnrun(called, called.workflow.name, 'failure', faults.join('\n'));
  await machine.wire.updateRun(id, { status: 'completed', conclusion: 'failure' });
}

async function carryOut(called: Called): Promise<void> {
  const { run } = called;
  const { machine, id } = run;
  const claim = claimOf(run.repository, called.workflow.concurrency, jobScope(called, {}), run.cancel);
  const release =
    claim === undefined ? () => undefined : await machine.activity.rest(machine.groups.take(claim, run.signal));
  try {
    if (release === undefined) {
      await machine.wire.updateRun(id, { status: 'completed', conclusion: 'cancelled' });
      return;
    }
    await machine.wire.updateRun(id, { status: 'in_progress' });
    const outcomes = await runJobs(called);
    const conclusion = worst(Object.values(outcomes).map(({ result }) => result));
    await machine.wire.updateRun(id, { status: 'completed', conclusion });
  } finally {
    release?.();
  }
}
