import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Bench, openBench, workflow } from './testing/bench.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench({ env: { FROM_OPTIONS: 'yes' } });
});
afterAll(() => bench.close());

/** A zombie that nobody has collected is dead. */
function alive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
const job = (name = 'j') => bench.forge.job(name);

test('a push runs the workflow of the pushed commit and reports steps, log and conclusion', async () => {
  const [run] = await bench.push(workflow('push', '      - name: say\n        run: echo hello "$GITHUB_REF_NAME"'));
  expect(run).toMatchObject({
    workflow_path: '.github/workflows/w.yml',
    status: 'completed',
    conclusion: 'success',
    event: 'push',
    head_branch: 'main',
  });
  expect(job()).toMatchObject({ status: 'completed', conclusion: 'success', labels: ['ubuntu-latest'] });
  expect(job().log).toContain('\nhello main\n');
  expect(job().steps.map(({ name, conclusion }) => [name, conclusion])).toEqual([
    ['Set up job', 'success'],
    ['say', 'success'],
  ]);
});

test('a failing step fails the job, skips the next, and always() still runs', async () => {
  const [run] = await bench.push(
    workflow(
      'push',
      '      - run: exit 3\n      - run: echo never\n      - if: always()\n        run: echo after\n      - if: failure()\n        run: echo mourn',
    ),
  );
  expect(run?.conclusion).toBe('failure');
  expect(job().steps.map(({ conclusion }) => conclusion)).toEqual([
    'success',
    'failure',
    'skipped',
    'success',
    'success',
  ]);
  expect(job().annotations).toMatchObject([
    { annotation_level: 'failure', message: 'Process completed with exit code 3.' },
  ]);
});

test('the files GITHUB_OUTPUT, ENV, PATH and STEP_SUMMARY reach the next steps and the forge', async () => {
  const steps = `      - id: a
        run: |
          echo "one=1" >> "$GITHUB_OUTPUT"
          { echo 'many<<END'; echo x; echo 'y=z'; echo END; } >> "$GITHUB_OUTPUT"
          echo "COLOUR=blue" >> "$GITHUB_ENV"
          mkdir bin && printf '#!/bin/sh\\necho from-path\\n' > bin/tool && chmod +x bin/tool
          echo "$PWD/bin" >> "$GITHUB_PATH"
          echo '# Sum' >> "$GITHUB_STEP_SUMMARY"
      - run: echo "$ONE $COLOUR $MANY" && tool
        env:
          ONE: \${{ steps.a.outputs.one }}-\${{ steps.a.outcome }}
          MANY: \${{ toJSON(steps.a.outputs.many) }}`;
  await bench.push(workflow('push', steps));
  expect(job().log).toContain('1-success blue "x\\ny=z"\nfrom-path\n');
  expect(job().summary).toBe('# Sum\n');
});

test('workflow commands become annotations, masks hide, stop-commands stops them', async () => {
  const steps = `      - run: |
          echo '::add-mask::geheim'
          echo 'the word is geheim'
          echo '::error file=a.txt,line=3,title=Bad%2C very::it broke%0Atwice'
          echo '::warning::careful'
          echo '::notice::look'
          echo '::stop-commands::tok'
          echo '::error::not one'
          echo '::tok::'
          echo '::debug::deep'`;
  const [run] = await bench.push(workflow('push', steps));
  expect(run?.conclusion).toBe('success');
  expect(job().log.split('##[endgroup]')[1]).not.toContain('geheim');
  expect(job().log).toContain('the word is ***');
  expect(job().annotations.map(({ annotation_level, message }) => [annotation_level, message])).toEqual([
    ['failure', 'it broke\ntwice'],
    ['warning', 'careful'],
    ['notice', 'look'],
  ]);
  expect(job().annotations[0]).toMatchObject({ path: 'a.txt', start_line: 3, title: 'Bad, very' });
  expect(job().log).toContain('::error::not one');
});

test('env is layered workflow, job, step; the protected names stay', async () => {
  const steps = `      - env: { A: step }
        run: echo "$A $B $C $GITHUB_REPOSITORY $FROM_OPTIONS"
        shell: sh`;
  await bench.push(
    workflow('push', steps, {
      top: 'env: { A: top, B: top, C: top, GITHUB_REPOSITORY: forged }',
      job: "    env: { A: job, B: 'job ${{ github.job }}' }",
    }),
  );
  expect(job().log).toContain('step job j top umd/release yes');
});

test('the documented GITHUB_ and RUNNER_ variables are there', async () => {
  const sha = '[0-9a-f]{40}';
  const expected: [string, RegExp][] = [
    ['CI', /^true$/],
    ['GITHUB_ACTIONS', /^true$/],
    ['GITHUB_ACTOR', /^ann$/],
    ['GITHUB_TRIGGERING_ACTOR', /^ann$/],
    ['GITHUB_API_URL', /^http:\/\/127\.0\.0\.1:\d+\/api\/v3$/],
    ['GITHUB_SERVER_URL', /^http:\/\/127\.0\.0\.1:\d+$/],
    ['GITHUB_EVENT_NAME', /^push$/],
    ['GITHUB_EVENT_PATH', /^\/.*event\.json$/],
    ['GITHUB_JOB', /^j$/],
    ['GITHUB_REF', /^refs\/heads\/main$/],
    ['GITHUB_REF_NAME', /^main$/],
    ['GITHUB_REF_TYPE', /^branch$/],
    ['GITHUB_REPOSITORY', /^umd\/release$/],
    ['GITHUB_REPOSITORY_OWNER', /^umd$/],
    ['GITHUB_RUN_ATTEMPT', /^1$/],
    ['GITHUB_RUN_ID', /^\d+$/],
    ['GITHUB_RUN_NUMBER', /^\d+$/],
    ['GITHUB_SHA', new RegExp(`^${sha}$`)],
    ['GITHUB_WORKFLOW', /^w$/],
    ['GITHUB_WORKFLOW_REF', /^umd\/release\/\.github\/workflows\/w\.yml@refs\/heads\/main$/],
    ['GITHUB_WORKSPACE', /\/release\/release$/],
    ['RUNNER_OS', /^Linux$/],
    ['RUNNER_TEMP', /^\//],
    ['RUNNER_TOOL_CACHE', /^\//],
  ];
  await bench.push(workflow('push', '      - run: env; echo "pwd=$PWD"; test -f "$GITHUB_EVENT_PATH"'));
  const said = new Map(
    job()
      .log.split('\n')
      .map((line) => [line.split('=')[0], line.slice(line.indexOf('=') + 1)]),
  );
  expect(expected.filter(([name, pattern]) => !pattern.test(said.get(name) ?? ''))).toEqual([]);
  expect(said.get('pwd')).toBe(said.get('GITHUB_WORKSPACE'));
  expect(said.has('NODE_EXTRA_CA_CERTS')).toBe(false);
  expect(said.has('VITEST')).toBe(false);
});

test('shells: a step without one is bash without pipefail, shell bash has it; node and a program of one’s own', async () => {
  const steps = `      - run: false | true; echo "plain \${BASH_VERSION:+bash} $-"
      - id: strict
        continue-on-error: true
        shell: bash
        run: false | true
      - shell: node
        run: console.log('node', process.versions.node.split('.')[0] > 10)
      - shell: cat {0}
        run: shown as it is
      - run: echo "strict was \${{ steps.strict.outcome }}, counts as \${{ steps.strict.conclusion }}"`;
  const [run] = await bench.push(workflow('push', steps));
  expect(run?.conclusion).toBe('success');
  for (const line of ['plain bash ehB', 'node true', 'shown as it is', 'strict was failure, counts as success']) {
    expect(job().log).toContain(line);
  }
});

test('defaults.run gives shell and folder, the job before the workflow', async () => {
  const steps = `      - run: mkdir -p "$GITHUB_WORKSPACE/sub"
        working-directory: .
      - run: pwd; case $- in *e*) echo strict;; esac`;
  await bench.push(
    workflow('push', steps, {
      top: 'defaults: { run: { shell: sh, working-directory: nowhere } }',
      job: '    defaults: { run: { working-directory: sub } }',
    }),
  );
  expect(job().log).toMatch(/release\/release\/sub\n/);
});

test('a step that takes longer than its timeout-minutes is killed with all its children', async () => {
  const steps = `      - timeout-minutes: 0.05
        run: |
          trap '' INT TERM
          sleep 600 & echo "child=$!"
          wait; sleep 600`;
  const [run] = await bench.push(workflow('push', steps));
  expect(run?.conclusion).toBe('failure');
  expect(
    job()
      .annotations.map(({ message }) => message)
      .join(),
  ).toContain('has timed out after 0.05 minutes');
  const pid = Number(/child=(\d+)/.exec(job().log)?.[1]);
  expect(alive(pid)).toBe(false);
});

test('a job that takes longer than its timeout-minutes is cancelled; always() steps still run', async () => {
  const steps = '      - run: sleep 600\n      - run: echo no\n      - if: always()\n        run: echo last words';
  const [run] = await bench.push(workflow('push', steps, { job: '    timeout-minutes: 0.02' }));
  expect(run?.conclusion).toBe('cancelled');
  expect(job().steps.map(({ conclusion }) => conclusion)).toEqual(['success', 'cancelled', 'skipped', 'success']);
  expect(
    job()
      .annotations.map(({ message }) => message)
      .join(),
  ).toContain('exceeded the maximum execution time');
});

test('a background process lives from step to step and dies with the job', async () => {
  const steps = `      - run: setsid sleep 600 & echo "child=$!" && echo "PID=$!" >> "$GITHUB_ENV"
      - run: kill -0 "$PID" && echo alive`;
  const [run] = await bench.push(workflow('push', steps));
  expect(run?.conclusion).toBe('success');
  expect(job().log).toContain('Terminate orphan process');
  const pid = Number(/child=(\d+)/.exec(job().log)?.[1]);
  expect(alive(pid)).toBe(false);
});

test('secrets are masked, in every line of them, and an output that holds one is left out', async () => {
  bench.forge.settings.secrets = { KEY: 'first line\nsecond line' };
  const steps = `      - id: a
        env: { KEY: '\${{ secrets.KEY }}' }
        run: echo "$KEY"; echo "leak=second line" >> "$GITHUB_OUTPUT"; echo "fine=ok" >> "$GITHUB_OUTPUT"`;
  const after = `
  k:
    needs: j
    runs-on: ubuntu-latest
    steps:
      - run: echo "[\${{ needs.j.outputs.leak }}] [\${{ needs.j.outputs.fine }}]"`;
  const files = workflow('push', steps + after, {
    job: "    outputs: { leak: '${{ steps.a.outputs.leak }}', fine: '${{ steps.a.outputs.fine }}' }",
  });
  await bench.push(files);
  bench.forge.settings.secrets = {};
  expect(job('j').log).toContain('\n***\n***\n');
  expect(job('k').log).toContain('[] [ok]');
  expect(job('j').annotations.map(({ message }) => message)).toEqual([
    "Skip output 'leak' since it may contain secret.",
  ]);
});

test('a runs-on label nobody has keeps the job queued and says so; it does not keep idle waiting', async () => {
  const [run] = await bench.push({
    '.github/workflows/w.yml': 'name: w\non: push\njobs:\n  j:\n    runs-on: mainframe\n    steps:\n      - run: echo',
  });
  expect(run?.status).toBe('in_progress');
  expect(job()).toMatchObject({ status: 'queued' });
  expect(job().annotations[0]?.message).toContain('Waiting for a runner with the label mainframe');
});
