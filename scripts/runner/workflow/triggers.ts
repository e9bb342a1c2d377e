import type { Fields } from './fields.ts';
import { passes, passesPaths } from './patterns.ts';
import type { Subject } from './subject.ts';
import type { Workflow } from './workflow.ts';

/** Activity types that count when `types:` is absent; events not named here then take every type. */
const DEFAULT_TYPES: { readonly [event: string]: readonly string[] } = {
  pull_request: ['opened', 'synchronize', 'reopened'],
  pull_request_target: ['opened', 'synchronize', 'reopened'],
};

export const PULL_EVENTS = ['pull_request', 'pull_request_target'];
/** workflow_run may follow workflow_run, but not for ever. */
const CHAIN = 3;

const list = (value: unknown): string[] | undefined =>
  value === undefined || value === null ? undefined : (Array.isArray(value) ? value : [value]).map(String);

function typePasses(event: string, filters: Fields, action: unknown): boolean {
  const types = list(filters.types) ?? DEFAULT_TYPES[event];
  return types === undefined || typeof action !== 'string' || types.includes(action);
}

/** branches and tags of a push: a filter on one kind alone shuts out the other kind. */
function refPasses(filters: Fields, ref: string): boolean {
  const [branches, branchesIgnore] = [list(filters.branches), list(filters['branches-ignore'])];
  const [tags, tagsIgnore] = [list(filters.tags), list(filters['tags-ignore'])];
  const anyBranches = branches !== undefined || branchesIgnore !== undefined;
  const anyTags = tags !== undefined || tagsIgnore !== undefined;
  if (ref.startsWith('refs/tags/')) {
    return anyTags ? passes(tags, tagsIgnore, ref.slice('refs/tags/'.length)) : !anyBranches;
  }
  return anyBranches ? passes(branches, branchesIgnore, ref.slice('refs/heads/'.length)) : !anyTags;
}

/** Whether a workflow looks at paths for this subject; never for tags. */
export function looksAtPaths(workflow: Workflow, subject: Subject): boolean {
  const filters = workflow.on[subject.event];
  return (
    filters !== undefined &&
    ['push', ...PULL_EVENTS].includes(subject.event) &&
    !subject.ref.startsWith('refs/tags/') &&
    (filters.paths !== undefined || filters['paths-ignore'] !== undefined)
  );
}

type RunPayload = { workflow_run?: { name?: string; head_branch?: string | null }; workflow?: { name?: string } };

function chained(filters: Fields, subject: Subject, depth: number): boolean {
  const { workflow_run: run, workflow } = subject.payload as RunPayload;
  const name = workflow?.name ?? run?.name ?? '';
  return (
    depth < CHAIN &&
    (list(filters.workflows) ?? []).includes(name) &&
    passes(list(filters.branches), list(filters['branches-ignore']), run?.head_branch ?? '')
  );
}

function sameWorkflow(named: unknown, workflow: Workflow): boolean {
  const name = String(named ?? '');
  return [workflow.path, workflow.path.split('/').at(-1), workflow.name].includes(name);
}

/**
 * Whether the subject starts the workflow. `changed`: the changed files, when looksAtPaths. `depth`: how many workflow_run
 * links lead to the run that has just spoken.
 */
export function triggered(
  workflow: Workflow,
  subject: Subject,
  { changed = [], depth = 0 }: { changed?: readonly string[]; depth?: number },
): boolean {
  const filters = workflow.on[subject.event];
  if (filters === undefined || !typePasses(subject.event, filters, subject.payload.action)) return false;
  if (looksAtPaths(workflow, subject) && !passesPaths(list(filters.paths), list(filters['paths-ignore']), changed)) {
    return false;
  }
  if (subject.event === 'push') return refPasses(filters, subject.ref);
  if (PULL_EVENTS.includes(subject.event)) {
    return passes(list(filters.branches), list(filters['branches-ignore']), subject.baseRef);
  }
  if (subject.event === 'workflow_run') return chained(filters, subject, depth);
  if (subject.event === 'workflow_dispatch') return sameWorkflow(subject.payload.workflow, workflow);
  return true;
}

/** "Skipping workflow runs": push and pull_request only, by the words of the head commit's message. */
export function asksToSkip(event: string, message: string): boolean {
  if (event !== 'push' && event !== 'pull_request') return false;
  return (
    /\[(skip ci|ci skip|no ci|skip actions|actions skip)\]/.test(message) || /\n\nskip-checks: ?true\s*$/.test(message)
  );
}

/** Events made with a job's own token start nothing, except the two dispatches; a finished run is nobody's act. */
export function startsNothing(via: string, event: string): boolean {
  return via === 'workflow' && !['workflow_dispatch', 'repository_dispatch', 'workflow_run'].includes(event);
}
