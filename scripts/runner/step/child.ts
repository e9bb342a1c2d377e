import { addToEnv, childEnv } from './environment.ts';
import { openStepFiles, type Said } from './files.ts';
import type { Frame, Job } from './job.ts';
import { runProcess } from './process.ts';
import { type Aside, listen } from './voice.ts';

export type ChildResult = { ok: boolean; output: Record<string, string>; state: Record<string, string> };

/** Runs one program of a step and takes in what it wrote to GITHUB_OUTPUT, ENV, PATH, STATE and STEP_SUMMARY. */
export async function runChild(
  job: Job,
  frame: Frame,
  child: { command: [string, ...string[]]; cwd: string; env: Record<string, string>; signal: AbortSignal },
): Promise<ChildResult> {
  const files = openStepFiles(job.temp);
  const aside: Aside = { output: {}, state: {} };
  const env = { ...childEnv(job, frame, child.env), ...files.env };
  const exit = await runProcess(child.command, { ...child, env, hear: listen(job.voice, aside) });
  if (exit.code !== 0 && !exit.aborted) job.voice.error(`Process completed with exit code ${exit.code}.`);
  const said = takeIn(job, files.read);
  return {
    ok: exit.code === 0 && !exit.aborted && said !== undefined,
    output: { ...aside.output, ...said?.output },
    state: { ...aside.state, ...said?.state },
  };
}

function takeIn(job: Job, read: () => Said): Said | undefined {
  try {
    const said = read();
    addToEnv(job, said.env);
    job.paths.push(...said.path);
    if (said.summary !== '') job.summary.push(job.masks.hide(said.summary));
    return said;
  } catch (cause) {
    job.voice.error(`Unable to process file command successfully. ${(cause as Error).message}`);
    return undefined;
  }
}
