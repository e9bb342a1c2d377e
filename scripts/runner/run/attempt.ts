import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fill, fillText } from '#scripts/runner/expression/template.ts';
import type { Conclusion, JobTicket } from '#scripts/runner/protocol.ts';
import { openMasks } from '#scripts/runner/step/masks.ts';
import { openVoice, type Voice } from '#scripts/runner/step/voice.ts';
import { isFields } from '#scripts/runner/workflow/fields.ts';
import { narrowed, permissionsOf } from '#scripts/runner/workflow/permissions.ts';
import { claimOf } from './concurrency.ts';
import { execute } from './execute.ts';
import type { Called } from './frame.ts';
import { type Instance, jobScope, labelsOf } from './instance.ts';
import { jobFolder, prepareJob } from './prepare.ts';
import { openReporter } from './reporter.ts';

export type Attempt = { conclusion: Conclusion; outputs: Record<string, string> };

/** How to stop one job: its signal, and the hand that gives it. */
export type Control = { signal: AbortSignal; cancel: (why: string) => void };

const MINUTE = 60_000;
const ASK_AGAIN = 500; // milliseconds between two looks at a job that waits for a person

function environmentOf(called: Called, instance: Instance): string | undefined {
  const scope = jobScope(called, instance.needs, instance);
  const declared = instance.spec.environment;
  const name = fillText(isFields(declared) ? declared.name : declared, scope);
  return name === '' ? undefined : name;
}

/** Waits for the reviewers of an environment. Resolves to what the forge says then, or undefined when cancelled. */
async function admitted(called: Called, ticket: JobTicket, signal: AbortSignal): Promise<JobTicket | undefined> {
  let current = ticket;
  while (current.status === 'waiting') {
    if (signal.aborted) return undefined;
    await sleep(ASK_AGAIN, undefined, { signal }).catch(() => undefined);
    if (!signal.aborted) current = { ...ticket, ...(await called.run.machine.wire.job(ticket.id)) };
  }
  return current;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Runs one job from its ticket to its last report. Never throws: a fault is the job's failure, with an annotation. */
export async function attempt(called: Called, instance: Instance, control: Control): Promise<Attempt> {
  const { run } = called;
  const { signal } = control;
  const { machine } = run;
  const voice = openVoice(openMasks());
  const scope = jobScope(called, instance.needs, instance);
  const labels = labelsOf(instance.spec['runs-on'], scope);
  const environment = environmentOf(called, instance);
  const permissions = narrowed(permissionsOf(instance.spec.permissions, called.workflow.permissions), called.ceiling);
  const ticket = await machine.wire.createJob(run.id, {
    name: instance.name,
    labels,
    permissions,
    ref: run.subject.ref,
    ...(environment === undefined ? {} : { environment }),
  });
  const reporter = openReporter(machine, ticket.id, voice);
  voice.masks.add(ticket.token);
  let done: Attempt = { conclusion: 'failure', outputs: {} };
  let summary: string[] = [];
  try {
    const granted = await gates(called, instance, { ticket, labels, voice, ...control });
    if (granted === undefined) done = { conclusion: 'cancelled', outputs: {} };
    else {
      try {
        const result = await work(called, instance, { ticket, environment, voice, signal, reporter });
        done = result.done;
        summary = result.summary;
      } finally {
        granted();
      }
    }
  } catch (cause) {
    voice.error((cause as Error).message);
  }
  if (done.conclusion === 'cancelled') voice.error(String(signal.reason ?? 'The operation was canceled.'));
  await rm(jobFolder(called, ticket), { recursive: true, force: true });
  await reporter.close(done.conclusion, summary.join('\n'));
  return done;
}

type Given = { ticket: JobTicket; voice: Voice; signal: AbortSignal };

/** Everything a job waits for: reviewers, a fitting machine, its concurrency group, a free place. Undefined: cancelled meanwhile. */
async function gates(
  called: Called,
  instance: Instance,
  { ticket, labels, voice, signal, cancel }: Given & Control & { labels: string[] },
): Promise<(() => void) | undefined> {
  const { machine } = called.run;
  const admission =
    ticket.status === 'waiting' ? await machine.activity.rest(admitted(called, ticket, signal)) : ticket;
  if (admission === undefined) return undefined;
  if (admission.status === 'refused') throw new Error(admission.reason ?? 'the environment does not admit this job');
  const lacking = labels.filter((label) => !machine.labels.includes(label));
  if (lacking.length > 0) {
    await noMachine(called, ticket, voice, lacking);
    await machine.activity.rest(aborted(signal));
    return undefined;
  }
  const claim = claimOf(
    called.run.repository,
    instance.spec.concurrency,
    jobScope(called, instance.needs, instance),
    cancel,
  );
  const free = claim === undefined ? () => undefined : await machine.activity.rest(machine.groups.take(claim, signal));
  if (free === undefined) return undefined;
  const place = await machine.activity.rest(machine.slots.take(signal));
  if (place === undefined) free();
  return place === undefined
    ? undefined
    : () => {
        place();
        free();
      };
}

async function noMachine(called: Called, ticket: JobTicket, voice: Voice, lacking: string[]): Promise<void> {
  const { machine } = called.run;
  const sentence = `Waiting for a runner with the label ${lacking.join(', ')}: this one has ${machine.labels.join(', ')}.`;
  voice.notice(sentence);
  machine.tell(`job ${ticket.id}: ${sentence}`);
  await machine.wire.updateJob(ticket.id, { status: 'queued', annotations: voice.annotations(), log: voice.log() });
}

async function work(
  called: Called,
  instance: Instance,
  given: Given & { environment: string | undefined; reporter: ReturnType<typeof openReporter> },
): Promise<{ done: Attempt; summary: string[] }> {
  const { run } = called;
  const { ticket, voice, environment, reporter } = given;
  const scope = jobScope(called, instance.needs, instance);
  const minutes = Number(fill(instance.spec['timeout-minutes'] ?? 360, scope));
  const limit = new AbortController();
  const timer = setTimeout(
    () => {
      limit.abort(`The job has exceeded the maximum execution time of ${minutes} minutes.`);
    },
    Math.min(minutes * MINUTE, 2 ** 31 - 1),
  );
  const signal = AbortSignal.any([given.signal, limit.signal]);
  try {
    const setUp = reporter.begin('Set up job');
    const settings =
      environment === undefined
        ? called.settings
        : await run.machine.wire.settings(run.repository, run.subject.ref, environment);
    const job = prepareJob(called, instance, ticket, { settings, voice, signal });
    reporter.end(setUp, 'success');
    const { spec } = instance;
    const executed = await execute(job, { steps: spec.steps ?? [], outputs: spec.outputs }, reporter);
    if (limit.signal.aborted) voice.error(String(limit.signal.reason));
    return { done: executed, summary: job.summary };
  } finally {
    clearTimeout(timer);
  }
}
