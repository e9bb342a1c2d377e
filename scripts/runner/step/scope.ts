import { hashFiles } from '#scripts/runner/builtin/glob.ts';
import type { Scope } from '#scripts/runner/expression/evaluate.ts';
import { type Frame, type Job, statusOf } from './job.ts';

/** Where a step's expressions are read; `env` is what stands at that place. */
export function scopeOf(job: Job, frame: Frame, env: Record<string, string> = {}): Scope {
  const status = statusOf(job, frame);
  const github = job.contexts.github as object;
  return {
    contexts: {
      ...job.contexts,
      github:
        frame.actionPath === ''
          ? github
          : { ...github, action_path: frame.actionPath, action_status: frame.failed ? 'failure' : 'success' },
      env: { ...job.env, ...frame.env, ...env },
      inputs: frame.inputs,
      steps: { ...frame.steps },
      job: { ...(job.contexts.job as object), status: job.status },
    },
    status,
    hashFiles: (patterns) => hashFiles(job.workspace, patterns),
  };
}
