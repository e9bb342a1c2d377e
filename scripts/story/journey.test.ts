import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type LocalWorld, startLocalWorld } from './local-world.ts';
import { STATIONS } from './stations.ts';
import { closeStory, openStory, type Story } from './story.ts';

/** The journey of `npm start`, with events delivered as they should be and as they should not. */

type Filter = Parameters<LocalWorld['forge']['admin']['eventFilter']>[0];

type Events = ReturnType<NonNullable<Filter>>[number][];

const MINUTES = 60_000;

async function travelled(filter: Filter, stations: typeof STATIONS): Promise<Story> {
  const dir = mkdtempSync(join(tmpdir(), 'journey-'));
  const local = await startLocalWorld({ dir });
  const story = openStory(local);
  try {
    local.forge.admin.eventFilter(filter);
    for (const { run } of stations) await run(story, () => {});
    return story;
  } finally {
    await closeStory(story);
    await local.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

test('the journey arrives, each step led to by an event', { timeout: 12 * MINUTES }, async () => {
  const story = await travelled(undefined, STATIONS);
  expect(story.ticks).toEqual([]);
  expect(story.checks.done).toBeGreaterThan(80);
});

const WITHOUT_SITES = STATIONS.filter(({ title }) => !/sites/i.test(title));

test('the journey arrives when every event but the schedule is lost', { timeout: 12 * MINUTES }, async () => {
  // A dispatch is a call that is answered, not an event that may get lost.
  const kept = new Set(['clock', 'workflow_dispatch']);
  const story = await travelled((events) => events.filter(({ event }) => kept.has(event)), WITHOUT_SITES);
  expect(story.ticks.length).toBeGreaterThan(10);
});

test('the journey arrives when every event comes twice and the newest first', { timeout: 12 * MINUTES }, async () => {
  let held: Events = [];
  const twice: Filter = (events) => {
    held = [...events, ...held];
    if (held.length < 4 && !events.some(({ event }) => event === 'clock')) return [];
    return held.splice(0).flatMap((event) => [event, event]);
  };
  const story = await travelled(twice, WITHOUT_SITES);
  expect(story.checks.done).toBeGreaterThan(60);
});
