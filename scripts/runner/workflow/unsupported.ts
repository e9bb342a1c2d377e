import type { JobSpec, StepSpec, Workflow } from './workflow.ts';

/** Actions that this runner carries out itself, whatever version is named: what each would do, done on this machine. */
export const BUILT_IN = [
  'actions/checkout',
  'actions/upload-artifact',
  'actions/download-artifact',
  'actions/setup-node',
  'actions/create-github-app-token',
] as const;
export type BuiltIn = (typeof BUILT_IN)[number];

/** `with:` names of the built-in actions that would change what they do and are not carried out here. */
const REFUSED_INPUTS: { readonly [action: string]: readonly string[] } = {
  'actions/checkout': ['sparse-checkout', 'lfs', 'submodules', 'ssh-key', 'filter'],
  'actions/setup-node': ['cache'],
};

const SHELLS = /^(bash|sh|node|python)$|\{0\}/;

export function builtInOf(uses: string): BuiltIn | undefined {
  const name = uses.split('@')[0]?.toLowerCase();
  return BUILT_IN.find((known) => known === name);
}

/** What a workflow asks for that this runner does not do: refused by name before anything runs. */
export function unsupported(workflow: Workflow): string[] {
  const jobs = Object.entries(workflow.jobs);
  return [
    ...Object.keys(workflow.on)
      .filter((event) => event === 'merge_group')
      .map((event) => `on.${event}: merge queues are not supported by this runner`),
    ...shellFaults('defaults', workflow.defaults?.run?.shell),
    ...timezoneFaults(workflow),
    ...jobs.flatMap(([id, job]) => jobFaults(`jobs.${id}`, job)),
  ];
}

function timezoneFaults({ schedules }: Workflow): string[] {
  return schedules.some(({ timezone }) => timezone !== undefined && timezone !== 'UTC')
    ? ['on.schedule.timezone: schedules are read in UTC by this runner']
    : [];
}

function jobFaults(where: string, job: JobSpec): string[] {
  const absent = (['container', 'services', 'snapshot'] as const)
    .filter((name) => (job as { [name: string]: unknown })[name] !== undefined)
    .map((name) => `${where}.${name}: containers and images are not supported by this runner`);
  const remote =
    job.uses !== undefined && !job.uses.startsWith('./')
      ? [
          `${where}.uses: reusable workflow ${job.uses} is in another repository; only ./.github/workflows/… is supported`,
        ]
      : [];
  const steps = (job.steps ?? []).flatMap((step, index) => stepFaults(`${where}.steps[${index}]`, step));
  return [...absent, ...remote, ...shellFaults(where, job.defaults?.run?.shell), ...steps];
}

/** The same for a step, also of a composite action. */
export function stepFaults(where: string, step: StepSpec): string[] {
  const unknown = ['background', 'wait', 'wait-all', 'cancel', 'parallel']
    .filter((name) => (step as { [name: string]: unknown })[name] !== undefined)
    .map((name) => `${where}.${name}: background steps are not supported by this runner`);
  return [...unknown, ...shellFaults(where, step.shell), ...usesFaults(where, step)];
}

function shellFaults(where: string, shell: unknown): string[] {
  if (shell === undefined || (typeof shell === 'string' && (SHELLS.test(shell) || shell.includes('${{')))) return [];
  return [`${where}.shell: ${String(shell)} is not supported by this runner (bash, sh, node, python or "program {0}")`];
}

function usesFaults(where: string, step: StepSpec): string[] {
  const uses = step.uses;
  if (uses === undefined || uses.startsWith('./')) return [];
  if (uses.startsWith('docker://')) return [`${where}.uses: ${uses}: containers are not supported by this runner`];
  const known = builtInOf(uses);
  if (known === undefined) {
    return [`${where}.uses: ${uses} is in another repository and not built into this runner (${BUILT_IN.join(', ')})`];
  }
  return (REFUSED_INPUTS[known] ?? [])
    .filter((name) => ![undefined, null, false, 'false', ''].includes(step.with?.[name] as undefined))
    .map((name) => `${where}.with.${name}: not supported by this runner's ${known}`);
}
