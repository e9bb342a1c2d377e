import { expect, test } from 'vitest';
import { travelled, withoutSites } from './testing/travelled.ts';

test('the journey arrives when every event but the schedule is lost', { timeout: 1_800_000 }, async () => {
  // A dispatch is a call that is answered, not an event that may get lost.
  const kept = new Set(['clock', 'workflow_dispatch']);
  const story = await travelled(withoutSites, (events) => events.filter(({ event }) => kept.has(event)));
  expect(story.ticks.length).toBeGreaterThan(10);
});
