import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Bench, openBench } from './testing/bench.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench({ concurrency: 3 });
});
afterAll(() => bench.close());

/** Job name -> conclusion of the last run. */
function conclusions(run: number | undefined): Record<string, string | undefined> {
  return Object.fromEntries(
    bench.forge.jobs.filter((job) => job.run === run).map(({ name, conclusion }) => [name, conclusion]),
  );
}

async function run(jobs: string, top = '', more: { [path: string]: string } = {}) {
  const text = `name: w\non: push\n${top}\njobs:\n${jobs}\n`;
  const [made] = await bench.push({ '.github/workflows/w.yml': text, ...more });
  return { run: made, jobs: conclusions(made?.id) };
}

const plain = (name: string, { needs = '', extra = '', script = 'true' } = {}) =>
  `  ${name}:\n    runs-on: ubuntu-latest\n${needs === '' ? '' : `    needs: [${needs}]\n`}${extra}    steps:\n      - run: ${script}\n`;

test('needs: a failure skips what depends on it, however far; always() and failure() run all the same', async () => {
  const { run: made, jobs } = await run(
    plain('a', { script: 'exit 1' }) +
      plain('b', { needs: 'a' }) +
      plain('c', { needs: 'b' }) +
      plain('d', {
        needs: 'a',
        extra: '    if: always()\n',
        script: 'test "${{ needs.a.result }}" = failure',
      }) +
      plain('e', { needs: 'd', extra: '    if: failure()\n' }) +
      plain('f', { needs: 'd' }) +
      plain('g'),
  );
  expect(made?.conclusion).toBe('failure');
  expect(jobs).toEqual({
    a: 'failure',
    b: 'skipped',
    c: 'skipped',
    d: 'success',
    e: 'success',
    f: 'skipped', // success() looks at every ancestor, and `a` failed
    g: 'success',
  });
});

test('a skipped need skips its dependents unless always(); a run of nothing but skipped jobs is skipped', async () => {
  const { run: made, jobs } = await run(
    plain('a', { extra: "    if: github.ref == 'refs/heads/other'\n" }) + plain('b', { needs: 'a' }),
  );
  expect(jobs).toEqual({ a: 'skipped', b: 'skipped' });
  expect(made?.conclusion).toBe('skipped');
});

test('matrix: product, exclude, include; outputs and names', async () => {
  const { jobs } = await run(`  m:
    runs-on: ubuntu-latest
    strategy:
      matrix:
        os: [deb, rpm]
        version: [1, 2]
        exclude: [{ os: rpm, version: 1 }]
        include: [{ os: deb, note: hi }, { os: apk, version: 9 }]
    steps:
      - run: echo "\${{ matrix.os }}-\${{ matrix.version }}-\${{ matrix.note }} \${{ strategy.job-index }}/\${{ strategy.job-total }}"
`);
  expect(Object.keys(jobs).sort()).toEqual(['m (apk, 9)', 'm (deb, 1, hi)', 'm (deb, 2, hi)', 'm (rpm, 2)']);
  expect(bench.forge.job('m (deb, 2, hi)').log).toContain('deb-2-hi 1/4');
});

test('matrix from fromJSON of an earlier job’s output', async () => {
  const { jobs } = await run(`  a:
    runs-on: ubuntu-latest
    outputs: { list: '\${{ steps.l.outputs.list }}' }
    steps:
      - id: l
        run: echo 'list=["x","y"]' >> "$GITHUB_OUTPUT"
  b:
    needs: a
    runs-on: ubuntu-latest
    name: for \${{ matrix.item }}
    strategy: { matrix: { item: '\${{ fromJSON(needs.a.outputs.list) }}' } }
    steps: [{ run: 'true' }]
`);
  expect(jobs).toEqual({ a: 'success', 'for x': 'success', 'for y': 'success' });
});

test('fail-fast cancels the rest of a matrix, fail-fast: false lets them end', async () => {
  const matrix = (failFast: boolean) => `  m:
    runs-on: ubuntu-latest
    strategy: { fail-fast: ${failFast}, matrix: { n: [1, 2] } }
    steps:
      - run: if [ "\${{ matrix.n }}" = 1 ]; then exit 1; else sleep ${failFast ? 600 : 0.1}; fi
`;
  expect((await run(matrix(true))).jobs).toEqual({ 'm (1)': 'failure', 'm (2)': 'cancelled' });
  expect((await run(matrix(false))).jobs).toEqual({ 'm (1)': 'failure', 'm (2)': 'success' });
});

test('max-parallel: 1 runs one after the other; without it they overlap', async () => {
  const alone = `mkdir "${bench.dir}/held" && sleep 0.1 && rmdir "${bench.dir}/held"`;
  const together = `touch "${bench.dir}/at-$N"; while [ ! -e "${bench.dir}/at-$((3 - N))" ]; do sleep 0.02; done`;
  const matrix = (extra: string, script: string) => `  m:
    runs-on: ubuntu-latest
    timeout-minutes: 0.5
    env: { N: '\${{ matrix.n }}' }
    strategy: { ${extra}matrix: { n: [1, 2] } }
    steps:
      - run: '${script}'
`;
  expect((await run(matrix('max-parallel: 1, ', alone))).run?.conclusion).toBe('success');
  expect((await run(matrix('', together))).run?.conclusion).toBe('success');
});

test('continue-on-error: the job fails, the run and its dependents do not', async () => {
  const { run: made, jobs } = await run(
    plain('a', { extra: '    continue-on-error: true\n', script: 'exit 1' }) + plain('b', { needs: 'a' }),
  );
  expect(jobs).toEqual({ a: 'failure', b: 'success' });
  expect(made?.conclusion).toBe('success');
});

test('permissions: the job’s, else the workflow’s, else the default; what is not named is none', async () => {
  await run(plain('a') + plain('b', { extra: '    permissions: { checks: write }\n' }), 'permissions: {}');
  expect(bench.forge.job('a').permissions).toEqual({});
  expect(bench.forge.job('b').permissions).toEqual({ checks: 'write' });
  await run(plain('c'));
  expect(bench.forge.job('c').permissions).toEqual({ contents: 'read', packages: 'read' });
});

const CALLED = `name: called
on:
  workflow_call:
    inputs:
      who: { type: string, required: true }
      count: { type: number, default: 2 }
    secrets: { KEY: { required: true } }
    outputs: { said: { value: '\${{ jobs.inner.outputs.said }}' } }
jobs:
  inner:
    runs-on: ubuntu-latest
    permissions: { contents: write, checks: write }
    outputs: { said: '\${{ steps.s.outputs.said }}' }
    steps:
      - id: s
        env: { KEY: '\${{ secrets.KEY }}' }
        run: echo "said=\${{ inputs.who }} \${{ inputs.count + 0 == 2 }} \${#KEY} $GITHUB_WORKFLOW" >> "$GITHUB_OUTPUT"
`.replace('inputs.count + 0 == 2', 'inputs.count == 2');

test('a reusable workflow: inputs, secrets inherit, outputs, names, permissions never above the caller’s', async () => {
  bench.forge.settings.secrets = { KEY: 'abc' };
  const { run: made, jobs } = await run(
    `  call:
    uses: ./.github/workflows/called.yml
    with: { who: ann }
    secrets: inherit
    permissions: { contents: read }
  after:
    needs: call
    runs-on: ubuntu-latest
    steps:
      - run: echo "got \${{ needs.call.outputs.said }}"
`,
    '',
    { '.github/workflows/called.yml': CALLED },
  );
  bench.forge.settings.secrets = {};
  expect(made?.conclusion).toBe('success');
  expect(jobs).toEqual({ 'call / inner': 'success', after: 'success' });
  expect(bench.forge.job('after').log).toContain('got ann true 3 w');
  expect(bench.forge.job('call / inner').permissions).toEqual({ contents: 'read', checks: 'none' });
});

test('a reusable workflow called wrongly says everything that is wrong', async () => {
  const { run: made } = await run('  call:\n    uses: ./.github/workflows/called.yml\n    with: { whom: ann }\n', '', {
    '.github/workflows/called.yml': CALLED,
  });
  expect(made?.conclusion).toBe('failure');
  const message = bench.forge.job('call').annotations[0]?.message;
  for (const part of ['unexpected input whom', 'input who is required', 'secret KEY is required']) {
    expect(message).toContain(part);
  }
});

test('an environment gives its secrets; its refusal fails the job with the reason; waiting ends with the approval', async () => {
  bench.forge.settings.environments = {
    prod: { secrets: { KEY: 'prod-only' } },
    closed: { refused: 'Branch "main" is not allowed to deploy to closed' },
    asked: { waiting: true },
  };
  const job = (environment: string) =>
    plain('e', { extra: `    environment: ${environment}\n`, script: 'echo "${{ secrets.KEY != \'\' }}"' });
  expect((await run(job('prod'))).run?.conclusion).toBe('success');
  expect(bench.forge.job('e').log).toContain('\ntrue\n');
  expect((await run(job('closed'))).run?.conclusion).toBe('failure');
  expect(bench.forge.job('e').annotations[0]?.message).toBe('Branch "main" is not allowed to deploy to closed');
  const waiting = await run(job('asked'));
  expect(waiting.run?.status).toBe('waiting');
  bench.forge.job('e').status = 'queued'; // somebody approves
  await expect.poll(() => bench.forge.runs.at(-1)?.conclusion, { timeout: 45_000 }).toBe('success');
});

test('what this runner does not do is refused by name at the start of the run, all at once', async () => {
  const { run: made } = await run(`  j:
    runs-on: ubuntu-latest
    container: debian:12
    services: { db: { image: postgres } }
    steps:
      - run: touch "${bench.dir}/ran"
      - uses: actions/cache@v4
        with: { path: x, key: y }
      - uses: docker://alpine
      - run: echo
        shell: pwsh
  k:
    uses: other/repo/.github/workflows/x.yml@v1
`);
  expect(made?.conclusion).toBe('failure');
  const message = bench.forge.job('w').annotations[0]?.message ?? '';
  for (const part of ['container', 'services', 'actions/cache@v4', 'docker://alpine', 'pwsh', 'other/repo']) {
    expect(message).toContain(part);
  }
});

test('a workflow file GitHub’s parser refuses makes a failed run with the parser’s words', async () => {
  const { run: made } = await run(
    '  j:\n    runs-on: ubuntu-latest\n    needs: [ghost]\n    steps: []\n  k:\n    runs-on: x\n    steps: []\n',
  );
  expect(made?.conclusion).toBe('failure');
  expect(bench.forge.job('w').annotations[0]?.message).toContain("unknown job 'ghost'");
});

test('an expression that fails only when read fails the run or the job with the engine’s words', async () => {
  const bad = "${{ fromJSON('no json') }}";
  expect((await run(plain('a'), `concurrency: "${bad}"`)).run?.conclusion).toBe('failure');
  expect(bench.forge.job('w').annotations[0]?.message).toContain('fromJson');
  expect((await run(plain('a'), `run-name: "${bad}"`)).run?.conclusion).toBe('failure');
  const matrix = `    strategy: { matrix: { x: "${bad}" } }\n`;
  const { run: made, jobs } = await run(plain('a', { extra: matrix }) + plain('b'));
  expect(made?.conclusion).toBe('failure');
  expect(jobs).toEqual({ a: 'failure', b: 'success' });
});

test('concurrency of jobs: instances of one group run one after the other, a newer pending one replaces the older', async () => {
  const gate = `${bench.dir}/job-gate`;
  const text = `name: w\non: issues\njobs:\n  m:
    runs-on: ubuntu-latest
    concurrency: one
    strategy: { matrix: { n: [1, 2, 3] } }
    steps:
      - run: while [ ! -e "${gate}" ]; do sleep 0.02; done; mkdir "${bench.dir}/alone" && sleep 0.05 && rmdir "${bench.dir}/alone"
`;
  bench.commit({ '.github/workflows/w.yml': text });
  bench.forge.emit('issues', { action: 'opened', repository: bench.repository });
  const ended = () =>
    bench.forge.jobs.filter((job) => job.run === bench.forge.runs.at(-1)?.id && job.conclusion !== undefined);
  await expect.poll(() => ended().map(({ conclusion }) => conclusion), { timeout: 45_000 }).toEqual(['cancelled']);
  writeFileSync(gate, '');
  await bench.runner.idle();
  expect(Object.values(conclusions(bench.forge.runs.at(-1)?.id)).sort()).toEqual(['cancelled', 'success', 'success']);
});

test('concurrency queue: max keeps all that wait', async () => {
  const { jobs } = await run(`  m:
    runs-on: ubuntu-latest
    concurrency: { group: one, queue: max }
    strategy: { matrix: { n: [1, 2, 3] } }
    steps:
      - run: mkdir "${bench.dir}/alone" && sleep 0.1 && rmdir "${bench.dir}/alone"
`);
  expect(Object.values(jobs)).toEqual(['success', 'success', 'success']);
});
