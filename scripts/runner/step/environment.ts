import type { Frame, Job } from './job.ts';

/** GITHUB_ENV may not change these ("Workflow commands", "Setting an environment variable"). */
const PROTECTED = /^(GITHUB_|RUNNER_|NODE_OPTIONS$)/;

/** The whole environment of one child: this machine's few, the job's, the step's, GitHub's own last. */
export function childEnv(job: Job, frame: Frame, env: Record<string, string>): Record<string, string> {
  const all: Record<string, string> = {
    ...job.machine.env,
    HOME: job.home,
    CI: 'true',
    GIT_TERMINAL_PROMPT: '0',
    ...job.env,
    ...frame.env,
    ...env,
    ...job.fixedEnv,
    RUNNER_TRACKING_ID: job.mark,
  };
  if (job.paths.length > 0) all.PATH = [...[...job.paths].reverse(), all.PATH ?? ''].join(':');
  if (frame.actionPath !== '') all.GITHUB_ACTION_PATH = frame.actionPath;
  return all;
}

export function addToEnv(job: Job, added: Record<string, string>): void {
  for (const [name, value] of Object.entries(added)) {
    if (PROTECTED.test(name)) job.voice.error(`Can't store ${name} output parameter using '$GITHUB_ENV' command.`);
    else job.env[name] = value;
  }
}
