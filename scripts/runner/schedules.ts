import type { Library } from './library.ts';
import type { Machine } from './machine.ts';
import { remoteRefs } from './mirror.ts';
import type { ForgeEvent, Repository } from './protocol.ts';
import { startRun } from './run/start.ts';
import { fires } from './workflow/schedule.ts';
import { subjectsOf } from './workflow/subject.ts';

/** Events that count as somebody being there. */
const ACTIVE = /^(push|create|delete|pull_request|issue|release)/;

type Span = { from: number; to: number };

function scheduled(about: Repository, at: number): ForgeEvent {
  const repository = about.full_name;
  const actor = { login: repository.split('/')[0] as string };
  const payload = { repository: about };
  return { seq: 0, id: '', event: 'schedule', repository, payload, actor, via: 'app', at: new Date(at).toISOString() };
}

/**
 * Fires `on: schedule` of every repository that is no fork, as the forge's clock moves.
 * @param active when somebody last did something in a repository, as far as events told; kept by the caller
 * @param begin the forge's time now, milliseconds
 */
export function keepSchedules(
  machine: Machine,
  library: Library,
  active: { [repository: string]: string },
  begin: number,
) {
  let last = begin;

  function lastActivity(about: Repository): number {
    const told = [active[about.full_name], about.pushed_at, about.updated_at];
    return Math.max(...told.map((at) => Date.parse(at ?? '') || 0));
  }

  async function fireIn(about: Repository, span: Span): Promise<void> {
    const refs = await remoteRefs(machine.forgeUrl, about.full_name, machine.runnerToken);
    const event = scheduled(about, span.to);
    const clock = { ...span, lastActivity: lastActivity(about) };
    for (const subject of subjectsOf(event, refs)) {
      const files = await library.at(machine.mirror(about.full_name), subject.sha);
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
    heard({ repository, event, at }: ForgeEvent): void {
      if (repository !== '' && ACTIVE.test(event)) active[repository] = at;
    },
    /** The forge's clock says `now` (milliseconds); backwards fires nothing. */
    async tick(now: number): Promise<void> {
      const span = { from: last, to: now };
      last = now;
      if (span.to <= span.from) return;
      for (const about of await machine.wire.repositories()) {
        if (about.fork === true) continue;
        await fireIn(about, span).catch((cause: Error) =>
          machine.tell(`schedules of ${about.full_name}: ${cause.message}`),
        );
      }
    },
  };
}
