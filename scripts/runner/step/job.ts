import type { Status } from '#scripts/runner/expression/evaluate.ts';
import type { Machine } from '#scripts/runner/machine.ts';
import type { Inputs } from '#scripts/runner/workflow/inputs.ts';
import type { Defaults } from '#scripts/runner/workflow/workflow.ts';
import type { Masks } from './masks.ts';
import type { Voice } from './voice.ts';

export type StepOutcome = 'success' | 'failure' | 'cancelled' | 'skipped';
export type StepState = { outputs: Record<string, string>; outcome: StepOutcome; conclusion: StepOutcome };

export type Post = { name: string; condition: string; frame: Frame; run: (signal: AbortSignal) => Promise<void> };

export type Folders = { workspace: string; temp: string; home: string; tools: string };

/** A job under way on this machine: what its steps share. */
export type Job = Folders & {
  machine: Machine;
  repository: string;
  runId: number;
  /** The job's token. */
  token: string;
  /** In the environment of every child, so that none is left behind. */
  mark: string;
  /** GITHUB_* and RUNNER_* of every child; no `env:` may change them. */
  fixedEnv: Record<string, string>;
  /** Workflow's and job's `env:`, then what GITHUB_ENV added. */
  env: Record<string, string>;
  paths: string[];
  /** github, vars, secrets, needs, matrix, strategy, runner. */
  contexts: { readonly [name: string]: unknown };
  defaults: Defaults[];
  status: 'success' | 'failure' | 'cancelled';
  masks: Masks;
  voice: Voice;
  summary: string[];
  posts: Post[];
  signal: AbortSignal;
};

/** One level of steps: the job's own, or those of a composite action. */
export type Frame = {
  inputs: Inputs;
  steps: Record<string, StepState>;
  /** `env:` of the step that uses the composite action. */
  env: Record<string, string>;
  /** Folder of the composite action. */
  actionPath: string;
  /** Failure within this level. */
  failed: boolean;
  depth: number;
};

export function statusOf(job: Job, frame: Frame): Status {
  const cancelled = job.status === 'cancelled';
  const failure = !cancelled && (frame.failed || job.status === 'failure');
  return { cancelled, failure, success: !cancelled && !failure };
}
