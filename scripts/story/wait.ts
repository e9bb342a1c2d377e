import { recentFailures } from './look.ts';
import { type Story, StoryFault } from './story.ts';

const QUARTER_HOUR = 15 * 60_000;
/** Times the schedule may have to ring before a thing is held to be lost. */
const MOST_TICKS = 8;

/** What a condition gives: undefined or false means not yet. */
type Found<T> = T | undefined | false;

/**
 * Waits until `look` finds what it looks for: first until nothing is going on, then a quarter of an hour at a time on the
 * forge's clock, so that the schedule rings. With every event delivered the schedule is not needed.
 */
export async function until<T>(story: Story, what: string, look: () => Promise<Found<T>>): Promise<T> {
  for (let tick = 0; tick <= MOST_TICKS; tick += 1) {
    await story.local.runner.idle();
    const found = await look();
    if (found !== undefined && found !== false) {
      story.checks.done += 1;
      return found;
    }
    if (tick < MOST_TICKS) story.ticks.push(what);
    story.local.forge.admin.advance(QUARTER_HOUR);
  }
  throw new StoryFault(`It did not happen: ${what}.`, [
    ...(await recentFailures(story)),
    ...story.local.told.slice(-5),
  ]);
}

/** Moves the forge's clock to a date and lets everything that is due happen. */
export async function sleepUntil(story: Story, date: Date): Promise<void> {
  const { forge, runner } = story.local;
  await runner.idle();
  if (forge.admin.now() >= date) return;
  forge.admin.set(date);
  await runner.idle();
}
