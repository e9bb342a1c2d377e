import type { Library } from './library.ts';
import type { Machine } from './machine.ts';
import { remoteRefs } from './mirror.ts';
import type { ForgeEvent } from './protocol.ts';
import { startRun } from './run/start.ts';
import { fires } from './workflow/schedule.ts';
import { subjectsOf } from './workflow/subject.ts';

/** What is remembered of a repository: when somebody last did something there, and how the forge last described it. */
export type Known = { active: string; described: unknown };
type Span = { from: number; to: number };

/** Events that count as somebody being there. */
const ACTIVE = /^(push|create|delete|pull_request|issue|release)/;

function scheduled(repository: string, { described }: Known, at: number): ForgeEvent {
  const actor = { login: repository.split('/')[0] as string };
  const payload = { repository: described };
  return { seq: 0, id: '', event: 'schedule', repository, payload, actor, via: 'app', at: new Date(at).toISOString() };
}

/** Fires `on: schedule` of every repository heard of, as the forge's clock moves. `begin`: its time now, milliseconds. */
export function keepSchedules(
  machine: Machine,
  library: Library,
  known: { [repository: string]: Known },
  begin: number,
) {
  let last = begin;

  async function fireIn(repository: string, about: Known, span: Span): Promise<void> {
    const refs = await remoteRefs(machine.forgeUrl, repository, machine.runnerToken);
    const event = scheduled(repository, about, span.to);
    const clock = { ...span, lastActivity: Date.parse(about.active) };
    for (const subject of subjectsOf(event, refs)) {
      const files = await library.at(machine.mirror(repository), subject.sha);
      for (const workflow of files.values()) {
        for (const { cron } of workflow.schedules.filter((entry) => fires(entry.cron, clock))) {
          const payload = { ...event.payload, schedule: cron, workflow: workflow.path };
          await startRun(machine, { event, subject: { ...subject, payload }, workflow, files, depth: 0 });
        }
      }
    }
  }

  return {
    /** Remembers who is alive. */
    heard({ repository, event, payload, at }: ForgeEvent): void {
      if (repository === '') return;
      const before = known[repository];
      const active = before === undefined || ACTIVE.test(event) ? at : before.active;
      known[repository] = { active, described: payload.repository ?? before?.described };
    },
    /** The forge's clock says `now` (milliseconds); backwards fires nothing. */
    async tick(now: number): Promise<void> {
      const span = { from: last, to: now };
      last = now;
      if (span.to <= span.from) return;
      for (const [repository, about] of Object.entries(known)) {
        await fireIn(repository, about, span).catch((cause: Error) =>
          machine.tell(`schedules of ${repository}: ${cause.message}`),
        );
      }
    },
  };
}
