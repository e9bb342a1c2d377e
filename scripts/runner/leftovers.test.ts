import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startRunner } from './runner.ts';
import { openBench, workflow } from './testing/bench.ts';

const marked = (mark: string) =>
  readdirSync('/proc').filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(mark);
    } catch {
      return false;
    }
  });

const SOON = { timeout: 45_000 };
const SLEEPER = `      - run: setsid sleep 600 & sleep 600 & echo "$RUNNER_TRACKING_ID" > '\${{ vars.FILE }}'; wait`;

test('close cancels what runs and leaves no process, no folder and no live run behind', async () => {
  const bench = await openBench();
  const file = `${bench.dir}/mark`;
  bench.forge.settings.variables = { FILE: file };
  const sha = bench.commit(workflow('issues', SLEEPER));
  expect(sha).toMatch(/^[0-9a-f]{40}$/);
  bench.forge.emit('issues', { action: 'opened', repository: bench.repository });
  await expect.poll(() => existsSync(file) && readFileSync(file, 'utf8').trim(), SOON).toBeTruthy();
  const mark = readFileSync(file, 'utf8').trim();
  expect(marked(mark).length).toBeGreaterThan(1);
  await bench.runner.close();
  expect(marked(mark)).toEqual([]);
  expect(readdirSync(`${bench.dir}/runner/jobs`)).toEqual([]);
  expect(bench.forge.runs.map(({ conclusion }) => conclusion)).toEqual(['cancelled']);
  await bench.close();
});

test('a runner that was killed: its successor ends the processes and the runs that look alive, and goes on after the last event', async () => {
  const bench = await openBench();
  const file = `${bench.dir}/mark`;
  const dir = `${bench.dir}/killed`;
  await bench.runner.close();
  bench.forge.settings.variables = { FILE: file };
  bench.commit(workflow('issues', SLEEPER));
  const script = join(import.meta.dirname, 'testing/runner-process.ts');
  const first = spawn(process.execPath, ['--import', 'tsx', script, bench.forge.url, dir], { stdio: 'ignore' });
  bench.forge.emit('issues', { action: 'opened', repository: bench.repository });
  await expect.poll(() => existsSync(file) && readFileSync(file, 'utf8').trim(), SOON).toBeTruthy();
  const mark = readFileSync(file, 'utf8').trim();
  const gone = once(first, 'exit');
  first.kill('SIGKILL');
  await gone;
  expect(marked(mark).length).toBeGreaterThan(1);
  const second = await startRunner({ forgeUrl: bench.forge.url, runnerToken: 'runner-token', dir });
  expect(marked(mark)).toEqual([]);
  expect(bench.forge.runs).toMatchObject([{ status: 'completed', conclusion: 'cancelled' }]);
  expect(bench.forge.jobs).toMatchObject([{ status: 'completed', conclusion: 'cancelled' }]);
  await second.idle();
  expect(bench.forge.runs).toHaveLength(1);
  await second.close();
  await bench.close();
});
