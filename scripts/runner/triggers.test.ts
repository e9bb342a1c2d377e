import { existsSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Bench, openBench } from './testing/bench.ts';

const SOON = { timeout: 45_000 };

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(() => bench.close());

/** A workflow that prints what it is about. */
const listens = (on: string, name = 'w', top = '') => ({
  [`.github/workflows/${name}.yml`]: `name: ${name}
on: ${on}
${top}
jobs:
  j:
    runs-on: ubuntu-latest
    steps:
      - run: echo "sha=$GITHUB_SHA ref=$GITHUB_REF head=$GITHUB_HEAD_REF base=$GITHUB_BASE_REF event=$GITHUB_EVENT_NAME secret=[\${{ secrets.S }}] version=VERSION"
`,
});
const said = () => bench.forge.job('j').log.split('\n').at(-2) ?? '';
const names = (runs: { name: string; event?: unknown }[]) => runs.map(({ name, event }) => `${name} ${event}`);

/** A pull request with its refs on the forge, from this repository or a fork. */
function pull({ number = 7, head = 'topic', base = 'main', fork = false, merged = false } = {}) {
  const baseSha = bench.git('rev-parse', 'HEAD');
  bench.git('checkout', '-q', '-B', head);
  const headSha = bench.commit({ 'change.txt': 'x' }, { ref: `refs/pull/${number}/head` });
  bench.git('checkout', '-q', 'main');
  bench.git('merge', '-q', '--no-ff', '-m', 'merged', head);
  const mergeSha = bench.git('rev-parse', 'HEAD');
  bench.git('push', '-q', '--force', 'origin', `HEAD:refs/pull/${number}/merge`);
  bench.git('reset', '-q', '--hard', baseSha);
  const repo = (name: string) => ({ full_name: name });
  return {
    baseSha,
    headSha,
    mergeSha,
    payload: (action: string, more: object = {}) => ({
      action,
      number,
      ...more,
      pull_request: {
        number,
        merged,
        merge_commit_sha: mergeSha,
        title: 'The title',
        head: { ref: head, sha: headSha, repo: repo(fork ? 'someone/release' : 'umd/release') },
        base: { ref: base, sha: baseSha, repo: repo('umd/release') },
      },
    }),
  };
}

test('push: the YAML of the pushed commit runs, also on a branch', async () => {
  await bench.push(listens('push'));
  const runs = await bench.push(
    { '.github/workflows/w.yml': listens('push')['.github/workflows/w.yml']?.replace('VERSION', 'branch') as string },
    { ref: 'refs/heads/topic' },
  );
  expect(runs).toMatchObject([{ head_branch: 'topic', event: 'push' }]);
  expect(said()).toContain('ref=refs/heads/topic');
  expect(said()).toContain('version=branch');
});

test('push: branches and tags filters; one kind of filter shuts out the other kind', async () => {
  const files = {
    ...listens('{ push: { branches: [main, "release/**", "!release/old"] } }', 'branches'),
    ...listens('{ push: { tags: ["*-*.*.*"] } }', 'tags'),
    ...listens('{ push: { branches-ignore: [main] } }', 'ignoring'),
    ...listens('push', 'all'),
  };
  expect(names(await bench.push(files)).sort()).toEqual(['all push', 'branches push']);
  expect(names(await bench.push({}, { ref: 'refs/heads/release/a/b' })).sort()).toEqual([
    'all push',
    'branches push',
    'ignoring push',
  ]);
  expect(names(await bench.push({}, { ref: 'refs/heads/release/old' })).sort()).toEqual(['all push', 'ignoring push']);
  expect(names(await bench.push({}, { ref: 'refs/tags/umd-5.0.0' })).sort()).toEqual(['all push', 'tags push']);
  expect(bench.forge.runs.at(-1)?.head_branch).toBe('umd-5.0.0');
});

test('push: paths compare the two commits (two-dot); tags know no paths', async () => {
  const files = listens('{ push: { paths: ["releases/**/release.xml", "!releases/skip/**"] } }');
  expect(await bench.push({ ...files, 'releases/umd/5/x/release.xml': '<a/>' })).toHaveLength(1);
  expect(await bench.push({ 'other.txt': '1' })).toHaveLength(0);
  expect(await bench.push({ 'releases/umd/5/x/release.xml': '<b/>' })).toHaveLength(1);
  expect(await bench.push({ 'releases/skip/release.xml': '<b/>' })).toHaveLength(0);
  expect(await bench.push({}, { ref: 'refs/tags/v1' })).toHaveLength(1);
});

test('push: a deleted branch starts nothing, and neither does [skip ci]', async () => {
  await bench.push(listens('push'));
  expect(await bench.push({ a: '1' }, { message: 'small thing [skip ci]' })).toHaveLength(0);
  expect(await bench.push({ a: '2' }, { message: 'small thing\n\nskip-checks: true' })).toHaveLength(0);
  expect(await bench.emit('push', { ref: 'refs/heads/x', deleted: true, after: '0'.repeat(40) })).toHaveLength(0);
});

test('pull_request: YAML and commit are the merge’s; default types; branches are the base’s', async () => {
  bench.commit({ ...listens('pull_request'), ...listens('{ pull_request: { branches: [candidate] } }', 'other') });
  const { payload, mergeSha, headSha } = pull();
  const runs = await bench.emit('pull_request', payload('opened'));
  expect(runs).toMatchObject([{ name: 'w', head_sha: headSha, head_branch: 'topic', pull_requests: [7] }]);
  expect(runs[0]?.display_title).toBe('The title');
  expect(said()).toContain(`sha=${mergeSha} ref=refs/pull/7/merge head=topic base=main event=pull_request `);
  expect(await bench.emit('pull_request', payload('labeled'))).toHaveLength(0);
});

test('pull_request: in conflict there is no merge ref, and pull_request starts nothing while pull_request_target does', async () => {
  bench.commit({ ...listens('pull_request'), ...listens('pull_request_target', 'target') });
  const { payload } = pull();
  bench.git('push', '-q', 'origin', ':refs/pull/7/merge');
  expect(names(await bench.emit('pull_request', payload('opened')))).toEqual(['target pull_request_target']);
});

test('pull_request_target: the default branch’s YAML and commit, whatever the pull request changed, and its secrets', async () => {
  bench.forge.settings.secrets = { S: 'x1y2' };
  const sha = bench.commit(listens('{ pull_request_target: { types: [labeled] } }'));
  const { payload } = pull({ fork: true });
  const runs = await bench.emit('pull_request', payload('labeled', { label: { name: 'a' } }));
  expect(runs).toMatchObject([
    { event: 'pull_request_target', head_sha: sha, head_branch: 'main', pull_requests: [7] },
  ]);
  expect(said()).toContain(
    `sha=${sha} ref=refs/heads/main head=topic base=main event=pull_request_target secret=[***]`,
  );
});

test('pull_request: one from a fork sees no secrets, one from the repository does', async () => {
  bench.forge.settings.secrets = { S: 'x1y2' };
  bench.commit(listens('pull_request'));
  await bench.emit('pull_request', pull({ number: 8, fork: true }).payload('opened'));
  expect(said()).toContain('secret=[]');
  await bench.emit('pull_request', pull({ number: 9 }).payload('opened'));
  expect(said()).toContain('secret=[***]');
});

test('pull_request: paths compare with where the branch left its base (three-dot)', async () => {
  bench.commit(listens('{ pull_request: { paths: ["change.txt"] } }'));
  const { payload } = pull();
  const moved = bench.commit({ 'later.txt': 'base moved on' });
  const onBase = (data: ReturnType<typeof payload>) => {
    data.pull_request.base.sha = moved;
    return data;
  };
  expect(await bench.emit('pull_request', onBase(payload('opened')))).toHaveLength(1);
  bench.commit(listens('{ pull_request: { paths: ["later.txt"] } }'));
  const second = pull({ number: 8, head: 'second' });
  expect(await bench.emit('pull_request', second.payload('opened'))).toHaveLength(0);
});

test('pull_request_review runs at the merge; issue_comment, issues, create and repository_dispatch as GitHub’s table says', async () => {
  const sha = bench.commit({
    ...listens('pull_request_review', 'review'),
    ...listens('{ issue_comment: { types: [created] } }', 'comment'),
    ...listens('{ issues: { types: [closed] } }', 'issues'),
    ...listens('create', 'create'),
    ...listens('{ repository_dispatch: { types: [rebuild] } }', 'custom'),
  });
  const { payload, mergeSha } = pull();
  expect(names(await bench.emit('pull_request_review', payload('submitted')))).toEqual(['review pull_request_review']);
  expect(said()).toContain(`sha=${mergeSha} ref=refs/pull/7/merge`);
  expect(names(await bench.emit('issue_comment', { action: 'created' }))).toEqual(['comment issue_comment']);
  expect(said()).toContain(`sha=${sha} ref=refs/heads/main`);
  expect(await bench.emit('issue_comment', { action: 'edited' })).toHaveLength(0);
  expect(await bench.emit('issues', { action: 'opened' })).toHaveLength(0);
  expect(await bench.emit('issues', { action: 'closed' })).toHaveLength(1);
  bench.git('push', '-q', 'origin', 'HEAD:refs/heads/fresh');
  expect(names(await bench.emit('create', { ref: 'fresh', ref_type: 'branch' }))).toEqual(['create create']);
  expect(said()).toContain('ref=refs/heads/fresh');
  expect(names(await bench.emit('repository_dispatch', { action: 'rebuild' }))).toEqual(['custom repository_dispatch']);
  expect(await bench.emit('repository_dispatch', { action: 'other' })).toHaveLength(0);
});

test('a fork’s own events start nothing', async () => {
  bench.commit(listens('{ issues: { types: [closed] } }'));
  const repository = { ...bench.repository, fork: true };
  expect(await bench.emit('issues', { action: 'closed', repository })).toHaveLength(0);
});

test('events of the workflow token start nothing, except workflow_dispatch and repository_dispatch', async () => {
  bench.commit({
    ...listens('[push, issues, workflow_dispatch, repository_dispatch]'),
  });
  const via = { via: 'workflow' };
  const head = bench.git('rev-parse', 'HEAD');
  expect(await bench.emit('push', { ref: 'refs/heads/main', before: head, after: head }, via)).toHaveLength(0);
  expect(await bench.emit('issues', { action: 'closed' }, via)).toHaveLength(0);
  expect(
    await bench.emit('workflow_dispatch', { ref: 'main', workflow: '.github/workflows/w.yml', inputs: {} }, via),
  ).toHaveLength(1);
  expect(await bench.emit('repository_dispatch', { action: 'any' }, via)).toHaveLength(1);
  expect(await bench.emit('issues', { action: 'closed' }, { via: 'app' })).toHaveLength(1);
});

test('workflow_dispatch: the given ref’s YAML, typed inputs with defaults, wrong ones refused all at once', async () => {
  const dispatched = `name: d
run-name: d \${{ inputs.pull }}
on:
  workflow_dispatch:
    inputs:
      pull: { required: true, type: number }
      deep: { type: boolean, default: true }
      lane: { type: choice, options: [umd-5, cmd-1], default: umd-5 }
jobs:
  j:
    runs-on: ubuntu-latest
    steps:
      - run: echo '\${{ toJSON(inputs) }}' | tr -d '\\n '; echo ' \${{ toJSON(github.event.inputs.pull) }}' "$GITHUB_REF"
`;
  bench.commit({ '.github/workflows/d.yml': dispatched });
  bench.git('push', '-q', 'origin', 'HEAD:refs/heads/side');
  const ask = (inputs: object, ref = 'side') =>
    bench.emit('workflow_dispatch', { ref, workflow: '.github/workflows/d.yml', inputs });
  expect(await ask({ pull: '12' })).toMatchObject([
    { display_title: 'd 12', conclusion: 'success', head_branch: 'side', inputs: { pull: '12' } },
  ]);
  expect(said()).toBe('{"pull":12,"deep":true,"lane":"umd-5"} "12" refs/heads/side');
  const [wrong] = await ask({ deep: 'maybe', lane: 'x', more: '1' });
  expect(wrong?.conclusion).toBe('failure');
  const message = bench.forge.job('d').annotations[0]?.message ?? '';
  for (const part of ['more', 'pull is required', 'deep must be true or false', 'lane must be one of umd-5, cmd-1']) {
    expect(message).toContain(part);
  }
});

test('workflow_run: by the name, type and branch of the run that spoke; at the default branch; at most three links', async () => {
  const sha = bench.commit({
    ...listens('push', 'a'),
    ...listens('{ workflow_run: { workflows: [a, b], types: [completed], branches: [main] } }', 'b'),
  });
  const speak = (name: string, id: number | undefined, action = 'completed', head_branch = 'main') =>
    bench.emit(
      'workflow_run',
      { action, workflow_run: { id, name, head_branch }, workflow: { name } },
      { via: 'workflow' },
    );
  const [first] = await bench.emit('push', { ref: 'refs/heads/main', before: sha, after: sha });
  expect(await speak('a', first?.id, 'requested')).toHaveLength(0);
  expect(await speak('a', first?.id, 'completed', 'topic')).toHaveLength(0);
  expect(await speak('stranger', first?.id)).toHaveLength(0);
  const [one] = await speak('a', first?.id);
  const [two] = await speak('b', one?.id);
  const [three] = await speak('b', two?.id);
  expect(three).toMatchObject({ name: 'b', event: 'workflow_run', head_sha: sha });
  expect(await speak('b', three?.id)).toHaveLength(0);
});

test('schedule: a clock that jumps over many due times fires each cron once; a step back fires nothing', async () => {
  bench.commit(listens("\n  schedule:\n    - cron: '*/15 * * * *'\n    - cron: '17 3 * * *'", 's'));
  const runs = () => bench.forge.runs.map(({ event, head_branch }) => `${event} ${head_branch}`);
  const jump = async (iso: string) => {
    bench.forge.setClock(iso);
    await bench.runner.idle();
  };
  await jump('2024-03-01T12:10:00Z');
  expect(runs()).toEqual([]);
  await jump('2024-03-01T12:15:00Z');
  expect(runs()).toEqual(['schedule main']);
  await jump('2024-03-01T14:59:00Z');
  expect(runs()).toHaveLength(2);
  await jump('2024-03-03T00:00:00Z');
  expect(runs()).toHaveLength(4);
  await jump('2024-03-02T00:00:00Z');
  expect(runs()).toHaveLength(4);
});

test('schedule: rests 60 days after the last activity and wakes with the next', async () => {
  bench.commit(listens("{ schedule: [{ cron: '0 0 * * *' }] }", 's'));
  const count = async (iso: string) => {
    const before = bench.forge.runs.length;
    bench.forge.setClock(iso);
    await bench.runner.idle();
    return bench.forge.runs.length - before;
  };
  expect(await count('2024-04-29T06:00:00Z')).toBe(1);
  expect(await count('2024-05-02T06:00:00Z')).toBe(1); // midnight of 30 April lies before the end of the 60 days at noon
  expect(await count('2024-05-03T06:00:00Z')).toBe(0);
  await bench.emit('issues', { action: 'opened' });
  expect(await count('2024-05-04T06:00:00Z')).toBe(1);
});

test('concurrency: one runs, one waits, a newer one replaces the waiting one', async () => {
  const slow = `name: c
run-name: c \${{ inputs.n }}
on: { workflow_dispatch: { inputs: { n: {} } } }
concurrency: GROUP
jobs:
  j:
    runs-on: ubuntu-latest
    steps:
      - run: while [ ! -e '${'$'}{{ vars.GATE }}' ]; do sleep 0.02; done
`;
  const gate = `${bench.dir}/gate`;
  bench.forge.settings.variables = { GATE: gate };
  bench.commit({ '.github/workflows/c.yml': slow.replace('GROUP', 'one') });
  const ask = (n: number) =>
    bench.forge.emit('workflow_dispatch', {
      repository: bench.repository,
      ref: 'main',
      workflow: 'c.yml',
      inputs: { n: String(n) },
    });
  for (const n of [1, 2, 3]) ask(n);
  await expect.poll(() => bench.forge.runs.filter((run) => run.conclusion === 'cancelled').length, SOON).toBe(1);
  bench.git('init', '-q', gate);
  await bench.runner.idle();
  expect(bench.forge.runs.map(({ display_title, conclusion }) => `${display_title} ${conclusion}`)).toEqual([
    'c 1 success',
    'c 2 cancelled',
    'c 3 success',
  ]);
});

test('concurrency: cancel-in-progress ends the running one', async () => {
  const slow = `name: c
on: workflow_dispatch
concurrency: { group: one, cancel-in-progress: true }
jobs:
  j:
    runs-on: ubuntu-latest
    steps:
      - run: echo started; test -e '\${{ vars.GATE }}' || { mkdir '\${{ vars.GATE }}'; sleep 600; }
`;
  bench.forge.settings.variables = { GATE: `${bench.dir}/gate` };
  bench.commit({ '.github/workflows/c.yml': slow });
  const ask = () =>
    bench.forge.emit('workflow_dispatch', { repository: bench.repository, ref: 'main', workflow: 'c.yml' });
  ask();
  await expect.poll(() => existsSync(`${bench.dir}/gate`), SOON).toBe(true);
  ask();
  await bench.runner.idle();
  expect(bench.forge.runs.map(({ conclusion }) => conclusion)).toEqual(['cancelled', 'success']);
  expect(bench.forge.jobs[0]?.annotations.at(-1)?.message).toContain('higher priority waiting request');
});

test('an event delivered twice starts two runs, and a fault in one event does not hold up the next', async () => {
  bench.commit(listens('{ issues: { types: [closed] } }'));
  bench.forge.emit('push', { ref: 'refs/heads/main', before: 'nonsense', after: 'f'.repeat(40) });
  bench.forge.emit('issues', { action: 'closed', repository: bench.repository });
  await bench.emit('issues', { action: 'closed' });
  expect(bench.forge.runs).toHaveLength(2);
  expect(bench.said.join('\n')).toContain('push of umd/release');
});
