import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fillText } from '#scripts/runner/expression/template.ts';
import type { StepSpec } from '#scripts/runner/workflow/workflow.ts';
import type { Frame, Job } from './job.ts';
import { scopeOf } from './scope.ts';

/** "Workflow syntax", `jobs.<id>.steps[*].shell`: the command line of each, and the script's ending. */
const SHELLS: { readonly [shell: string]: readonly [string, ...string[]] } = {
  bash: ['bash', '--noprofile', '--norc', '-eo', 'pipefail', '{0}'],
  sh: ['sh', '-e', '{0}'],
  node: [process.execPath, '{0}'],
  python: ['python3', '{0}'],
};
const ENDINGS: { readonly [shell: string]: string } = { bash: '.sh', sh: '.sh', node: '.cjs', python: '.py' };
/** A step that names no shell: bash without pipefail. */
const UNNAMED: readonly [string, ...string[]] = ['bash', '-e', '{0}'];

export type Script = { command: [string, ...string[]]; cwd: string; text: string };

function defaultOf(job: Job, frame: Frame, name: 'shell' | 'working-directory'): string | undefined {
  if (frame.depth > 0) return undefined; // a composite action does not see its user's defaults
  return job.defaults.map((defaults) => defaults.run?.[name]).find((value) => value !== undefined);
}

/** A `run:` step as a command; its script is written to the job's temporary folder. */
export function scriptOf(job: Job, frame: Frame, step: StepSpec, env: Record<string, string>): Script {
  const scope = scopeOf(job, frame, env);
  const shell = fillText(step.shell ?? defaultOf(job, frame, 'shell') ?? '', scope).trim();
  const folder = fillText(step['working-directory'] ?? defaultOf(job, frame, 'working-directory') ?? '', scope);
  const template = shell === '' ? UNNAMED : (SHELLS[shell] ?? (shell.split(/\s+/) as [string, ...string[]]));
  const file = join(job.temp, `${randomUUID()}${shell === '' ? '.sh' : (ENDINGS[shell] ?? '')}`);
  const text = fillText(step.run ?? '', scope);
  writeFileSync(file, `${text.replace(/\r\n/g, '\n')}\n`);
  const [program, ...args] = template;
  return {
    command: [program, ...args.map((arg) => arg.replace('{0}', file))],
    cwd: resolve(job.workspace, folder),
    text,
  };
}
