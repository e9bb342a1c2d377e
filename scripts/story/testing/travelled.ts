import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalWorld, startLocalWorld } from '../local-world.ts';
import { type Play, STORIES } from '../stories.ts';
import { closeStory, openStory, type Story } from '../story.ts';

/** What becomes of the events on their way to the runner. */
export type Filter = Parameters<LocalWorld['forge']['admin']['eventFilter']>[0];

/** The journey without what real clients say of it: for events that come otherwise than they should. */
export const withoutSites: Omit<Play, 'about'> = {
  ...STORIES.journey,
  stations: STORIES.journey.stations.filter(({ title }) => !/sites/i.test(title)),
};

/** Plays a story to its end in a world of its own, of which nothing stays. @param filter undefined: every event arrives once */
export async function travelled({ opening, stations }: Omit<Play, 'about'>, filter?: Filter): Promise<Story> {
  const dir = mkdtempSync(join(tmpdir(), 'journey-'));
  try {
    const local = await startLocalWorld({ dir, opening });
    const story = openStory(local);
    try {
      local.forge.admin.eventFilter(filter);
      for (const { run } of stations) await run(story, () => {});
      return story;
    } finally {
      await closeStory(story);
      await local.close();
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
