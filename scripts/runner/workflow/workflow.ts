import type { Fields } from './fields.ts';

export type StepSpec = {
  id?: string;
  name?: string;
  if?: unknown;
  uses?: string;
  /** A script; YAML may make a bare `true` of it. */
  run?: unknown;
  with?: Fields;
  env?: Fields;
  shell?: string;
  'working-directory'?: string;
  'continue-on-error'?: unknown;
  'timeout-minutes'?: unknown;
};

export type Defaults = { run?: { shell?: string; 'working-directory'?: string } };

export type JobSpec = {
  name?: string;
  needs?: string | string[];
  if?: unknown;
  'runs-on'?: unknown;
  uses?: string;
  with?: Fields;
  secrets?: 'inherit' | Fields;
  env?: Fields;
  outputs?: Fields;
  defaults?: Defaults;
  permissions?: unknown;
  concurrency?: unknown;
  environment?: unknown;
  strategy?: { matrix?: unknown; 'fail-fast'?: unknown; 'max-parallel'?: unknown };
  'continue-on-error'?: unknown;
  'timeout-minutes'?: unknown;
  container?: unknown;
  services?: unknown;
  steps?: StepSpec[];
};

export type InputSpec = {
  type?: string;
  required?: boolean;
  default?: unknown;
  options?: unknown[];
  description?: string;
};

/** `on:` always as a mapping: event -> filters (empty when none). */
export type Triggers = { readonly [event: string]: Fields };

export type Workflow = {
  /** From the root of the repository: `.github/workflows/x.yml`. */
  path: string;
  /** `name:`, or the path. */
  name: string;
  'run-name'?: string;
  on: Triggers;
  schedules: { cron: string; timezone?: string }[];
  env?: Fields;
  defaults?: Defaults;
  permissions?: unknown;
  concurrency?: unknown;
  jobs: { readonly [id: string]: JobSpec };
  /** Why GitHub's parser, or this runner, will not run it; one sentence each. */
  faults: string[];
};
