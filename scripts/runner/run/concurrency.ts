import type { Scope } from '#scripts/runner/expression/evaluate.ts';
import { fill, fillText } from '#scripts/runner/expression/template.ts';
import { isFields } from '#scripts/runner/workflow/fields.ts';
import type { Claim } from './groups.ts';

/** A `concurrency:` as a claim on its group; undefined when there is none. */
export function claimOf(
  repository: string,
  declared: unknown,
  scope: Scope,
  cancel: (why: string) => void,
): Claim | undefined {
  const group = fillText(isFields(declared) ? declared.group : declared, scope);
  if (group === '') return undefined;
  const settings = isFields(declared) ? declared : {};
  return {
    repository,
    group,
    cancelInProgress: fill(settings['cancel-in-progress'] ?? false, scope) === true,
    queue: settings.queue === 'max',
    cancel,
  };
}
