import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Runner, type RunnerOptions, startRunner } from '#scripts/runner/runner.ts';
import { type FakeForge, startFakeForge } from './fake-forge.ts';

export type Files = { [path: string]: string };
const IDENTITY = { GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@b', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@b' };

/** A fake forge with one repository, a runner, and a hand that commits and pushes. */
export async function openBench(options: Partial<RunnerOptions> = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'runner-'));
  const forge: FakeForge = await startFakeForge(join(dir, 'git'));
  const work = join(dir, 'work');
  const said: string[] = [];
  const git = (...args: string[]) =>
    execFileSync('git', args, {
      cwd: work,
      encoding: 'utf8',
      env: { PATH: process.env.PATH, ...IDENTITY } as NodeJS.ProcessEnv,
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  mkdirSync(work);
  git('init', '--quiet', '--initial-branch=main');
  git('remote', 'add', 'origin', forge.bare);
  const runner: Runner = await startRunner({
    forgeUrl: forge.url,
    runnerToken: 'runner-token',
    dir: join(dir, 'runner'),
    tell: (line) => said.push(line),
    ...options,
  });

  /** Commits the files on the branch at hand and pushes it; returns the commit. */
  function commit(files: Files, { ref = 'refs/heads/main', message = 'change' } = {}): string {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(work, path)), { recursive: true });
      writeFileSync(join(work, path), text);
    }
    git('add', '--all');
    git('commit', '--quiet', '--allow-empty', '-m', message);
    git('push', '--quiet', '--force', 'origin', `HEAD:${ref}`);
    return git('rev-parse', 'HEAD');
  }

  const repository = { full_name: 'umd/release', default_branch: 'main', id: 5, owner: { login: 'umd', id: 6 } };
  return {
    dir,
    forge,
    runner,
    said,
    git,
    commit,
    repository,
    /** Pushes and tells the runner of it, then waits until all is done. */
    async push(files: Files, { ref = 'refs/heads/main', message = 'change' } = {}) {
      const before = forge.runs.length;
      const was = git('rev-list', '--max-count=1', '--all');
      const after = commit(files, { ref, message });
      forge.emit('push', {
        ref,
        before: was || '0'.repeat(40),
        after,
        head_commit: { id: after, message },
        commits: [{ id: after }],
        repository,
      });
      await runner.idle();
      return forge.runs.slice(before);
    },
    async emit(event: string, payload: object, more: object = {}) {
      const before = forge.runs.length;
      forge.emit(event, { repository, ...payload }, { ...more });
      await runner.idle();
      return forge.runs.slice(before);
    },
    async close() {
      await runner.close();
      await forge.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
export type Bench = Awaited<ReturnType<typeof openBench>>;

/** A workflow file with one job `j` of these steps (YAML, indented by six). */
export function workflow(on: string, steps: string, { top = '', job = '' } = {}): Files {
  return {
    '.github/workflows/w.yml': `name: w\non: ${on}\n${top}\njobs:\n  j:\n    runs-on: ubuntu-latest\n${job}\n    steps:\n${steps}\n`,
  };
}
