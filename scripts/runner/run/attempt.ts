import { rm } from 'node:fs/promises';
import { fill, fillText } from '#scripts/runner/expression/template.ts';
import type { Conclusion, JobTicket } from '#scripts/runner/protocol.ts';
import { openMasks } from '#scripts/runner/step/masks.ts';
import { openVoice, type Voice } from '#scripts/runner/step/voice.ts';
import { isFields } from '#scripts/runner/workflow/fields.ts';
import { narrowed, permissionsOf } from '#scripts/runner/workflow/permissions.ts';
import { execute } from './execute.ts';
import type { Called } from './frame.ts';
import { type Control, pass } from './gates.ts';
import { type Instance, jobScope, labelsOf } from './instance.ts';
import { jobFolder, prepareJob } from './prepare.ts';
import { openReporter, type Reporter } from './reporter.ts';

export type Attempt = { conclusion: Conclusion; outputs: Record<string, string> };
type Ended = Attempt & { summary: readonly string[] };

const MINUTE = 60_000;
const LONGEST = 2 ** 31 - 1; // what a timer of Node can hold, milliseconds
const CANCELLED: Ended = { conclusion: 'cancelled', outputs: {}, summary: [] };
const FAILED: Ended = { conclusion: 'failure', outputs: {}, summary: [] };

function environmentOf(called: Called, instance: Instance): string | undefined {
  const declared = instance.spec.environment;
  const name = isFields(declared) ? declared.name : declared;
  return fillText(name, jobScope(called, instance.needs, instance)) || undefined;
}

/** A job the forge knows of: what it asked for, and where it speaks. */
type Announced = {
  called: Called;
  instance: Instance;
  ticket: JobTicket;
  labels: string[];
  environment: string | undefined;
  voice: Voice;
  reporter: Reporter;
};

async function announce(called: Called, instance: Instance): Promise<Announced> {
  const { machine, id, subject } = called.run;
  const labels = labelsOf(instance.spec['runs-on'], jobScope(called, instance.needs, instance));
  const environment = environmentOf(called, instance);
  const permissions = narrowed(permissionsOf(instance.spec.permissions, called.workflow.permissions), called.ceiling);
  const asked = { name: instance.name, labels, permissions, ref: subject.ref };
  const ticket = await machine.wire.createJob(id, environment === undefined ? asked : { ...asked, environment });
  const voice = openVoice(openMasks());
  voice.masks.add(ticket.token);
  machine.live.addJob(id, ticket.id);
  return { called, instance, ticket, labels, environment, voice, reporter: openReporter(machine, ticket.id, voice) };
}

/** Runs one job from its ticket to its last report. @throws Error only when the forge cannot be told of it. */
export async function attempt(called: Called, instance: Instance, control: Control): Promise<Attempt> {
  const job = await announce(called, instance);
  const ended = await through(job, control).catch((cause: Error) => {
    job.voice.error(cause.message);
    return FAILED;
  });
  if (ended.conclusion === 'cancelled') job.voice.error(String(control.signal.reason ?? 'The operation was canceled.'));
  const removed = rm(jobFolder(called, job.ticket), { recursive: true, force: true });
  await Promise.all([removed, job.reporter.close(ended.conclusion, ended.summary.join('\n'))]);
  return ended;
}

async function through(job: Announced, control: Control): Promise<Ended> {
  const release = await pass({ ...job, ...control });
  if (release === undefined) return CANCELLED;
  try {
    return await work(job, control.signal);
  } finally {
    release();
  }
}

/** The time a job may take, as a signal; `clear` when it is over before. */
function limitOf({ called, instance }: Announced): { signal: AbortSignal; clear: () => void } {
  const scope = jobScope(called, instance.needs, instance);
  const minutes = Number(fill(instance.spec['timeout-minutes'] ?? 360, scope));
  const limit = new AbortController();
  const end = () => limit.abort(`The job has exceeded the maximum execution time of ${minutes} minutes.`);
  const timer = setTimeout(end, Math.min(minutes * MINUTE, LONGEST));
  return { signal: limit.signal, clear: () => clearTimeout(timer) };
}

async function work(announced: Announced, signal: AbortSignal): Promise<Ended> {
  const { called, instance, environment, voice, reporter } = announced;
  const { machine, repository, subject } = called.run;
  const limit = limitOf(announced);
  try {
    const setUp = reporter.begin('Set up job');
    const settings =
      environment === undefined ? called.settings : await machine.wire.settings(repository, subject.ref, environment);
    const job = prepareJob(announced, settings, AbortSignal.any([signal, limit.signal]));
    reporter.end(setUp, 'success');
    const { steps = [], outputs } = instance.spec;
    const executed = await execute(job, { steps, outputs }, reporter);
    if (limit.signal.aborted) voice.error(String(limit.signal.reason));
    return { ...executed, summary: job.summary };
  } finally {
    limit.clear();
  }
}
