import { createHash, timingSafeEqual } from 'node:crypto';
import { Hono } from 'hono';
import type { Forge } from '#scripts/forge/forge.ts';
import type { Call, ForgeEnv } from '#scripts/forge/web/env.ts';
import { HttpFault } from '#scripts/forge/web/faults.ts';
import { artifactUploads } from './artifacts.ts';
import { eventFeed } from './events.ts';
import { jobReports } from './jobs.ts';
import { runReports } from './runs.ts';
import { seams } from './seams.ts';
import { settings } from './settings.ts';

/** The runner's door, and the test seams: all behind the runner's token. */
export function runnerRoutes(forge: Forge): Hono<ForgeEnv> {
  const door = new Hono<ForgeEnv>();
  for (const path of ['/_runner/*', '/_forge/*']) {
    door.use(path, async (c, next) => {
      checkToken(c, forge);
      await next();
    });
  }
  for (const part of [eventFeed, runReports, jobReports, artifactUploads, settings, seams]) door.route('/', part);
  return door;
}

function checkToken(c: Call, forge: Forge): void {
  const sha256 = (text: string) => createHash('sha256').update(text).digest();
  const given = c.req.header('authorization') ?? '';
  if (!timingSafeEqual(sha256(given), sha256(`Bearer ${forge.runnerToken}`)))
    throw new HttpFault(401, 'Bad credentials');
}
