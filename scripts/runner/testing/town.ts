import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Octokit } from '@octokit/rest';
import { startForge } from '#scripts/forge/start.ts';
import { startRunner } from '#scripts/runner/runner.ts';

const PLACE = { owner: 'umd', repo: 'release' };
export type Files = { [path: string]: string };

/** The local forge with an organisation, a repository of these files, three people and an app; and a runner beside it. */
export async function openTown(files: Files) {
  const dir = mkdtempSync(join(tmpdir(), 'town-'));
  const forge = await startForge({ dir: join(dir, 'forge'), now: new Date('2024-03-01T12:00:00Z') });
  const { admin, url, runnerToken } = forge;
  const person = (login: string) => new Octokit({ auth: admin.createUser({ login }).token, baseUrl: `${url}/api/v3` });
  const [ann, bob, cy] = [person('ann'), person('bob'), person('cy')];
  admin.createOrg({ login: 'umd', owners: ['ann'] });
  await admin.createRepo({ owner: 'umd', name: 'release', files });
  const app = admin.createApp({
    slug: 'umd-bot',
    owner: 'umd',
    permissions: { contents: 'write', issues: 'write', pull_requests: 'write', actions: 'write', checks: 'write' },
  });
  const said: string[] = [];
  const runner = await startRunner({
    forgeUrl: url,
    runnerToken,
    dir: join(dir, 'runner'),
    tell: (line) => said.push(line),
  });
  await runner.idle();

  /** Puts files on a branch of a repository, one commit each, as a person does through the API. */
  async function write(who: Octokit, owner: string, branch: string, changes: Files): Promise<void> {
    for (const [path, text] of Object.entries(changes)) {
      const content = Buffer.from(text).toString('base64');
      await who.rest.repos.createOrUpdateFileContents({
        owner,
        repo: 'release',
        branch,
        path,
        content,
        message: `put ${path}`,
      });
    }
  }

  async function branch(who: Octokit, owner: string, name: string): Promise<void> {
    const main = await who.rest.git.getRef({ owner, repo: 'release', ref: 'heads/main' });
    await who.rest.git.createRef({ owner, repo: 'release', ref: `refs/heads/${name}`, sha: main.data.object.sha });
  }

  /** Runs since the last look, when all is still: `workflow event conclusion`. */
  let looked = 0;
  async function news(): Promise<string[]> {
    await runner.idle();
    const { data } = await ann.rest.actions.listWorkflowRunsForRepo({ ...PLACE, per_page: 100 });
    const fresh = data.workflow_runs.filter(({ id }) => id > looked).sort((a, b) => a.id - b.id);
    looked = Math.max(looked, ...fresh.map(({ id }) => id));
    return fresh.map(({ name, event, conclusion, status }) => `${name} ${event} ${conclusion ?? status}`);
  }

  async function logOf(job: string): Promise<string> {
    const runs = (await ann.rest.actions.listWorkflowRunsForRepo({ ...PLACE, per_page: 100 })).data.workflow_runs;
    for (const run of runs.sort((a, b) => b.id - a.id)) {
      const { jobs } = (await ann.rest.actions.listJobsForWorkflowRun({ ...PLACE, run_id: run.id })).data;
      const found = jobs.find(({ name }) => name === job);
      if (found === undefined) continue;
      const log = await ann.rest.actions.downloadJobLogsForWorkflowRun({ ...PLACE, job_id: found.id });
      return String(log.data);
    }
    throw new Error(`no job ${job}`);
  }

  return {
    place: PLACE,
    forge,
    admin,
    app,
    runner,
    said,
    people: { ann, bob, cy },
    write,
    branch,
    news,
    logOf,
    async close() {
      await runner.close();
      await forge.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
export type Town = Awaited<ReturnType<typeof openTown>>;
