import { expect, test } from 'vitest';
import { STORIES } from './stories.ts';
import { travelled } from './testing/travelled.ts';

/** The journey of `npm start`. In files of their own, and so side by side: with events delivered as they should not be. */
test('the journey arrives, each step led to by an event', { timeout: 1_800_000 }, async () => {
  const story = await travelled(STORIES.journey);
  expect(story.ticks).toEqual([]);
  expect(story.checks.done).toBeGreaterThan(80);
});
