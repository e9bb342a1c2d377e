import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fillMap } from '#scripts/runner/expression/template.ts';
import type { JobTicket, Settings } from '#scripts/runner/protocol.ts';
import type { Job } from '#scripts/runner/step/job.ts';
import type { Voice } from '#scripts/runner/step/voice.ts';
import { githubEnv } from './context.ts';
import type { Called } from './frame.ts';
import type { Instance } from './instance.ts';

/** Folders of one job; removed when it is over. */
export function jobFolder(called: Called, ticket: JobTicket): string {
  return join(called.run.machine.dir, 'jobs', String(ticket.id));
}

function secretsOf(called: Called, settings: Settings, token: string): Record<string, string> {
  if (called.run.subject.fork) return { GITHUB_TOKEN: token };
  const environmentOnly = Object.fromEntries(
    Object.entries(settings.secrets).filter(([name, value]) => called.settings.secrets[name] !== value),
  );
  const given = called.secrets === undefined ? settings.secrets : { ...called.secrets, ...environmentOnly };
  return { ...given, GITHUB_TOKEN: token };
}

const SYSTEM = { os: 'Linux', arch: process.arch === 'arm64' ? 'ARM64' : 'X64' } as const;

/** A job ready for its steps: folders, event file, contexts, environment, masks. `settings`: with its environment's. */
export function prepareJob(
  called: Called,
  instance: Instance,
  ticket: JobTicket,
  given: { settings: Settings; voice: Voice; signal: AbortSignal },
): Job {
  const { run, workflow } = called;
  const { settings, voice, signal } = given;
  const folder = jobFolder(called, ticket);
  const name = run.repository.split('/')[1] as string;
  const [workspace, temp, home, tools] = [
    join(folder, name, name),
    join(folder, 'temp'),
    join(folder, 'home'),
    join(run.machine.dir, 'tools'),
  ];
  for (const path of [workspace, temp, home, tools]) mkdirSync(path, { recursive: true });
  const eventPath = join(temp, 'event.json');
  writeFileSync(eventPath, JSON.stringify(run.subject.payload));
  const github = {
    ...run.github,
    job: instance.id,
    workspace,
    event_path: eventPath,
    token: ticket.token,
    action: '__run',
    path: '',
  };
  const secrets = secretsOf(called, settings, ticket.token);
  for (const secret of Object.values(secrets)) voice.masks.add(secret);
  const runner = { name: 'local', ...SYSTEM, temp, tool_cache: tools, environment: 'self-hosted', debug: '' };
  const contexts = {
    github,
    vars: settings.variables,
    secrets,
    inputs: called.inputs,
    needs: instance.needs,
    matrix: instance.matrix,
    strategy: instance.strategy,
    runner,
    job: { check_run_id: ticket.check_run_id ?? null },
  };
  return {
    machine: run.machine,
    repository: run.repository,
    runId: run.id,
    token: ticket.token,
    workspace,
    temp,
    home,
    eventPath,
    mark: `runner-${randomUUID()}`,
    fixedEnv: {
      ...githubEnv(github),
      GITHUB_ACTIONS: 'true',
      RUNNER_NAME: runner.name,
      RUNNER_OS: runner.os,
      RUNNER_ARCH: runner.arch,
      RUNNER_TEMP: temp,
      RUNNER_TOOL_CACHE: tools,
      RUNNER_ENVIRONMENT: runner.environment,
    },
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
    stepCount: 0,
  };
}
