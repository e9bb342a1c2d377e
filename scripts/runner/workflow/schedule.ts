import { firstDue, parseCron } from './cron.ts';

/** A public repository's schedules rest after 60 days without activity ("Disabling and enabling a workflow"). */
const IDLE = 60 * 24 * 3600 * 1000;

/**
 * Whether a cron line fires for a clock that went from `from` to `to` (milliseconds): once, however many due times
 * lie between, and never for one later than 60 days after the last activity.
 */
export function fires(cron: string, clock: { from: number; to: number; lastActivity: number }): boolean {
  return firstDue(parseCron(cron), clock.from, Math.min(clock.to, clock.lastActivity + IDLE)) !== undefined;
}
