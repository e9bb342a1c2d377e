import { BUILT_IN, BUILT_IN_NAMES, builtInOf, whyRefused } from '#scripts/runner/features.ts';
import { isFields } from './fields.ts';
import type { JobSpec, StepSpec, Workflow } from './workflow.ts';

const SHELLS = /^(bash|sh|node|python)$|\{0\}|\$\{\{/;

/** Keys of one level that are refused by name. */
function refusedKeys(level: string, where: string, fields: unknown): string[] {
  if (!isFields(fields)) return [];
  return Object.keys(fields).flatMap((key) => {
    const why = whyRefused(`${level}${key}`);
    return why === undefined ? [] : [`${where}${key} is not supported by this runner: ${why}`];
  });
}

/** What a workflow asks for that this runner does not do, all of it, by name: nothing of such a workflow is run. */
export function unsupported(workflow: Workflow): string[] {
  return [
    ...refusedKeys('on.', 'on.', workflow.on),
    ...workflow.schedules
      .filter(({ timezone }) => timezone !== 'UTC')
      .flatMap((entry) => refusedKeys('on.schedule.', 'on.schedule.', entry)),
    ...shellFaults('defaults', workflow.defaults?.run?.shell),
    ...Object.entries(workflow.jobs).flatMap(([id, job]) => jobFaults(`jobs.${id}`, job)),
  ];
}

function jobFaults(where: string, job: JobSpec): string[] {
  const remote =
    job.uses !== undefined && !job.uses.startsWith('./')
      ? [`${where}.uses: ${job.uses} is in another repository; this runner calls ./.github/workflows/… only`]
      : [];
  return [
    ...refusedKeys('jobs.', `${where}.`, job),
    ...refusedKeys('jobs.runs-on.', `${where}.runs-on.`, job['runs-on']),
    ...remote,
    ...shellFaults(where, job.defaults?.run?.shell),
    ...(job.steps ?? []).flatMap((step, index) => stepFaults(`${where}.steps[${index}]`, step)),
  ];
}

/** The same for a step, also of a composite action. */
export function stepFaults(where: string, step: StepSpec): string[] {
  return [...refusedKeys('steps.', `${where}.`, step), ...shellFaults(where, step.shell), ...usesFaults(where, step)];
}

function shellFaults(where: string, shell: string | undefined): string[] {
  if (shell === undefined || SHELLS.test(shell)) return [];
  return [`${where}.shell: ${shell} is not supported by this runner (bash, sh, node, python or "program {0}")`];
}

function usesFaults(where: string, { uses, with: given }: StepSpec): string[] {
  if (uses === undefined || uses.startsWith('./')) return [];
  if (uses.startsWith('docker://')) return [`${where}.uses: ${uses}: containers are not supported by this runner`];
  const known = builtInOf(uses);
  if (known === undefined) {
    return [
      `${where}.uses: ${uses} is in another repository and not built into this runner (${BUILT_IN_NAMES.join(', ')})`,
    ];
  }
  const off: unknown[] = [undefined, null, false, 'false', ''];
  return BUILT_IN[known].refused
    .filter((name) => !off.includes(given?.[name]))
    .map((name) => `${where}.with.${name}: not supported by this runner's ${known}`);
}
