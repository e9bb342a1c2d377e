import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Stage } from './stage.ts';

type Fetched = NonNullable<Stage['fetched']>;

/** Keeps a copy of the packages that a stage fetches, for as long as `body` takes; `archives` gives their paths, below `folder`. */
export async function withArchives<T>(
  body: (fetched: Fetched, archives: () => readonly string[], folder: string) => Promise<T>,
): Promise<T> {
  await sweep();
  const folder = await mkdtemp(join(tmpdir(), `umd-archives-${process.pid}-`));
  const files: string[] = [];
  try {
    const fetched: Fetched = async (system, archives) => {
      for (const from of archives) {
        const to = join(folder, basename(from));
        await system.copyOut(from, to);
        files.push(to);
      }
    };
    return await body(fetched, () => files, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What runs that were killed left behind. */
async function sweep(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = /^umd-archives-(?<pid>\d+)-/.exec(name)?.groups?.pid;
    if (pid !== undefined && !isAlive(Number(pid))) await rm(join(tmpdir(), name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
