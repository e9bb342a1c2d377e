import type { RealReport, RealRun } from './real.ts';

/** For a person: each run whole, and what it went into. */
export function realTable({ product, packages, from, runs, again }: RealReport): string {
  return [
    `${product}: ${packages.join(', ')}; upgraded from ${from.join(', ')}`,
    ...runs.map((run, at) => runTable(`run ${at + 1}, nothing remembered`, run)),
    runTable('again, as the checkers were heard before', again),
  ].join('\n\n');
}

function runTable(title: string, { clock, cpu, conclusion, telling, parts, ours }: RealRun): string {
  const line = (name: string, taken: { readonly clock: number; readonly cpu: number }) =>
    `  ${name.padEnd(32)}${seconds(taken.clock)} s  of CPU ${seconds(taken.cpu)} s`;
  return [
    `${title}: ${conclusion}`,
    ...telling.map((row) => `  ${row}`),
    line('whole', { clock, cpu }),
    ...parts.map((part) => line(`${part.system}: ${part.part}`, part)),
    line('ours, in no system', ours),
  ].join('\n');
}

function seconds(value: number): string {
  return value.toFixed(1).padStart(6);
}
