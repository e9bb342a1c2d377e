import type { Machine } from '#scripts/runner/machine.ts';
import type { Settings } from '#scripts/runner/protocol.ts';
import type { Inputs } from '#scripts/runner/workflow/inputs.ts';
import type { Permissions } from '#scripts/runner/workflow/permissions.ts';
import type { Subject } from '#scripts/runner/workflow/subject.ts';
import type { Workflow } from '#scripts/runner/workflow/workflow.ts';

/** One run of a workflow file, as its jobs need to know it. */
export type Run = {
  machine: Machine;
  repository: string;
  id: number;
  subject: Subject;
  /** The `github` context without what belongs to a job. */
  github: { readonly [name: string]: unknown };
  /** Workflow files at the run's commit, by path, for `uses: ./.github/workflows/…`. */
  files: ReadonlyMap<string, Workflow>;
  cancel: (why: string) => void;
};

/** A workflow under way: the run's own, or one that a job of it calls. */
export type Called = {
  run: Run;
  workflow: Workflow;
  inputs: Inputs;
  /** Variables and secrets without an environment's. */
  settings: Settings;
  /** What a caller handed over as secrets; undefined: everything (the run's own, or `secrets: inherit`). */
  secrets?: { [name: string]: string };
  /** `caller / ` before the names of its jobs. */
  prefix: string;
  /** No job may do more than its caller. */
  ceiling?: Permissions;
  depth: number;
  signal: AbortSignal;
};

export type Result = 'success' | 'failure' | 'cancelled' | 'skipped';
export type JobOutcome = {
  /** What `needs.x.result` says: `continue-on-error` forgives. */
  result: Result;
  outputs: Record<string, string>;
};
