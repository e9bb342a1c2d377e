import type { Library } from './library.ts';
import type { Machine } from './machine.ts';
import { remoteRefs } from './mirror.ts';
import type { ForgeEvent } from './protocol.ts';
import { startRun } from './run/start.ts';
import { fires } from './workflow/schedule.ts';
import { subjectsOf } from './workflow/subject.ts';

/** Events that count as somebody being there. */
const ACTIVE = /^(push|create|delete|pull_request|issue|release)/;

/** Fires `on: schedule` of every repository heard of, as the forge's clock moves. */
export function keepSchedules(machine: Machine, library: Library, known: Record<string, string>, begin: number) {
  let last = begin;

  async function fireIn(repository: string, from: number, to: number): Promise<void> {
    const refs = await remoteRefs(machine.forgeUrl, repository, machine.runnerToken);
    const lastActivity = Date.parse(known[repository] ?? '') || to;
    const actor = { login: repository.split('/')[0] as string };
    const payload = { repository: { full_name: repository, default_branch: refs.defaultBranch } };
    const event: ForgeEvent = {
      seq: 0,
      id: '',
      event: 'schedule',
      repository,
      payload,
      actor,
      via: 'app',
      at: new Date(to).toISOString(),
    };
    for (const subject of subjectsOf(event, refs)) {
      const files = await library.at(machine.mirror(repository), subject.sha);
      for (const workflow of files.values()) {
        for (const { cron } of workflow.schedules) {
          if (!fires(cron, { from, to, lastActivity })) continue;
          const fired = { ...subject, payload: { ...payload, schedule: cron, workflow: workflow.path } };
          await startRun(machine, { event, subject: fired, workflow, files, depth: 0 });
        }
      }
    }
  }

  return {
    /** Remembers who is alive. */
    heard(event: ForgeEvent): void {
      if (event.repository === '') return;
      if (known[event.repository] === undefined || ACTIVE.test(event.event)) known[event.repository] = event.at;
    },
    /** The forge's clock says `now` (milliseconds); backwards fires nothing. */
    async tick(now: number): Promise<void> {
      const from = last;
      last = now;
      if (now <= from) return;
      for (const repository of Object.keys(known)) {
        await fireIn(repository, from, now).catch((cause: Error) =>
          machine.tell(`schedules of ${repository}: ${cause.message}`),
        );
      }
    },
  };
}
