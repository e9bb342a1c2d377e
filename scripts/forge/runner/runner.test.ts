import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Bench, openBench, refusal } from '#scripts/forge/conformance/bench.ts';
import { furnish, headOf, propose, startJob, told, write } from '#scripts/forge/conformance/hands.ts';
import { WORKFLOW } from '#scripts/forge/conformance/stage.ts';

let bench: Bench;
let set: Awaited<ReturnType<typeof furnish>>;
let head_sha: string;
beforeEach(async () => {
  bench = openBench();
  set = await furnish(bench);
  head_sha = await headOf(set.owner, set.at, 'main');
});
afterEach(() => bench.close());

const secretsFor = async (query: string) =>
  (await bench.runner('GET', `/_runner/repositories/umd/release/settings?${query}`)).secrets;

test('events of the workflow token are marked, so that they start nothing; its dispatches are told like any', async () => {
  const { at, owner } = set;
  await write(owner, at, 'main', '.github/workflows/check.yml', WORKFLOW);
  const { job } = await startJob(
    bench,
    { event: 'push', head_sha },
    { permissions: { contents: 'write', actions: 'write' } },
  );
  const before = bench.forge.events.sequence;
  const token = bench.client(job.token);
  await write(token, at, 'candidate', 'by-bot.txt', 'x');
  await token.rest.actions.createWorkflowDispatch({
    ...at,
    workflow_id: 'check.yml',
    ref: 'main',
    inputs: { pull: '1' },
  });
  expect(told(bench, before)).toEqual([
    'push refs/heads/candidate workflow',
    'workflow_dispatch refs/heads/main workflow',
  ]);
  expect(bench.forge.events.after(before).at(-1)?.payload.inputs).toEqual({ pull: '1', depth: '1' });
});

test('a dispatch is refused for inputs the workflow does not declare, or lacks, and for workflows without the trigger', async () => {
  const { at, owner } = set;
  await write(owner, at, 'main', '.github/workflows/check.yml', WORKFLOW);
  await write(owner, at, 'main', '.github/workflows/plain.yml', 'on: push\njobs: {}\n');
  const dispatch = (workflow_id: string, inputs: Record<string, string>) =>
    refusal(owner.rest.actions.createWorkflowDispatch({ ...at, workflow_id, ref: 'main', inputs }));
  expect(await dispatch('check.yml', { pull: '1', nonsense: 'x' })).toBe(
    '422 Unexpected inputs provided: ["nonsense"]',
  );
  expect(await dispatch('check.yml', {})).toBe("422 Required input 'pull' not provided");
  expect(await dispatch('plain.yml', {})).toBe("422 Workflow does not have 'workflow_dispatch' trigger");
  expect(await dispatch('absent.yml', {})).toBe('404 Not Found');
});

test('the pull request of a fork gets a token that only reads, and no secrets', async () => {
  const { at, outsider, fork } = set;
  bench.admin.setSecret({ repository: 'umd/release', name: 'KEY', value: 'hidden' });
  const number = await propose(outsider, at, 'topic', { from: fork });
  const ask = { permissions: { contents: 'write', issues: 'write', checks: 'read' } };
  const { job } = await startJob(bench, { event: 'pull_request', head_sha, pull_requests: [number] }, ask);
  expect(job.permissions).toEqual({ contents: 'read', issues: 'read', checks: 'read' });
  expect(
    await refusal(bench.client(job.token).rest.issues.createComment({ ...at, issue_number: number, body: 'x' })),
  ).toBe('403 Resource not accessible by integration');
  expect(await secretsFor(`ref=refs/heads/main&job=${job.id}`)).toEqual({});
  expect(await secretsFor(`ref=refs/pull/${number}/merge`)).toEqual({});
});

test("pull_request_target runs the base's code: its token writes, its secrets are there, fork or not", async () => {
  const { at, outsider, fork } = set;
  bench.admin.setSecret({ repository: 'umd/release', name: 'KEY', value: 'hidden' });
  const number = await propose(outsider, at, 'topic', { from: fork });
  const { job } = await startJob(
    bench,
    { event: 'pull_request_target', head_sha, pull_requests: [number] },
    { permissions: { issues: 'write' } },
  );
  expect(job.permissions).toEqual({ issues: 'write' });
  expect(await secretsFor(`ref=refs/heads/main&job=${job.id}`)).toEqual({ KEY: 'hidden' });
});

test('the token ends with its job', async () => {
  const { at } = set;
  const { job } = await startJob(bench, { event: 'push', head_sha }, { permissions: { contents: 'read' } });
  const token = bench.client(job.token);
  expect(await refusal(token.rest.repos.get(at))).toBe('it was allowed');
  await bench.runner('PATCH', `/_runner/jobs/${job.id}`, { status: 'completed', conclusion: 'success' });
  expect(await refusal(token.rest.repos.get(at))).toBe('401 Bad credentials');
});

test('an environment lets in only the branches it names, for jobs and for secrets', async () => {
  bench.admin.setEnvironment({ repository: 'umd/release', name: 'publish', branches: ['main', 'release/*'] });
  bench.admin.setSecret({ repository: 'umd/release', environment: 'publish', name: 'SIGNING_KEY', value: 'key' });
  const admitted = async (ref: string, event = 'push') =>
    (await startJob(bench, { event, head_sha }, { environment: 'publish', ref })).job.status;
  expect(await admitted('refs/heads/main')).toBe('queued');
  expect(await admitted('refs/heads/release/5')).toBe('queued');
  expect(await admitted('refs/heads/candidate')).toBe('refused');
  expect(await admitted('refs/pull/1/merge', 'pull_request')).toBe('refused');
  expect(await secretsFor('environment=publish&ref=refs/heads/main')).toEqual({ SIGNING_KEY: 'key' });
  const refused = await bench.runner(
    'GET',
    '/_runner/repositories/umd/release/settings?environment=publish&ref=refs/heads/candidate',
  );
  expect(refused.message).toBe(
    'Branch "candidate" is not allowed to deploy to publish due to environment protection rules.',
  );
  expect(await secretsFor('ref=refs/heads/main')).toEqual({});
});

test('an environment with reviewers holds a job until one of them says yes', async () => {
  const { at, writer, triager } = set;
  bench.admin.setEnvironment({
    repository: 'umd/release',
    name: 'publish',
    reviewers: ['team:writers'],
    preventSelfReview: true,
  });
  const wait = async (actor: string) => startJob(bench, { event: 'push', head_sha, actor }, { environment: 'publish' });
  const decide = async (who: typeof writer, run_id: number, state: 'approved' | 'rejected') => {
    const { data } = await who.rest.actions.getPendingDeploymentsForRun({ ...at, run_id });
    return refusal(
      who.rest.actions.reviewPendingDeploymentsForRun({
        ...at,
        run_id,
        state,
        comment: 'x',
        environment_ids: [data[0]?.environment.id ?? 0],
      }),
    );
  };
  const [first, second, own] = [await wait('owner'), await wait('owner'), await wait('writer')];
  expect(first.job.status).toBe('waiting');
  expect(await decide(triager, first.run, 'approved')).toMatch(/^422 There are no pending deployment requests/);
  expect(await decide(writer, own.run, 'approved')).toMatch(/^422 /);
  expect(await decide(writer, first.run, 'approved')).toBe('it was allowed');
  expect(await decide(writer, second.run, 'rejected')).toBe('it was allowed');
  const states = await Promise.all(
    [first, second, own].map(async ({ job }) => (await bench.runner('GET', `/_runner/jobs/${job.id}`)).status),
  );
  expect(states).toEqual(['queued', 'refused', 'waiting']);
});

test('a run tells of itself, and its job is a check on the commit', async () => {
  const { at, owner } = set;
  const before = bench.forge.events.sequence;
  const { run, job } = await startJob(
    bench,
    { event: 'workflow_dispatch', head_sha, display_title: 'check-release 7' },
    { name: 'check-release' },
  );
  await bench.runner('PATCH', `/_runner/runs/${run}`, { status: 'in_progress' });
  await bench.runner('PATCH', `/_runner/jobs/${job.id}`, {
    status: 'completed',
    conclusion: 'failure',
    summary: 'two faults',
  });
  await bench.runner('PATCH', `/_runner/runs/${run}`, { status: 'completed', conclusion: 'failure' });
  expect(told(bench, before)).toEqual([
    'workflow_run requested user',
    'check_run created workflow',
    'workflow_run in_progress user',
    'check_run completed workflow',
    'workflow_run completed user',
  ]);
  const { data } = await owner.rest.checks.listForRef({ ...at, ref: head_sha });
  expect(
    data.check_runs.map(({ name, conclusion, output, app }) => [name, conclusion, output.summary, app?.slug]),
  ).toEqual([['check-release', 'failure', 'two faults', 'github-actions']]);
  const { data: runs } = await owner.rest.actions.listWorkflowRunsForRepo({ ...at, status: 'failure' });
  expect(runs.workflow_runs.map(({ display_title, run_number }) => [display_title, run_number])).toEqual([
    ['check-release 7', 1],
  ]);
});

test('a question for events is held open until there is one, and tests may drop, repeat and keep back', async () => {
  const { at, owner } = set;
  const start = bench.forge.events.sequence;
  const asked = bench.runner('GET', `/_runner/events?after=${start}&wait=20`) as unknown as Promise<{
    events: { event: string }[];
  }>;
  await owner.rest.issues.create({ ...at, title: 'x' });
  expect((await asked).events.map(({ event }) => event)).toEqual(['issues']);
  bench.admin.eventFilter((events) => events.flatMap((event) => (event.event === 'clock' ? [event] : [event, event])));
  await owner.rest.issues.create({ ...at, title: 'y' });
  bench.admin.eventFilter((events) => events.filter(({ event }) => event === 'clock'));
  await owner.rest.issues.create({ ...at, title: 'z' });
  bench.admin.advance(86_400_000);
  expect(told(bench, start).map((line) => line.split(' ')[0])).toEqual(['issues', 'issues', 'issues', 'clock']);
});

test("the door is shut without the runner's token", async () => {
  expect((await bench.request('/_runner/events')).status).toBe(401);
  expect(
    (await bench.request('/_forge/clock', { method: 'POST', headers: { authorization: 'Bearer x' } })).status,
  ).toBe(401);
});
