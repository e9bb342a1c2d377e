import type { Published } from '#shell/publish.ts';

/** Rows for the job's summary: one per repository, what happened first. */
export function summaryRows({ state, changed, renewed }: Published) {
  const head = ['repository', 'now', 'packages', 'snapshot'].map((data) => ({ data, header: true }));
  const word = (id: string) => (changed.includes(id) ? 'changed' : renewed.includes(id) ? 'signed anew' : 'unchanged');
  const order = ['changed', 'signed anew', 'unchanged'];
  const rows = state.shown
    .map(({ head: { id, snapshot }, listing }) => [
      ...[id, word(id), String(listing.split('\n').length - 1)],
      snapshot.slice(0, 16),
    ])
    .sort(([, left = ''], [, right = '']) => order.indexOf(left) - order.indexOf(right));
  return [head, ...rows];
}
