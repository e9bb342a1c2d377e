import { expect, test } from 'vitest';
import { STORIES } from './stories.ts';
import { type Filter, travelled } from './testing/travelled.ts';

/** The journey of `npm start`, with events delivered as they should be and as they should not. */

type Events = ReturnType<NonNullable<Filter>>[number][];

const MINUTES = 60_000;
const { journey } = STORIES;

test('the journey arrives, each step led to by an event', { timeout: 12 * MINUTES }, async () => {
  const story = await travelled(journey);
  expect(story.ticks).toEqual([]);
  expect(story.checks.done).toBeGreaterThan(80);
});

const withoutSites = { ...journey, stations: journey.stations.filter(({ title }) => !/sites/i.test(title)) };

test('the journey arrives when every event but the schedule is lost', { timeout: 12 * MINUTES }, async () => {
  // A dispatch is a call that is answered, not an event that may get lost.
  const kept = new Set(['clock', 'workflow_dispatch']);
  const story = await travelled(withoutSites, (events) => events.filter(({ event }) => kept.has(event)));
  expect(story.ticks.length).toBeGreaterThan(10);
});

test('the journey arrives when every event comes twice and the newest first', { timeout: 12 * MINUTES }, async () => {
  let held: Events = [];
  const twice: Filter = (events) => {
    held = [...events, ...held];
    if (held.length < 4 && !events.some(({ event }) => event === 'clock')) return [];
    return held.splice(0).flatMap((event) => [event, event]);
  };
  const story = await travelled(withoutSites, twice);
  expect(story.checks.done).toBeGreaterThan(60);
});
