import { condition, fill, fillMap } from '#scripts/runner/expression/template.ts';
import type { StepSpec } from '#scripts/runner/workflow/workflow.ts';
import { type ActionResult, runAction } from './action.ts';
import { runChild } from './child.ts';
import type { Frame, Job, StepOutcome } from './job.ts';
import { scopeOf } from './scope.ts';
import { scriptOf } from './script.ts';

const MINUTE = 60_000;

/** A step's name as GitHub shows it when it has none; expressions filled where they can be. */
export function nameOf(job: Job, frame: Frame, step: StepSpec): string {
  const bare =
    step.name ??
    `Run ${
      step.uses ??
      String(step.run ?? '')
        .trim()
        .split('\n')[0]
    }`;
  try {
    return String(fill(bare, scopeOf(job, frame)));
  } catch {
    return bare;
  }
}

/** Runs one step and keeps its outputs and outcome in the frame. Never throws: a fault is the step's failure. */
export async function runStep(job: Job, frame: Frame, step: StepSpec, signal: AbortSignal): Promise<StepOutcome> {
  let outcome: StepOutcome = 'failure';
  let output: Record<string, string> = {};
  let forgiven = false;
  try {
    if (!condition(step.if, scopeOf(job, frame))) outcome = 'skipped';
    else {
      forgiven = fill(step['continue-on-error'] ?? false, scopeOf(job, frame)) === true;
      const result = await carryOut(job, frame, step, signal);
      output = result.output;
      outcome = signal.aborted ? 'cancelled' : result.ok ? 'success' : 'failure';
    }
  } catch (cause) {
    job.voice.error((cause as Error).message);
    if (signal.aborted) outcome = 'cancelled';
  }
  const conclusion = outcome === 'failure' && forgiven ? 'success' : outcome;
  if (conclusion === 'failure') frame.failed = true;
  if (step.id !== undefined) frame.steps[step.id] = { outputs: output, outcome, conclusion };
  return conclusion;
}

async function carryOut(job: Job, frame: Frame, step: StepSpec, signal: AbortSignal): Promise<ActionResult> {
  const env = fillMap(step.env, scopeOf(job, frame));
  const minutes = Number(fill(step['timeout-minutes'] ?? 0, scopeOf(job, frame)));
  const limit = minutes > 0 ? AbortSignal.timeout(minutes * MINUTE) : undefined;
  const stop = limit === undefined ? signal : AbortSignal.any([signal, limit]);
  const result =
    step.uses === undefined
      ? await runScript(job, frame, step, env, stop)
      : await runAction(job, frame, { step, env, signal: stop });
  if (limit?.aborted && !result.ok)
    job.voice.error(`The action '${nameOf(job, frame, step)}' has timed out after ${minutes} minutes.`);
  return result;
}

async function runScript(
  job: Job,
  frame: Frame,
  step: StepSpec,
  env: Record<string, string>,
  signal: AbortSignal,
): Promise<ActionResult> {
  const script = scriptOf(job, frame, step, env);
  job.voice.line(`##[group]Run ${script.text.trim().split('\n')[0]}`);
  for (const line of script.text.trimEnd().split('\n')) job.voice.line(line);
  job.voice.line('##[endgroup]');
  return runChild(job, frame, { command: script.command, cwd: script.cwd, env, signal });
}
