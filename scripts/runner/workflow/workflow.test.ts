import { expect, test } from 'vitest';
import { parseAdvertisement } from '#scripts/runner/mirror.ts';
import { firstDue, parseCron } from './cron.ts';
import { combinations } from './matrix.ts';
import { matches, passesPaths } from './patterns.ts';
import { narrowed, permissionsOf } from './permissions.ts';
import { readWorkflow } from './read.ts';

/** Pattern, what it takes, what it does not: GitHub's filter pattern cheat sheet, copied by hand. */
test.each<[string, string[], string[]]>([
  ['feature/*', ['feature/my-branch', 'feature/your-branch'], ['feature/a/b', 'feature']],
  ['feature/**', ['feature/beta-a/my-branch', 'feature/your-branch', 'feature/mona/the/octocat'], ['features']],
  ['main', ['main'], ['mains']],
  ['*', ['main', 'releases'], ['all/the/branches']],
  ['**', ['all/the/branches', 'every/tag'], []],
  ['*feature', ['mona-feature', 'feature', 'ver-10-feature'], ['features']],
  ['v2*', ['v2', 'v2.0', 'v2.9'], ['v3']],
  ['v[12].[0-9]+.[0-9]+', ['v1.10.1', 'v2.0.0'], ['v3.0.0', 'v1.x.1']],
  ['*.jsx?', ['page.js', 'page.jsx'], ['page.jsxx', 'js/page.js']],
  ['**.js', ['index.js', 'js/index.js', 'src/js/app.js'], ['index.jsx']],
  ['docs/**/*.md', ['docs/README.md', 'docs/mona/hello-world.md', 'docs/a/markdown/file.md'], ['docs.md']],
  ['**/docs/**', ['docs/hello.md', 'dir/docs/my-file.txt', 'space/docs/plan/space.doc'], ['docs']],
  ['**/*src/**', ['a/src/app.js', 'my-src/code/js/app.js'], ['src']],
  ['*-*.*.*', ['umd-5.0.0', 'umd-5.10.2'], ['umd-5', 'umd/5-1.1.1']],
])('pattern %s', (pattern, taken, left) => {
  expect(taken.filter((name) => !matches([pattern], name))).toEqual([]);
  expect(left.filter((name) => matches([pattern], name))).toEqual([]);
});

test('patterns: a later one takes back, and gives again', () => {
  const patterns = ['*.md', '!README.md', 'README*'];
  expect(matches(patterns.slice(0, 2), 'README.md')).toBe(false);
  expect(matches(patterns, 'README.md')).toBe(true);
  expect(passesPaths(undefined, ['docs/**'], ['docs/a', 'docs/b'])).toBe(false);
  expect(passesPaths(undefined, ['docs/**'], ['docs/a', 'src/b'])).toBe(true);
});

/** Cron line, from, first due: checked by hand against the calendar of 2024 (1 March is a Friday). */
test.each([
  ['*/15 * * * *', '2024-03-01T12:00:00Z', '2024-03-01T12:15:00Z'],
  ['17 3 * * *', '2024-03-01T03:17:00Z', '2024-03-02T03:17:00Z'],
  ['0 0 1 * *', '2024-03-01T00:00:00Z', '2024-04-01T00:00:00Z'],
  ['30 5 * * 1,3', '2024-03-01T00:00:00Z', '2024-03-04T05:30:00Z'],
  ['0 0 29 2 *', '2024-03-01T00:00:00Z', '2028-02-29T00:00:00Z'],
  ['0 12 13 * FRI', '2024-03-01T13:00:00Z', '2024-03-08T12:00:00Z'], // either day suffices
  ['0 8-10/2 * JAN-mar 7', '2024-03-01T00:00:00Z', '2024-03-03T08:00:00Z'],
  ['5/20 * * * *', '2024-03-01T12:46:00Z', '2024-03-01T13:05:00Z'],
])('cron %s after %s is due %s', (line, from, due) => {
  const at = firstDue(parseCron(line), Date.parse(from), Date.parse('2030-01-01'));
  expect(new Date(at ?? 0).toISOString()).toBe(due.replace('Z', '.000Z'));
});

test('cron: nothing is due before its time', () => {
  const [from, until] = [Date.parse('2024-03-01T12:00:00Z'), Date.parse('2024-03-01T12:14:59Z')];
  expect(firstDue(parseCron('*/15 * * * *'), from, until)).toBeUndefined();
});

/** The example of GitHub's "Running variations of jobs in a workflow", include. */
test('matrix include as in GitHub’s example', () => {
  const made = combinations({
    fruit: ['apple', 'pear'],
    animal: ['cat', 'dog'],
    include: [
      { color: 'green' },
      { color: 'pink', animal: 'cat' },
      { fruit: 'apple', shape: 'circle' },
      { fruit: 'banana' },
      { fruit: 'banana', animal: 'cat' },
    ],
  });
  expect(made).toEqual([
    { fruit: 'apple', animal: 'cat', color: 'pink', shape: 'circle' },
    { fruit: 'apple', animal: 'dog', color: 'green', shape: 'circle' },
    { fruit: 'pear', animal: 'cat', color: 'pink' },
    { fruit: 'pear', animal: 'dog', color: 'green' },
    { fruit: 'banana' },
    { fruit: 'banana', animal: 'cat' },
  ]);
  expect(combinations({ include: [{ a: 1 }, { a: 2 }] })).toEqual([{ a: 1 }, { a: 2 }]);
});

test('permissions: what a caller lacks no callee gets', () => {
  expect(permissionsOf(undefined, {})).toEqual({});
  expect(permissionsOf(undefined, undefined)).toEqual({ contents: 'read', packages: 'read' });
  expect(permissionsOf('read-all', undefined)).toMatchObject({ contents: 'read', 'pull-requests': 'read' });
  expect(narrowed({ contents: 'write', checks: 'write' }, { contents: 'read' })).toEqual({
    contents: 'read',
    checks: 'none',
  });
});

test('the parser’s gaps are filled by the yaml package: with, shell, timeouts, defaults, permissions, run-name, block scripts', async () => {
  const workflow = await readWorkflow(
    'w.yml',
    `name: w
run-name: run \${{ github.ref }}
on: [push]
permissions: { contents: read }
defaults: { run: { shell: sh } }
jobs:
  j:
    runs-on: x
    timeout-minutes: 7
    steps:
      - uses: ./a
        with: { key: '\${{ github.sha }}' }
      - shell: bash
        working-directory: sub
        run: |
          echo \${{ github.sha }}
            indented
`,
  );
  expect(workflow).toMatchObject({
    faults: [],
    'run-name': 'run ${{ github.ref }}',
    permissions: { contents: 'read' },
    defaults: { run: { shell: 'sh' } },
  });
  expect(workflow.jobs.j).toMatchObject({
    'timeout-minutes': 7,
    steps: [
      { with: { key: '${{ github.sha }}' } },
      { shell: 'bash', 'working-directory': 'sub', run: 'echo ${{ github.sha }}\n  indented\n' },
    ],
  });
});

test('all of GitHub’s faults are told at once, with line and column', async () => {
  const { faults } = await readWorkflow(
    'w.yml',
    'on: { push: {}, pushed: {} }\njobs:\n  j:\n    runs-on: x\n    step: []\n    steps:\n      - run: echo ${{ githup.sha }}\n',
  );
  expect(faults).toEqual([
    "w.yml (Line: 1, Col: 17): Unexpected value 'pushed'",
    "w.yml (Line: 5, Col: 5): Unexpected value 'step'",
    expect.stringContaining("Unrecognized named-value: 'githup'"),
  ]);
});

test('refs are read from git’s own advertisement', () => {
  const line = (text: string) => `${(text.length + 5).toString(16).padStart(4, '0')}${text}\n`;
  const [a, b] = ['a'.repeat(40), 'b'.repeat(40)];
  const refs = parseAdvertisement(
    Buffer.from(
      `${line('# service=git-upload-pack')}0000${line(`${a} HEAD\0multi_ack symref=HEAD:refs/heads/trunk agent=git`)}${line(`${a} refs/heads/trunk`)}${line(`${b} refs/tags/v1`)}0000`,
    ),
  );
  expect(refs.defaultBranch).toBe('trunk');
  expect([refs.sha('refs/heads/trunk'), refs.sha('refs/tags/v1'), refs.sha('refs/heads/no')]).toEqual([
    a,
    b,
    undefined,
  ]);
});
