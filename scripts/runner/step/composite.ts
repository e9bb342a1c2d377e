import { fillText } from '#scripts/runner/expression/template.ts';
import type { ActionResult, Use } from './action.ts';
import type { ActionFile } from './action-file.ts';
import type { Frame, Job } from './job.ts';
import { scopeOf } from './scope.ts';
import { runStep } from './step.ts';

const DEEPEST = 10;

/** The steps of a composite action, in a frame of their own: its inputs, its steps' outputs, its own success(). */
export async function runComposite(
  job: Job,
  outer: Frame,
  use: Use & { folder: string; action: ActionFile; inputs: Record<string, string> },
): Promise<ActionResult> {
  if (outer.depth >= DEEPEST) throw new Error(`composite actions are nested more than ${DEEPEST} deep`);
  const frame: Frame = {
    inputs: use.inputs,
    steps: {},
    env: { ...outer.env, ...use.env },
    actionPath: use.folder,
    failed: false,
    depth: outer.depth + 1,
  };
  for (const step of use.action.runs.steps ?? []) await runStep(job, frame, step, use.signal);
  const scope = scopeOf(job, frame);
  const output = Object.fromEntries(
    Object.entries(use.action.outputs ?? {}).map(([name, spec]) => [name, fillText(spec?.value, scope)]),
  );
  return { ok: !frame.failed, output };
}
