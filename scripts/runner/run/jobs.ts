import { openSlots } from '#scripts/runner/activity.ts';
import type { Status } from '#scripts/runner/expression/evaluate.ts';
import { condition, fill } from '#scripts/runner/expression/template.ts';
import type { JobSpec } from '#scripts/runner/workflow/workflow.ts';
import { type Attempt, attempt } from './attempt.ts';
import { call } from './call.ts';
import type { Called, JobOutcome, Result } from './frame.ts';
import type { Control } from './gates.ts';
import { type Instance, instancesOf, jobScope } from './instance.ts';
import { reportUnrun } from './unrun.ts';

export type Outcomes = { readonly [id: string]: JobOutcome };

const needsOf = (spec: JobSpec): string[] => [spec.needs ?? []].flat();

/** Every job that must be over before this one, however far back: the status functions look at all of them. */
function ancestors(jobs: Called['workflow']['jobs'], id: string, seen = new Set<string>()): Set<string> {
  for (const need of needsOf(jobs[id] ?? {})) {
    if (seen.has(need)) continue;
    seen.add(need);
    ancestors(jobs, need, seen);
  }
  return seen;
}

function statusOf(called: Called, results: readonly Result[]): Status {
  const cancelled = called.signal.aborted;
  return {
    cancelled,
    failure: !cancelled && results.includes('failure'),
    success: !cancelled && results.every((result) => result === 'success'),
  };
}

/** Runs the jobs of a workflow in the order their `needs:` allow. Never throws. */
export async function runJobs(called: Called): Promise<Outcomes> {
  const { jobs } = called.workflow;
  const started = new Map<string, Promise<JobOutcome>>();
  const start = (id: string): Promise<JobOutcome> => {
    const known = started.get(id);
    if (known !== undefined) return known;
    const running = called.run.machine.activity.task(() => runJob(called, id, start));
    started.set(id, running);
    return running;
  };
  const ids = Object.keys(jobs);
  const outcomes = await called.run.machine.activity.rest(Promise.all(ids.map(start)));
  return Object.fromEntries(ids.map((id, index) => [id, outcomes[index] as JobOutcome]));
}

async function runJob(called: Called, id: string, start: (id: string) => Promise<JobOutcome>): Promise<JobOutcome> {
  const spec = called.workflow.jobs[id] as JobSpec;
  const before = [...ancestors(called.workflow.jobs, id)];
  const all = await called.run.machine.activity.rest(Promise.all(before.map(start)));
  const known = new Map(before.map((need, index) => [need, all[index] as JobOutcome]));
  const needs = Object.fromEntries(needsOf(spec).map((need) => [need, known.get(need) as JobOutcome]));
  const status = statusOf(
    called,
    all.map(({ result }) => result),
  );
  try {
    if (!condition(spec.if, jobScope(called, needs, { status }))) {
      const result = status.cancelled ? 'cancelled' : 'skipped';
      await reportUnrun(called, id, result, '');
      return { result, outputs: {} };
    }
    return await runInstances(called, instancesOf(called, id, spec, needs));
  } catch (cause) {
    await reportUnrun(called, id, 'failure', (cause as Error).message);
    return { result: 'failure', outputs: {} };
  }
}

/** The instances of one job: at most `max-parallel` at once; with fail-fast the first failure cancels the others. */
async function runInstances(called: Called, instances: readonly Instance[]): Promise<JobOutcome> {
  const places = openSlots(Math.max(1, instances[0]?.strategy['max-parallel'] ?? 1));
  const others = new AbortController();
  const { activity } = called.run.machine;
  const outcomes = await activity.rest(
    Promise.all(instances.map((instance) => activity.task(() => runOne(called, instance, { places, others })))),
  );
  return {
    result: worst(outcomes.map(({ result }) => result)),
    outputs: Object.assign({}, ...outcomes.map(({ outputs }) => filled(outputs))),
  };
}

const filled = (outputs: Record<string, string>) =>
  Object.fromEntries(Object.entries(outputs).filter(([, value]) => value !== ''));

async function runOne(
  called: Called,
  instance: Instance,
  { places, others }: { places: ReturnType<typeof openSlots>; others: AbortController },
): Promise<JobOutcome> {
  const own = new AbortController();
  const signal = AbortSignal.any([called.signal, others.signal, own.signal]);
  const control: Control = { signal, cancel: (why) => own.abort(why) };
  const place = await called.run.machine.activity.rest(places.take(signal));
  try {
    const done = await carryOut(called, instance, control);
    const scope = jobScope(called, instance.needs, instance);
    const forgiven = fill(instance.spec['continue-on-error'] ?? false, scope) === true;
    if (done.conclusion === 'failure' && forgiven) return { result: 'success', outputs: done.outputs };
    if (done.conclusion === 'failure' && instance.matrix !== null && instance.strategy['fail-fast']) {
      others.abort('The job was canceled because another job of its matrix failed.');
    }
    return { result: done.conclusion, outputs: done.outputs };
  } finally {
    place?.();
  }
}

function carryOut(called: Called, instance: Instance, control: Control): Promise<Attempt> {
  return instance.spec.uses === undefined ? attempt(called, instance, control) : call(called, instance, control.signal);
}

/** One result for several: a failure outweighs a cancellation, which outweighs success; skipped only when all are. */
export function worst(results: readonly Result[]): Result {
  for (const result of ['failure', 'cancelled', 'success'] as const) if (results.includes(result)) return result;
  return 'skipped';
}
