/**
 * What this runner does with every word a workflow may hold. One list: the refusals are carried out from it
 * (workflow/unsupported.ts), the README shows it, and a test holds it against the keys of GitHub's own schema.
 */
export type Standing = 'supported' | 'ignored' | 'refused';
export type Feature = { name: string; standing: Standing; note: string };

const supported = (name: string, note = ''): Feature => ({ name, standing: 'supported', note });
const ignored = (name: string, note: string): Feature => ({ name, standing: 'ignored', note });
const refused = (name: string, note: string): Feature => ({ name, standing: 'refused', note });

const TOLD = 'default branch; when the forge tells of it';
const otherEvents = [
  ...['branch_protection_rule', 'check_run', 'check_suite', 'delete', 'discussion'],
  ...['discussion_comment', 'fork', 'gollum', 'label', 'milestone', 'page_build', 'project', 'project_card'],
  ...['project_column', 'public', 'registry_package', 'status', 'watch'],
];

const EVENTS: readonly Feature[] = [
  supported('on.push', 'branches, tags, paths (two-dot) and their -ignore; the pushed commit; not for [skip ci]'),
  supported('on.pull_request', 'types, branches, paths (three-dot); the merge commit; forks: read only, no secrets'),
  supported('on.pull_request_target', 'types, branches, paths; the default branch'),
  supported('on.pull_request_review', 'types; the merge commit'),
  supported('on.pull_request_review_comment', 'types; the merge commit'),
  supported('on.issue_comment', 'types; the default branch'),
  supported('on.issues', 'types; the default branch'),
  supported('on.create', 'the new branch or tag'),
  supported('on.release', 'types; the tag'),
  supported('on.workflow_run', 'workflows, types, branches; the default branch; at most three links'),
  supported('on.workflow_dispatch', 'typed inputs; the given ref'),
  supported('on.repository_dispatch', 'types; the default branch'),
  supported('on.workflow_call', 'inputs, secrets, outputs; files of this repository, four levels'),
  supported(
    'on.schedule',
    'the forge’s clock: one run a cron line for a jump, none after 60 idle days until somebody acts',
  ),
  ...otherEvents.map((name) => supported(`on.${name}`, TOLD)),
  refused('on.schedule.timezone', 'schedules are read in UTC'),
  refused('on.merge_group', 'there is no merge queue'),
  refused('on.image_version', 'there are no images'),
  refused('on.pull_request_comment', 'use issue_comment'),
  refused('on.deployment', 'no deployment is recorded'),
  refused('on.deployment_status', 'no deployment is recorded'),
];

const TOP: readonly Feature[] = [
  ...['name', 'run-name', 'env', 'defaults', 'concurrency', 'jobs', 'on'].map((name) => supported(name)),
  supported('permissions', 'sent to the forge with each job; without it contents and packages may be read'),
  ignored('description', 'words only'),
];

const JOBS: readonly Feature[] = [
  ...['name', 'needs', 'env', 'outputs', 'defaults', 'permissions', 'steps'].map((name) => supported(`jobs.${name}`)),
  supported('jobs.if', 'success() and failure() look at every ancestor; a skipped need skips its dependents'),
  supported('jobs.runs-on', 'labels; a job whose labels this machine lacks stays queued and says so'),
  refused('jobs.runs-on.group', 'there are no runner groups'),
  supported('jobs.strategy', 'matrix with include, exclude and fromJSON, fail-fast, max-parallel'),
  supported('jobs.concurrency', 'group, cancel-in-progress, queue: max; one running, one pending'),
  supported('jobs.environment', 'secrets and variables, branch rules, reviewers: all by the forge'),
  ignored('jobs.environment.url', 'nothing shows it'),
  ignored('jobs.environment.deployment', 'no deployment is recorded'),
  supported('jobs.timeout-minutes', '360 by default; the job is cancelled'),
  ignored('jobs.cancel-timeout-minutes', 'always five minutes'),
  supported('jobs.continue-on-error'),
  supported('jobs.uses', './.github/workflows/… of the same commit'),
  supported('jobs.with'),
  supported('jobs.secrets', 'inherit, or by name'),
  refused('jobs.container', 'jobs are processes of this machine'),
  refused('jobs.services', 'jobs are processes of this machine'),
  refused('jobs.snapshot', 'there are no images'),
];

const STEPS: readonly Feature[] = [
  ...['name', 'id', 'if', 'env', 'working-directory', 'continue-on-error', 'with'].map((name) =>
    supported(`steps.${name}`),
  ),
  supported('steps.run', 'GITHUB_OUTPUT, ENV, PATH, STATE, STEP_SUMMARY; workflow commands; masks'),
  supported('steps.shell', 'bash, sh, node, python, "program {0}"; others refused'),
  supported('steps.timeout-minutes', 'the process group is interrupted, ended, killed'),
  supported('steps.uses', 'local node20, node24 and composite actions, and the built-in ones below; others refused'),
  ...['background', 'wait', 'wait-all', 'cancel', 'parallel'].map((name) =>
    refused(`steps.${name}`, 'steps run one after the other'),
  ),
];

export const FEATURES: readonly Feature[] = [...EVENTS, ...TOP, ...JOBS, ...STEPS];

export function whyRefused(name: string): string | undefined {
  return FEATURES.find((feature) => feature.name === name && feature.standing === 'refused')?.note;
}

/** Actions this runner carries out itself, whatever version is named. Inputs of no list are warned about. */
export const BUILT_IN = {
  'actions/checkout': {
    supported: [
      'repository',
      'ref',
      'token',
      'path',
      'clean',
      'fetch-depth',
      'fetch-tags',
      'persist-credentials',
      'sparse-checkout',
    ],
    ignored: ['show-progress', 'set-safe-directory'],
    refused: ['sparse-checkout-cone-mode', 'filter', 'lfs', 'submodules', 'ssh-key', 'github-server-url'],
  },
  'actions/upload-artifact': {
    supported: ['name', 'path', 'if-no-files-found', 'include-hidden-files', 'compression-level', 'overwrite'],
    ignored: ['retention-days'],
    refused: [],
  },
  'actions/download-artifact': {
    supported: ['name', 'pattern', 'path', 'merge-multiple', 'run-id', 'repository', 'github-token'],
    ignored: [],
    refused: ['artifact-ids'],
  },
  'actions/setup-node': {
    supported: [],
    ignored: [
      'node-version',
      'node-version-file',
      'check-latest',
      'architecture',
      'registry-url',
      'token',
      'always-auth',
    ],
    refused: ['cache'],
  },
  'actions/create-github-app-token': {
    supported: ['app-id', 'client-id', 'private-key', 'owner', 'repositories', 'permission-*', 'skip-token-revoke'],
    ignored: [],
    refused: ['github-api-url', 'enterprise'],
  },
} as const satisfies { [action: string]: { [standing in Standing]: readonly string[] } };
export type BuiltIn = keyof typeof BUILT_IN;
export const BUILT_IN_NAMES = Object.keys(BUILT_IN) as BuiltIn[];

export function builtInOf(uses: string): BuiltIn | undefined {
  const name = uses.split('@')[0]?.toLowerCase();
  return BUILT_IN_NAMES.find((known) => known === name);
}
