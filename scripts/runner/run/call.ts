import { fillDeep, fillMap, fillText } from '#scripts/runner/expression/template.ts';
import type { Fields } from '#scripts/runner/workflow/fields.ts';
import { type Inputs, readInputs } from '#scripts/runner/workflow/inputs.ts';
import { narrowed, permissionsOf } from '#scripts/runner/workflow/permissions.ts';
import type { Attempt } from './attempt.ts';
import type { Called } from './frame.ts';
import { type Instance, jobScope } from './instance.ts';
import { type Outcomes, runJobs, worst } from './jobs.ts';
import { reportUnrun } from './unrun.ts';

/** GitHub connects at most four levels of workflows by default ("Reuse workflows", nesting). */
const DEEPEST = 4;

function secretsFor(called: Called, instance: Instance): { [name: string]: string } | undefined {
  const { secrets } = instance.spec;
  if (secrets === 'inherit') return called.secrets;
  const scope = jobScope(called, instance.needs, instance);
  const own = called.secrets ?? called.settings.secrets;
  const given = called.run.subject.fork ? {} : own;
  return fillMap(secrets, { contexts: { ...scope.contexts, secrets: given } });
}

/** @throws Error: no such file, not callable, wrong inputs, too deep. */
function calledOf(called: Called, instance: Instance, signal: AbortSignal): Called {
  const uses = instance.spec.uses as string;
  const workflow = called.run.files.get(uses.replace(/^\.\//, ''));
  if (workflow === undefined) throw new Error(`${uses}: workflow was not found`);
  if (workflow.faults.length > 0) throw new Error(workflow.faults.join('\n'));
  const trigger = workflow.on.workflow_call;
  if (trigger === undefined) throw new Error(`${uses} has no workflow_call trigger`);
  if (called.depth >= DEEPEST) throw new Error(`${uses}: workflows are nested more than ${DEEPEST} deep`);
  const scope = jobScope(called, instance.needs, instance);
  const { inputs, faults } = readInputs(trigger.inputs, fillDeep(instance.spec.with ?? {}, scope) as Inputs);
  const secrets = secretsFor(called, instance);
  faults.push(...missingSecrets(trigger.secrets, called, secrets));
  if (faults.length > 0) throw new Error(`${uses}: ${faults.join('; ')}`);
  return {
    run: called.run,
    workflow,
    inputs,
    settings: called.settings,
    ...(secrets === undefined ? {} : { secrets }),
    prefix: `${instance.name} / `,
    ceiling: narrowed(permissionsOf(instance.spec.permissions, called.workflow.permissions), called.ceiling),
    depth: called.depth + 1,
    signal,
  };
}

function missingSecrets(declared: unknown, called: Called, given: { [name: string]: string } | undefined): string[] {
  const held = given ?? called.settings.secrets;
  return Object.entries((declared ?? {}) as { [name: string]: { required?: boolean } | null })
    .filter(([name, spec]) => spec?.required === true && held[name] === undefined)
    .map(([name]) => `secret ${name} is required`);
}

function outputsOf(inner: Called, outcomes: Outcomes): Record<string, string> {
  const jobs = outcomes;
  const scope = { contexts: { ...jobScope(inner, {}).contexts, jobs } };
  const declared = (inner.workflow.on.workflow_call?.outputs ?? {}) as { [name: string]: Fields };
  return Object.fromEntries(Object.entries(declared).map(([name, spec]) => [name, fillText(spec.value, scope)]));
}

/** A job that is another workflow of this repository, at the same commit. */
export async function call(called: Called, instance: Instance, signal: AbortSignal): Promise<Attempt> {
  let inner: Called;
  try {
    inner = calledOf(called, instance, signal);
  } catch (cause) {
    await reportUnrun({ ...called, prefix: '' }, instance.name, 'failure', (cause as Error).message);
    return { conclusion: 'failure', outputs: {} };
  }
  const outcomes = await runJobs(inner);
  return {
    conclusion: worst(Object.values(outcomes).map(({ result }) => result)),
    outputs: outputsOf(inner, outcomes),
  };
}
