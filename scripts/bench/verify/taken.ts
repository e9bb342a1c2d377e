import { readFileSync } from 'node:fs';

/** Seconds. Those of processors say the same on a busy machine; those of a clock do not. */
export interface Taken {
  readonly clock: number;
  readonly cpu: number;
}

export async function taken(work: () => Promise<unknown>): Promise<Taken> {
  const [clock, cpu] = [performance.now(), cpuSeconds()];
  await work();
  return { clock: (performance.now() - clock) / 1000, cpu: cpuSeconds() - cpu };
}

/** Of this process and all that ended below it: proc(5), /proc/pid/stat, utime to cstime, in hundredths. */
function cpuSeconds(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? [];
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
}

export function median(values: readonly Taken[] = []): Taken {
  const middle = (of: (each: Taken) => number): number =>
    values.map(of).sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
  return { clock: middle(({ clock }) => clock), cpu: middle(({ cpu }) => cpu) };
}
