import type { Permissions } from './people.ts';
import type { Setting } from './work.ts';

/** What machines say and do: statuses, checks, workflow runs, environments, events. */
export interface Status {
  readonly id: number;
  readonly repoId: number;
  readonly sha: string;
  readonly state: 'error' | 'failure' | 'pending' | 'success';
  readonly context: string;
  readonly description: string | null;
  readonly targetUrl: string | null;
  readonly creator: string;
  readonly createdAt: string;
}

export interface CheckSuite {
  readonly id: number;
  readonly repoId: number;
  readonly appId: number;
  readonly sha: string;
  readonly branch: string | null;
  readonly createdAt: string;
}

export type CheckStatus = 'queued' | 'in_progress' | 'completed' | 'waiting' | 'requested' | 'pending';
export const CONCLUSIONS = [
  'success',
  'failure',
  'neutral',
  'cancelled',
  'skipped',
  'timed_out',
  'action_required',
] as const;
export type Conclusion = (typeof CONCLUSIONS)[number];

export interface Annotation {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly start_column: number | null;
  readonly end_column: number | null;
  readonly annotation_level: string;
  readonly title: string | null;
  readonly message: string;
  readonly raw_details: string | null;
}

export interface CheckRun {
  readonly id: number;
  readonly repoId: number;
  readonly suiteId: number;
  readonly appId: number;
  readonly sha: string;
  readonly name: string;
  readonly status: CheckStatus;
  readonly conclusion: Conclusion | null;
  readonly title: string | null;
  readonly summary: string | null;
  readonly text: string | null;
  readonly annotations: readonly Annotation[];
  readonly externalId: string;
  readonly detailsUrl: string | null;
  readonly startedAt: string | null;
  readonly completedAt: string | null;
}

export interface Workflow {
  readonly id: number;
  readonly repoId: number;
  readonly path: string;
  readonly name: string;
  readonly createdAt: string;
}

export interface Run {
  readonly id: number;
  readonly repoId: number;
  readonly workflowId: number;
  readonly suiteId: number;
  readonly path: string;
  readonly name: string;
  readonly title: string;
  readonly number: number;
  readonly event: string;
  readonly sha: string;
  readonly branch: string | null;
  readonly actor: string;
  readonly pulls: readonly number[];
  readonly status: CheckStatus;
  readonly conclusion: Conclusion | null;
  readonly createdAt: string;
  readonly startedAt: string;
  readonly updatedAt: string;
}

export interface Step {
  readonly name: string;
  readonly status: 'queued' | 'in_progress' | 'completed';
  readonly conclusion: string | null;
  readonly number: number;
  readonly started_at: string | null;
  readonly completed_at: string | null;
}

export interface Job {
  readonly id: number;
  readonly repoId: number;
  readonly runId: number;
  readonly checkRunId: number;
  readonly name: string;
  readonly labels: readonly string[];
  readonly permissions: Permissions;
  readonly environment: string | null;
  /** `refused`: the environment's rules or a person said no. */
  readonly status: 'queued' | 'waiting' | 'refused' | 'in_progress' | 'completed';
  readonly reason: string | null;
  readonly conclusion: Conclusion | null;
  /** Forks' code sees no secrets. */
  readonly secrets: boolean;
  readonly steps: readonly Step[];
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly completedAt: string | null;
}

export interface Artifact {
  readonly id: number;
  readonly repoId: number;
  readonly runId: number;
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
  readonly createdAt: string;
}

export interface Environment {
  readonly id: number;
  readonly repoId: number;
  readonly name: string;
  /** Name patterns of branches that may use it; null lets any. */
  readonly branches: readonly string[] | null;
  readonly reviewers: readonly { readonly type: 'User' | 'Team'; readonly name: string }[];
  readonly preventSelfReview: boolean;
  readonly variables: Readonly<Record<string, Setting>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface Approval {
  readonly id: number;
  readonly runId: number;
  readonly environment: string;
  readonly state: 'approved' | 'rejected';
  readonly user: string;
  readonly comment: string;
  readonly at: string;
}

/** What the repository's event list tells of a ref that came, went or moved; kept whatever a test lets webhooks do. */
export interface RepoEvent {
  readonly id: number;
  readonly repoId: number;
  readonly type: 'CreateEvent' | 'DeleteEvent' | 'PushEvent';
  readonly actor: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly at: string;
}

/** Which kind of token caused it: events of `workflow` start nothing but dispatches. */
export type Via = 'user' | 'app' | 'workflow';

export interface ForgeEvent {
  readonly seq: number;
  readonly id: string;
  readonly event: string;
  /** `owner/name`, empty for the clock's. */
  readonly repository: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly actor: { readonly login: string; readonly type: string };
  readonly via: Via;
  readonly at: string;
}
