import { setTimeout as sleep } from 'node:timers/promises';
import type { JobTicket } from '#scripts/runner/protocol.ts';
import type { Voice } from '#scripts/runner/step/voice.ts';
import { claimOf } from './concurrency.ts';
import type { Called } from './frame.ts';
import { type Instance, jobScope } from './instance.ts';

/** How to stop one job: its signal, and the hand that gives it. */
export type Control = { signal: AbortSignal; cancel: (why: string) => void };
export type AtGate = Control & {
  called: Called;
  instance: Instance;
  ticket: JobTicket;
  labels: string[];
  voice: Voice;
};

const ASK_AGAIN = 500; // milliseconds between two looks at a job that waits for a person

/**
 * Everything a job waits for: reviewers, a fitting machine, its concurrency group, a free place. Resolves to what gives
 * group and place back, or undefined when the job was cancelled meanwhile. @throws Error with the forge's reason.
 */
export async function pass(job: AtGate): Promise<(() => void) | undefined> {
  if (!(await admitted(job)) || !(await fits(job))) return undefined;
  const { machine, repository } = job.called.run;
  const scope = jobScope(job.called, job.instance.needs, job.instance);
  const claim = claimOf(repository, job.instance.spec.concurrency, scope, job.cancel);
  const free = claim === undefined ? nothing : await machine.activity.rest(machine.groups.take(claim, job.signal));
  const place = free === undefined ? undefined : await machine.activity.rest(machine.places(job.labels, job.signal));
  const release = () => {
    place?.();
    free?.();
  };
  if (place !== undefined) return release;
  release();
  return undefined;
}

const nothing = () => undefined;

/** An environment's branch rules and reviewers; both are the forge's. */
async function admitted({ called, ticket, signal }: AtGate): Promise<boolean> {
  const { machine, id } = called.run;
  let current = ticket;
  if (current.status === 'waiting') {
    await machine.wire.updateRun(id, { status: 'waiting' });
    current = await machine.activity.rest(reviewed(called, ticket, signal));
    await machine.wire.updateRun(id, { status: 'in_progress' });
  }
  if (current.status === 'refused') throw new Error(current.reason ?? 'The environment does not admit this job.');
  return !signal.aborted;
}

async function reviewed(called: Called, ticket: JobTicket, signal: AbortSignal): Promise<JobTicket> {
  let current = ticket;
  while (current.status === 'waiting' && !signal.aborted) {
    await sleep(ASK_AGAIN, undefined, { signal }).catch(() => undefined);
    if (!signal.aborted) current = await called.run.machine.wire.job(ticket.id);
  }
  return current;
}

/** A job no machine fits stays queued until it is cancelled, and says which label is lacking. */
async function fits({ called, ticket, labels, voice, signal }: AtGate): Promise<boolean> {
  const { machine } = called.run;
  const lacking = labels.filter((label) => !machine.labels.includes(label));
  if (lacking.length === 0) return true;
  const sentence = `Waiting for a runner with the label ${lacking.join(', ')}: this one has ${machine.labels.join(', ')}.`;
  voice.notice(sentence);
  machine.tell(`job ${ticket.id}: ${sentence}`);
  await machine.wire.updateJob(ticket.id, { status: 'queued', annotations: voice.annotations(), log: voice.log() });
  await machine.activity.rest(
    new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true })),
  );
  return false;
}
