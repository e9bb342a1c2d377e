import { expect, test } from 'vitest';
import { type Filter, travelled, withoutSites } from './testing/travelled.ts';

type Events = ReturnType<NonNullable<Filter>>[number][];

test('the journey arrives when every event comes twice and the newest first', { timeout: 1_800_000 }, async () => {
  let held: Events = [];
  const twice: Filter = (events) => {
    held = [...events, ...held];
    if (held.length < 4 && !events.some(({ event }) => event === 'clock')) return [];
    return held.splice(0).flatMap((event) => [event, event]);
  };
  const story = await travelled(withoutSites, twice);
  expect(story.checks.done).toBeGreaterThan(60);
});
