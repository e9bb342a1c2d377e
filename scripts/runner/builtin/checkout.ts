import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { basicAuth } from '#scripts/runner/git.ts';
import { type Mirror, type Refs, remoteRefs } from '#scripts/runner/mirror.ts';
import type { BuiltInCall } from './built-ins.ts';
import { CREDENTIALS, layOut, type Target } from './work-tree.ts';

/** Which commit `ref` means, by what the forge has now. @throws Error when there is no such ref. */
function targetOf(ref: string, refs: Refs): Target {
  const name = ref === '' ? `refs/heads/${refs.defaultBranch}` : ref;
  const candidates = name.startsWith('refs/') ? [name] : [`refs/heads/${name}`, `refs/tags/${name}`];
  for (const candidate of candidates) {
    const sha = refs.sha(candidate);
    if (sha !== undefined) return { sha, ref: candidate };
  }
  throw new Error(`A branch or tag with the name '${ref}' could not be found`);
}

/** All branches and tags for `fetch-depth: 0`, tags alone for `fetch-tags`; those the mirror could be given. */
async function wantedRefs(mirror: Mirror, refs: Refs, wanted: RegExp): Promise<[string, string][]> {
  const named = [...refs.all].filter(([ref]) => wanted.test(ref) && !ref.endsWith('^{}'));
  const present = await mirror.needAll(named.map(([, sha]) => sha));
  return named.filter(([, sha]) => present.has(sha));
}

async function empty(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
  for (const name of await readdir(path)) await rm(join(path, name), { recursive: true, force: true });
}

/** actions/checkout. The job's own repository without `ref` means the run's commit. */
export async function checkout({ job, input, output, post }: BuiltInCall): Promise<void> {
  const { forgeUrl } = job.machine;
  const repository = input('repository') || job.repository;
  const token = input('token') || job.token;
  const path = resolve(job.workspace, input('path'));
  if (relative(job.workspace, path).startsWith('..')) throw new Error(`'${input('path')}' is not under the workspace`);
  const mirror = job.machine.mirror(repository);
  const refs = () => remoteRefs(forgeUrl, repository, token);
  const { sha, ref } = job.contexts.github as { sha: string; ref: string };
  const own = repository === job.repository && input('ref') === '';
  const exact = /^[0-9a-f]{40}$/.test(input('ref')) ? { sha: input('ref'), ref: '' } : undefined;
  const target = own ? { sha, ref } : (exact ?? targetOf(input('ref'), await refs()));
  await mirror.need(target.sha);
  if (input('clean') !== 'false' || existsSync(join(path, '.git'))) await empty(path);
  const depth = input('fetch-depth') === '' ? 1 : Number(input('fetch-depth'));
  const wanted = depth === 0 ? /^refs\/(heads|tags)\// : input('fetch-tags') === 'true' ? /^refs\/tags\// : undefined;
  const named = wanted === undefined ? [] : await wantedRefs(mirror, await refs(), wanted);
  const sparse = input('sparse-checkout')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('-'));
  await layOut({ sparse, path, mirror, target, depth, refs: named, url: `${forgeUrl}/${repository}.git` });
  job.voice.line(`checked out ${repository} at ${target.sha}${target.ref === '' ? '' : ` (${target.ref})`}`);
  output('ref', target.ref);
  output('commit', target.sha);
  if (input('persist-credentials') !== 'false') await persist(path, forgeUrl, token, post);
}

/** Leaves the token where the work tree's configuration includes it, until the job is over. */
async function persist(path: string, forgeUrl: string, token: string, post: BuiltInCall['post']): Promise<void> {
  const file = join(path, '.git', CREDENTIALS);
  await writeFile(file, `[http "${forgeUrl}/"]\n\textraheader = ${basicAuth(token)}\n`, { mode: 0o600 });
  post(() => rm(file, { force: true }));
}
