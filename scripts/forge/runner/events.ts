import { Hono } from 'hono';
import { stampOf } from '#scripts/forge/state/clock.ts';
import type { ForgeEnv } from '#scripts/forge/web/env.ts';

/** Longest a question is held open. Seconds. */
const LONGEST = 60;

/** Long-poll for events, and the clock. */
export const eventFeed = new Hono<ForgeEnv>();

eventFeed.get('/_runner/events', async (c) => {
  const { events } = c.get('forge');
  const after = Number(c.req.query('after') ?? 0) || 0;
  const wait = Math.min(LONGEST, Number(c.req.query('wait') ?? 0) || 0);
  if (events.after(after).length === 0 && wait > 0) await events.wait(wait);
  const found = events.after(after);
  return c.json({ events: found, seq: found.at(-1)?.seq ?? Math.max(after, events.sequence) });
});

eventFeed.get('/_runner/clock', (c) => c.json({ now: stampOf(c.get('forge').clock.now()) }));
