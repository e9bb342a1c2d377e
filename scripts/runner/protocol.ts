import type { Permissions } from './workflow/permissions.ts';

/** What the forge tells the runner and hears from it. The only thing the two share is this wire. */

export type Payload = { readonly [name: string]: unknown };

export type ForgeEvent = {
  seq: number;
  id: string;
  event: string;
  repository: string;
  payload: Payload;
  actor: { login: string; type?: string; id?: number };
  /** The kind of token that caused it. `workflow`: the job's own token, which starts nothing but dispatches. */
  via: 'user' | 'app' | 'workflow';
  at: string;
};

export type NewRun = {
  repository: string;
  workflow_path: string;
  name: string;
  display_title: string;
  event: string;
  head_sha: string;
  head_branch: string | null;
  actor: string;
  pull_requests: number[];
  inputs?: { [name: string]: unknown };
};

export type Conclusion = 'success' | 'failure' | 'cancelled' | 'skipped';
export type Progress = 'queued' | 'in_progress' | 'completed';

export type StepReport = {
  name: string;
  status: Progress;
  conclusion: Conclusion | null;
  number: number;
  started_at: string | null;
  completed_at: string | null;
};

export type Annotation = {
  path: string;
  start_line: number;
  end_line: number;
  annotation_level: 'notice' | 'warning' | 'failure';
  message: string;
  title?: string;
};

export type NewJob = {
  name: string;
  labels: string[];
  permissions: Permissions;
  environment?: string;
  /** The full ref the job runs on: environments admit by it. */
  ref: string;
};
export type JobTicket = {
  id: number;
  check_run_id?: number;
  token: string;
  status: 'queued' | 'waiting' | 'refused' | 'in_progress' | 'completed';
  reason?: string;
};

export type JobReport = {
  status?: Progress;
  conclusion?: Conclusion;
  steps?: StepReport[];
  annotations?: Annotation[];
  summary?: string;
  log?: string;
};

export type Settings = { variables: { [name: string]: string }; secrets: { [name: string]: string } };

/** As webhooks show it; what the runner itself reads of it. */
export type Repository = Payload & {
  full_name: string;
  default_branch: string;
  fork?: boolean;
  pushed_at?: string | null;
  updated_at?: string | null;
};
