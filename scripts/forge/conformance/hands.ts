import type { Octokit } from '@octokit/rest';
import type { Bench, Reported } from './bench.ts';

export interface Place {
  readonly owner: string;
  readonly repo: string;
}

/** `umd/release` with `main` and `candidate`, a member who may write, and an outsider with a fork. */
export async function furnish(bench: Bench) {
  const { admin } = bench;
  const [owner, writer, triager, outsider] = ['owner', 'writer', 'triager', 'outsider'].map((login) =>
    bench.person(login),
  ) as [Octokit, Octokit, Octokit, Octokit];
  admin.createOrg({ login: 'umd', owners: ['owner'] });
  await admin.createRepo({ owner: 'umd', name: 'release', by: 'owner', files: { 'a.txt': 'a\n' } });
  admin.createTeam({ org: 'umd', name: 'writers', members: ['writer'], repos: { 'umd/release': 'write' } });
  admin.createTeam({ org: 'umd', name: 'triagers', members: ['triager'], repos: { 'umd/release': 'triage' } });
  const at = { owner: 'umd', repo: 'release' };
  await branch(owner, at, 'candidate');
  await outsider.rest.repos.createFork(at);
  return { at, owner, writer, triager, outsider, fork: { owner: 'outsider', repo: 'release' } };
}

export async function branch(who: Octokit, at: Place, name: string, from = 'main'): Promise<string> {
  const { data } = await who.rest.git.getRef({ ...at, ref: `heads/${from}` });
  await who.rest.git.createRef({ ...at, ref: `refs/heads/${name}`, sha: data.object.sha });
  return data.object.sha;
}

/** Writes one file on a branch; gives the commit. */
export async function write(who: Octokit, at: Place, on: string, path: string, text: string): Promise<string> {
  const old = await who.rest.repos.getContent({ ...at, path, ref: on }).catch(() => undefined);
  const sha = old === undefined ? {} : { sha: (old.data as { sha: string }).sha };
  const content = Buffer.from(text).toString('base64');
  const { data } = await who.rest.repos.createOrUpdateFileContents({
    ...at,
    path,
    branch: on,
    message: `Write ${path}`,
    content,
    ...sha,
  });
  return data.commit.sha ?? '';
}

/** A branch with one file of its own, and a pull request for it. */
export async function propose(
  who: Octokit,
  at: Place,
  name: string,
  { base = 'candidate', from = at, path = `${name}.txt`, text = 'new\n' } = {},
): Promise<number> {
  await branch(who, from, name, base);
  await write(who, from, name, path, text);
  const { data } = await who.rest.pulls.create({ ...at, base, head: `${from.owner}:${name}`, title: name });
  return data.number;
}

/** What the runner was told since `after`: `event action` or `event ref`, and how. */
export function told(bench: Bench, after = 0): string[] {
  return bench.forge.events
    .after(after)
    .map(({ event, payload, via }) => [event, payload.action ?? payload.ref ?? '', via].join(' '));
}

export async function startJob(
  bench: Bench,
  run: Record<string, unknown>,
  job: Record<string, unknown> = {},
): Promise<{ run: number; job: Reported }> {
  const about = {
    repository: 'umd/release',
    workflow_path: '.github/workflows/check.yml',
    name: 'check',
    actor: 'writer',
    head_branch: 'main',
    pull_requests: [],
  };
  const { id } = await bench.runner('POST', '/_runner/runs', { ...about, ...run });
  return {
    run: id,
    job: await bench.runner('POST', `/_runner/runs/${id}/jobs`, { name: 'job', labels: [], permissions: {}, ...job }),
  };
}

export async function headOf(who: Octokit, at: Place, name: string): Promise<string> {
  return (await who.rest.git.getRef({ ...at, ref: `heads/${name}` })).data.object.sha;
}
