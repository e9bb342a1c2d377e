import type { Scope, Status } from '#scripts/runner/expression/evaluate.ts';
import { fill, fillDeep, fillText } from '#scripts/runner/expression/template.ts';
import { isFields } from '#scripts/runner/workflow/fields.ts';
import { type Combination, combinations } from '#scripts/runner/workflow/matrix.ts';
import type { JobSpec } from '#scripts/runner/workflow/workflow.ts';
import type { Called, JobOutcome } from './frame.ts';

/** One job to run: a plain one, or one combination of a matrix. */
export type Instance = {
  id: string;
  spec: JobSpec;
  name: string;
  matrix: Combination | null;
  strategy: { 'fail-fast': boolean; 'job-index': number; 'job-total': number; 'max-parallel': number };
  needs: { readonly [id: string]: JobOutcome };
};

/** What a job's own fields may speak of, before it runs. */
export function jobScope(
  called: Called,
  needs: { readonly [id: string]: JobOutcome },
  more: { status?: Status; matrix?: Combination | null; strategy?: object } = {},
): Scope {
  const { run, settings, inputs } = called;
  return {
    contexts: {
      github: run.github,
      vars: settings.variables,
      inputs,
      needs,
      matrix: more.matrix ?? null,
      strategy: more.strategy ?? null,
    },
    ...(more.status === undefined ? {} : { status: more.status }),
  };
}

function nameOf(id: string, spec: JobSpec, matrix: Combination | null, scope: Scope): string {
  if (spec.name !== undefined) {
    const name = fillText(spec.name, scope);
    if (name !== '') return name;
  }
  if (matrix === null) return id;
  const values = Object.values(matrix).map((value) =>
    typeof value === 'object' ? JSON.stringify(value) : String(value),
  );
  return `${id} (${values.join(', ')})`;
}

/** The instances of a job. @throws Error when an expression fails or a matrix is empty. */
export function instancesOf(called: Called, id: string, spec: JobSpec, needs: Instance['needs']): Instance[] {
  const scope = jobScope(called, needs);
  const declared = spec.strategy?.matrix;
  const matrix = fillDeep(declared, scope);
  if (declared !== undefined && !isFields(matrix)) throw new Error(`jobs.${id}.strategy.matrix is not a mapping`);
  const made = declared === undefined ? [null] : combinations(matrix);
  if (made.length === 0) throw new Error('Matrix vector does not contain any values');
  const failFast = fill(spec.strategy?.['fail-fast'] ?? true, scope) !== false;
  const parallel = Number(fill(spec.strategy?.['max-parallel'] ?? made.length, scope));
  return made.map((combination, index) => {
    const strategy = {
      'fail-fast': failFast,
      'job-index': index,
      'job-total': made.length,
      'max-parallel': parallel,
    };
    const own = jobScope(called, needs, { matrix: combination, strategy });
    const name = called.prefix + nameOf(id, spec, combination, own);
    return { id, spec, name, matrix: combination, strategy, needs };
  });
}

/** `runs-on:` as labels. */
export function labelsOf(value: unknown, scope: Scope): string[] {
  const filled = fillDeep(value, scope);
  const named = isFields(filled) ? filled.labels : filled;
  return (Array.isArray(named) ? named : [named]).map(String);
}
