import { expect, test } from 'vitest';
import { STORIES } from './stories.ts';
import { travelled } from './testing/travelled.ts';

/** `npm start -- --story side-ways`: emergency, exception, ejection and rollback, as real clients see them. */
test('the side ways of a release arrive, each step led to by an event', { timeout: 1_800_000 }, async () => {
  const story = await travelled(STORIES['side-ways']);
  expect(story.ticks).toEqual([]);
  expect(story.checks.done).toBeGreaterThan(60);
});
