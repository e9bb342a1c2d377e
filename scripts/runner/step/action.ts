import { join, resolve } from 'node:path';
import { type BuiltInCall, builtIns } from '#scripts/runner/builtin/built-ins.ts';
import { fillMap, fillText } from '#scripts/runner/expression/template.ts';
import { BUILT_IN, builtInOf } from '#scripts/runner/features.ts';
import type { Fields } from '#scripts/runner/workflow/fields.ts';
import type { StepSpec } from '#scripts/runner/workflow/workflow.ts';
import { type ActionFile, readAction } from './action-file.ts';
import { runChild } from './child.ts';
import { runComposite } from './composite.ts';
import type { Frame, Job } from './job.ts';
import { scopeOf } from './scope.ts';

export type ActionResult = { ok: boolean; output: Record<string, string> };
export type Use = { step: StepSpec; env: Record<string, string>; signal: AbortSignal };

/** A `uses:` step: built into this runner, or an action in the workspace. */
export async function runAction(job: Job, frame: Frame, use: Use): Promise<ActionResult> {
  const uses = use.step.uses as string;
  const given = fillMap(use.step.with, scopeOf(job, frame, use.env));
  const known = uses.startsWith('./') ? undefined : builtInOf(uses);
  if (known !== undefined) return runBuiltIn(job, frame, use, lowered(given));
  const folder = resolve(job.workspace, uses);
  const action = readAction(folder, uses);
  const inputs = inputsOf(job, frame, action, given);
  if (action.runs.using === 'composite') return runComposite(job, frame, { ...use, folder, action, inputs });
  return runNode(job, frame, { ...use, folder, action, inputs });
}

const lowered = (given: Record<string, string>) =>
  Object.fromEntries(Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]));

async function runBuiltIn(job: Job, frame: Frame, use: Use, inputs: Record<string, string>): Promise<ActionResult> {
  const name = builtInOf(use.step.uses as string);
  const output: Record<string, string> = {};
  const call: BuiltInCall = {
    job,
    input: (input) => inputs[input] ?? '',
    output: (key, value) => {
      output[key] = value;
    },
    signal: use.signal,
    post: (run) =>
      job.posts.push({ name: `Post ${use.step.name ?? `Run ${use.step.uses}`}`, condition: 'always()', frame, run }),
  };
  if (name !== undefined) warnUnknown(job, Object.keys(inputs), Object.values(BUILT_IN[name]).flat());
  if (name === undefined) throw new Error(`${use.step.uses} is not built into this runner`);
  await builtIns[name](call);
  return { ok: true, output };
}

function warnUnknown(job: Job, given: readonly string[], known: readonly string[]): void {
  const fits = (name: string) =>
    known.some((one) =>
      one.endsWith('*') ? name.startsWith(one.slice(0, -1)) : one.toLowerCase() === name.toLowerCase(),
    );
  const unexpected = given.filter((name) => !fits(name));
  if (unexpected.length === 0) return;
  job.voice.warning(`Unexpected input(s) '${unexpected.join("', '")}', valid inputs are ['${known.join("', '")}']`);
}

/** `with:` and the action's defaults, by the names the action declares. */
function inputsOf(job: Job, frame: Frame, action: ActionFile, given: Record<string, string>): Record<string, string> {
  const declared = action.inputs ?? {};
  const byLower = lowered(given);
  warnUnknown(job, Object.keys(given), Object.keys(declared));
  const defaults: Fields = Object.fromEntries(Object.entries(declared).map(([name, spec]) => [name, spec?.default]));
  const scope = scopeOf(job, frame);
  return Object.fromEntries(
    Object.keys(declared).map((name) => [name, byLower[name.toLowerCase()] ?? fillText(defaults[name], scope)]),
  );
}

type NodeUse = Use & { folder: string; action: ActionFile; inputs: Record<string, string> };

function inputEnv(inputs: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, value]),
  );
}

/** A JavaScript action on this machine's node. Its `pre:` is not run: GitHub does not run it for actions of the workspace either. */
async function runNode(job: Job, frame: Frame, use: NodeUse): Promise<ActionResult> {
  const { folder, action, inputs, signal } = use;
  const env = { ...use.env, ...inputEnv(inputs) };
  const start = (script: string, extra: Record<string, string>, stop: AbortSignal) =>
    runChild(job, frame, {
      command: [process.execPath, join(folder, script)],
      cwd: job.workspace,
      env: { ...env, ...extra },
      signal: stop,
    });
  if (action.runs.pre !== undefined) job.voice.warning('`pre` execution is not supported for local action');
  const done = await start(action.runs.main ?? '', {}, signal);
  const { post } = action.runs;
  if (post !== undefined) {
    const state = Object.fromEntries(Object.entries(done.state).map(([name, value]) => [`STATE_${name}`, value]));
    job.posts.push({
      name: `Post ${use.step.name ?? `Run ${use.step.uses}`}`,
      condition: action.runs['post-if'] ?? 'always()',
      frame,
      run: async (stop) => {
        if (!(await start(post, state, stop)).ok) throw new Error(`${use.step.uses}: the post step failed`);
      },
    });
  }
  return done;
}
