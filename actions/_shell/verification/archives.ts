import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Stage } from './stage.ts';

type Fetched = NonNullable<Stage['fetched']>;

/** Keeps a copy of the packages that a stage fetches, for as long as `body` takes; `archives` gives their paths. */
export async function withArchives<T>(
  body: (fetched: Fetched, archives: () => readonly string[]) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'archives-'));
  const files: string[] = [];
  try {
    const fetched: Fetched = async (system, archives) => {
      for (const from of archives) {
        const to = join(folder, basename(from));
        await system.copyOut(from, to);
        files.push(to);
      }
    };
    return await body(fetched, () => files);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
