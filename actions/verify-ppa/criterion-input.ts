import { getInput } from '@actions/core';
import type { AppliedCriterion } from '#core/criteria/criterion.ts';
import { refusal } from '#core/fault-codes.ts';

/** One automated criterion of the product; undefined when none is named. @throws ProvisioningError INPUT_INVALID */
export function criterionInput(name: string, criteria: readonly AppliedCriterion[]): string | undefined {
  const id = getInput(name);
  if (id === '') return undefined;
  const automated = criteria
    .filter(({ criterion }) => criterion.check !== 'manual')
    .map(({ criterion }) => criterion.id);
  if (automated.includes(id)) return id;
  throw refusal('INPUT_INVALID', `Input ${name} is "${id.slice(0, 60)}", no automated criterion of this product.`, {
    hint: `Name one of: ${automated.join(', ')}.`,
  });
}
