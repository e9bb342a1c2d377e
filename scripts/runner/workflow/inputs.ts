import { isFields } from './fields.ts';
import type { InputSpec } from './workflow.ts';

export type Inputs = { [name: string]: unknown };

function typed(name: string, { type = 'string', options }: InputSpec, value: unknown, faults: string[]): unknown {
  if (type === 'boolean') {
    if (value === true || value === 'true') return true;
    if (value === false || value === 'false' || value === '') return false;
    faults.push(`input ${name} must be true or false, not ${String(value)}`);
  } else if (type === 'number') {
    const number = value === '' ? Number.NaN : Number(value);
    if (!Number.isNaN(number)) return number;
    faults.push(`input ${name} must be a number, not ${String(value)}`);
  } else if (type === 'choice' && options !== undefined && !options.map(String).includes(String(value))) {
    faults.push(`input ${name} must be one of ${options.join(', ')}, not ${String(value)}`);
  }
  return String(value);
}

const EMPTY: { [type: string]: unknown } = { boolean: false, number: 0 };

/** Inputs of workflow_dispatch or workflow_call, typed and with defaults. All faults at once. */
export function readInputs(declared: unknown, given: Inputs): { inputs: Inputs; faults: string[] } {
  const specs = (isFields(declared) ? declared : {}) as { [name: string]: InputSpec | null };
  const faults = Object.keys(given)
    .filter((name) => !(name in specs))
    .map((name) => `unexpected input ${name}`);
  const inputs: Inputs = {};
  for (const [name, declaredSpec] of Object.entries(specs)) {
    const spec = declaredSpec ?? {};
    const value = given[name] ?? spec.default;
    if (value !== undefined && value !== null) inputs[name] = typed(name, spec, value, faults);
    else if (spec.required === true) faults.push(`input ${name} is required`);
    else inputs[name] = EMPTY[spec.type ?? 'string'] ?? '';
  }
  return { inputs, faults };
}
