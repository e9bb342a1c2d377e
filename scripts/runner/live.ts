import { readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sweep } from './step/process.ts';
import type { Wire } from './wire.ts';

/** Runs that have not ended, by id, with their jobs. Kept on disk, so that a runner that was killed can end them later. */
export type Live = ReturnType<typeof keepLive>;

export function keepLive(dir: string) {
  const file = join(dir, 'live.json');
  const runs = new Map<number, { cancel: (why: string) => void; jobs: number[] }>();
  const save = () => writeFileSync(file, JSON.stringify([...runs].map(([id, { jobs }]) => [id, jobs])));

  return {
    addRun(id: number, cancel: (why: string) => void): void {
      runs.set(id, { cancel, jobs: [] });
      save();
    },
    addJob(run: number, id: number): void {
      runs.get(run)?.jobs.push(id);
      save();
    },
    endRun(id: number): void {
      runs.delete(id);
      save();
    },
    cancelAll(why: string): void {
      for (const { cancel } of runs.values()) cancel(why);
    },
    count: () => runs.size,
  };
}

function leftOver(dir: string): [number, number[]][] {
  try {
    return JSON.parse(readFileSync(join(dir, 'live.json'), 'utf8')) as [number, number[]][];
  } catch {
    return [];
  }
}

/** Ends what a runner of this folder left behind when it was killed: processes, work folders, runs that look alive. */
export async function clearLeftovers(dir: string, mark: string, wire: Wire): Promise<void> {
  sweep(mark);
  await rm(join(dir, 'jobs'), { recursive: true, force: true });
  const ended = { status: 'completed', conclusion: 'cancelled' } as const;
  for (const [run, jobs] of leftOver(dir)) {
    for (const job of jobs) await wire.updateJob(job, ended).catch(() => undefined);
    await wire.updateRun(run, ended).catch(() => undefined);
  }
}
