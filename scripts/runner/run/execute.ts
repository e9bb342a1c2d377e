import { condition, fillText } from '#scripts/runner/expression/template.ts';
import type { Conclusion } from '#scripts/runner/protocol.ts';
import type { Frame, Job } from '#scripts/runner/step/job.ts';
import { sweep } from '#scripts/runner/step/process.ts';
import { scopeOf } from '#scripts/runner/step/scope.ts';
import { nameOf, runStep } from '#scripts/runner/step/step.ts';
import type { Fields } from '#scripts/runner/workflow/fields.ts';
import type { StepSpec } from '#scripts/runner/workflow/workflow.ts';
import type { Reporter } from './reporter.ts';

export type Executed = { conclusion: Exclude<Conclusion, 'skipped'>; outputs: Record<string, string> };

/** How long steps that still want to run (always(), post) may take once the job is cancelled. Milliseconds. */
const AFTER_CANCEL = 5 * 60_000;

/** After a cancellation the remaining steps are judged by their `if:`; those that run get time, not the spent signal. */
function signalFor(job: Job): AbortSignal {
  return job.signal.aborted ? AbortSignal.timeout(AFTER_CANCEL) : job.signal;
}

async function step(job: Job, frame: Frame, spec: StepSpec, reporter: Reporter): Promise<void> {
  const number = reporter.begin(nameOf(job, frame, spec));
  noticeCancel(job);
  const conclusion = await runStep(job, frame, spec, signalFor(job));
  noticeCancel(job);
  if (conclusion === 'failure' && job.status === 'success') job.status = 'failure';
  reporter.end(number, conclusion);
}

function noticeCancel(job: Job): void {
  if (job.signal.aborted) job.status = 'cancelled';
}

async function posts(job: Job, reporter: Reporter): Promise<void> {
  for (const post of [...job.posts].reverse()) {
    const number = reporter.begin(post.name);
    noticeCancel(job);
    try {
      if (condition(post.condition, scopeOf(job, post.frame))) await post.run(signalFor(job));
      reporter.end(number, 'success');
    } catch (cause) {
      job.voice.error((cause as Error).message);
      if (job.status === 'success') job.status = 'failure';
      reporter.end(number, 'failure');
    }
  }
}

/** A job's outputs; one that holds a secret is left out, as on GitHub. */
function outputsOf(job: Job, frame: Frame, declared: Fields | undefined): Record<string, string> {
  const outputs: Record<string, string> = {};
  for (const [name, value] of Object.entries(declared ?? {})) {
    const text = fillText(value, scopeOf(job, frame));
    if (job.masks.touches(text)) job.voice.warning(`Skip output '${name}' since it may contain secret.`);
    else outputs[name] = text;
  }
  return outputs;
}

/** The steps of a job in order, then the posts in reverse, then an end to everything it started. */
export async function execute(
  job: Job,
  spec: { steps: readonly StepSpec[]; outputs: Fields | undefined },
  reporter: Reporter,
): Promise<Executed> {
  const inputs = (job.contexts.inputs ?? {}) as Frame['inputs'];
  const frame: Frame = { inputs, steps: {}, env: {}, actionPath: '', failed: false, depth: 0 };
  for (const one of spec.steps) await step(job, frame, one, reporter);
  await posts(job, reporter);
  const outputs = outputsOf(job, frame, spec.outputs);
  for (const pid of sweep(job.mark)) job.voice.line(`Terminate orphan process: pid (${pid})`);
  return { conclusion: job.status, outputs };
}
