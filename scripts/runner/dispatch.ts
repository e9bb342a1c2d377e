import type { Library } from './library.ts';
import type { Machine } from './machine.ts';
import { type Mirror, type Refs, remoteRefs } from './mirror.ts';
import type { ForgeEvent } from './protocol.ts';
import { startRun } from './run/start.ts';
import { type Subject, subjectsOf } from './workflow/subject.ts';
import { asksToSkip, looksAtPaths, PULL_EVENTS, startsNothing, triggered } from './workflow/triggers.ts';
import type { Workflow } from './workflow/workflow.ts';

const NOTHING = '0'.repeat(40);

/** Files that the subject changes: a pull request since it left its base, a push since what was there before. */
async function changedFiles(mirror: Mirror, subject: Subject): Promise<string[]> {
  const { payload } = subject;
  if (PULL_EVENTS.includes(subject.event)) {
    const pull = payload.pull_request as { base: { sha: string }; head: { sha: string } };
    await mirror.need(pull.head.sha);
    return mirror.changed(pull.base.sha, pull.head.sha, 'three-dot');
  }
  if (payload.before !== NOTHING) return mirror.changed(String(payload.before), subject.sha, 'two-dot');
  const [first] = (payload.commits ?? []) as { id: string }[];
  return mirror.changed(await mirror.parent(first?.id ?? subject.sha), subject.sha, 'two-dot');
}

function depthOf(machine: Machine, subject: Subject): number {
  const run = subject.payload.workflow_run as { id?: number } | undefined;
  return subject.event === 'workflow_run' ? (machine.depths.get(Number(run?.id)) ?? 0) : 0;
}

async function skips(mirror: Mirror, subject: Subject): Promise<boolean> {
  if (subject.event !== 'push' && subject.event !== 'pull_request') return false;
  const told = (subject.payload.head_commit as { message?: string } | null | undefined)?.message;
  if (told !== undefined) return asksToSkip(subject.event, told);
  await mirror.need(subject.headSha);
  return asksToSkip(subject.event, await mirror.message(subject.headSha));
}

async function chosen(
  machine: Machine,
  mirror: Mirror,
  subject: Subject,
  workflows: Iterable<Workflow>,
): Promise<Workflow[]> {
  const listening = [...workflows].filter((workflow) => workflow.on[subject.event] !== undefined);
  if (listening.length === 0 || (await skips(mirror, subject))) return [];
  const paths = listening.some((workflow) => looksAtPaths(workflow, subject));
  const changed = paths ? await changedFiles(mirror, subject) : [];
  const depth = depthOf(machine, subject);
  return listening.filter((workflow) => triggered(workflow, subject, { changed, depth }));
}

/** The refs of each repository, asked for once. */
export function askRefs(machine: Machine): (repository: string) => Promise<Refs> {
  const asked = new Map<string, Promise<Refs>>();
  return (repository) => {
    const refs = asked.get(repository) ?? remoteRefs(machine.forgeUrl, repository, machine.runnerToken);
    asked.set(repository, refs);
    return refs;
  };
}

/**
 * Starts the runs that one event of the forge asks for; in a fork none, as on GitHub until its owner wants it.
 * `refsOf`: the refs as they are after the event.
 */
export async function dispatch(
  machine: Machine,
  library: Library,
  event: ForgeEvent,
  refsOf: (repository: string) => Promise<Refs>,
): Promise<void> {
  const { fork } = (event.payload.repository ?? {}) as { fork?: boolean };
  if (fork === true || startsNothing(event.via, event.event)) return;
  const refs = await refsOf(event.repository);
  const mirror = machine.mirror(event.repository);
  for (const subject of subjectsOf(event, refs)) {
    const files = await library.at(mirror, subject.sha);
    const link = subject.event === 'workflow_run' ? depthOf(machine, subject) + 1 : 0;
    const starting = await chosen(machine, mirror, subject, files.values());
    if (subject.event === 'workflow_dispatch' && starting.length === 0) {
      machine.tell(`${String(event.payload.workflow)} at ${subject.ref} has no workflow_dispatch: nothing was started`);
    }
    for (const workflow of starting) {
      await startRun(machine, { event, subject, workflow, files, depth: link });
    }
  }
}
