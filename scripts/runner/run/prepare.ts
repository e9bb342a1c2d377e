import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fillMap } from '#scripts/runner/expression/template.ts';
import type { JobTicket, Settings } from '#scripts/runner/protocol.ts';
import type { Folders, Job } from '#scripts/runner/step/job.ts';
import type { Voice } from '#scripts/runner/step/voice.ts';
import { githubEnv } from './context.ts';
import type { Called } from './frame.ts';
import type { Instance } from './instance.ts';

type Given = { called: Called; instance: Instance; ticket: JobTicket; voice: Voice };

/** Everything of one job on disk; removed when it is over. */
export function jobFolder(called: Called, ticket: JobTicket): string {
  return join(called.run.machine.dir, 'jobs', String(ticket.id));
}

function makeFolders({ called, ticket }: Given): Folders {
  const folder = jobFolder(called, ticket);
  const name = called.run.repository.split('/')[1] as string;
  const folders = {
    workspace: join(folder, name, name),
    temp: join(folder, 'temp'),
    home: join(folder, 'home'),
    tools: join(called.run.machine.dir, 'tools'),
  };
  for (const path of Object.values(folders)) mkdirSync(path, { recursive: true });
  return folders;
}

/** Secrets: the run's or what the caller handed over, the environment's above them, none but the token for a fork's code. */
function secretsOf({ called, ticket }: Given, settings: Settings): Record<string, string> {
  const token = { GITHUB_TOKEN: ticket.token };
  if (called.run.subject.fork) return token;
  if (called.secrets === undefined) return { ...settings.secrets, ...token };
  const outer = called.settings.secrets;
  const environments = Object.entries(settings.secrets).filter(([name, value]) => outer[name] !== value);
  return { ...called.secrets, ...Object.fromEntries(environments), ...token };
}

function contextsOf(given: Given, settings: Settings, folders: Folders): { [name: string]: unknown } {
  const { called, instance, ticket } = given;
  const eventPath = join(folders.temp, 'event.json');
  writeFileSync(eventPath, JSON.stringify(called.run.subject.payload));
  return {
    github: {
      ...called.run.github,
      job: instance.id,
      workspace: folders.workspace,
      event_path: eventPath,
      token: ticket.token,
      action: '__run',
      path: '',
    },
    vars: settings.variables,
    secrets: secretsOf(given, settings),
    inputs: called.inputs,
    needs: instance.needs,
    matrix: instance.matrix,
    strategy: instance.strategy,
    runner: {
      name: 'local',
      os: 'Linux',
      arch: process.arch === 'arm64' ? 'ARM64' : 'X64',
      temp: folders.temp,
      tool_cache: folders.tools,
      environment: 'self-hosted',
      debug: '',
    },
    job: { check_run_id: ticket.check_run_id ?? null },
  };
}

function fixedEnvOf(contexts: { [name: string]: unknown }): Record<string, string> {
  const runner = Object.entries(contexts.runner as { [name: string]: string }).filter(([, value]) => value !== '');
  return {
    ...githubEnv(contexts.github as { [name: string]: unknown }),
    GITHUB_ACTIONS: 'true',
    ...Object.fromEntries(runner.map(([name, value]) => [`RUNNER_${name.toUpperCase()}`, value])),
  };
}

/** A job ready for its steps: folders, event file, contexts, environment, masks. `settings`: with its environment's. */
export function prepareJob(given: Given, settings: Settings, signal: AbortSignal): Job {
  const { called, instance, ticket, voice } = given;
  const { run, workflow } = called;
  const folders = makeFolders(given);
  const contexts = contextsOf(given, settings, folders);
  for (const secret of Object.values(contexts.secrets as { [name: string]: string })) voice.masks.add(secret);
  return {
    machine: run.machine,
    repository: run.repository,
    runId: run.id,
    token: ticket.token,
    ...folders,
    mark: `${run.machine.mark}-${randomUUID()}`,
    fixedEnv: fixedEnvOf(contexts),
    env: { ...fillMap(workflow.env, { contexts }), ...fillMap(instance.spec.env, { contexts }) },
    paths: [],
    contexts,
    defaults: [instance.spec.defaults, workflow.defaults].filter((defaults) => defaults !== undefined),
    status: 'success',
    masks: voice.masks,
    voice,
    summary: [],
    posts: [],
    signal,
  };
}
