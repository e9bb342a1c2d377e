import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Bench, openBench, workflow } from './testing/bench.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

test('a push runs the workflow of the pushed commit and reports steps, log and conclusion', async () => {
  const [run] = await bench.push(
    workflow(
      'push',
      '      - uses: actions/checkout@v5\n      - run: echo "hello $(git log --oneline | wc -l)" && ls -a',
    ),
  );
  expect(run).toMatchObject({ status: 'completed', conclusion: 'success', event: 'push', head_branch: 'main' });
});
