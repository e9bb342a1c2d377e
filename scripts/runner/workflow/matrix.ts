import type { Fields } from './fields.ts';
import { isFields } from './fields.ts';

export type Combination = { readonly [name: string]: unknown };

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
const listOf = (value: unknown): Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);

function product(axes: readonly [string, unknown][]): Combination[] {
  return axes.reduce<Combination[]>(
    (made, [name, values]) =>
      made.flatMap((combination) =>
        (Array.isArray(values) ? values : [values]).map((value) => ({ ...combination, [name]: value })),
      ),
    axes.length === 0 ? [] : [{}],
  );
}

/**
 * The jobs of a matrix whose expressions are already filled in (workflow syntax, `strategy.matrix`): excluded first, then each
 * `include` goes into every combination it does not contradict in an original value, or becomes one of its own.
 */
export function combinations(matrix: unknown): Combination[] {
  if (!isFields(matrix)) return [];
  const axes = Object.entries(matrix).filter(([name]) => name !== 'include' && name !== 'exclude');
  const excluded = listOf(matrix.exclude);
  const originals = product(axes).filter(
    (combination) =>
      !excluded.some((entry) => Object.entries(entry).every(([name, value]) => same(combination[name], value))),
  );
  const made = originals.map((combination) => ({ ...combination }) as Record<string, unknown>);
  for (const entry of listOf(matrix.include)) {
    const fitting = originals.flatMap((original, index) =>
      Object.entries(entry).every(([name, value]) => !(name in original) || same(original[name], value)) ? [index] : [],
    );
    if (fitting.length === 0) made.push({ ...entry });
    for (const index of fitting) Object.assign(made[index] as object, entry);
  }
  return made;
}
