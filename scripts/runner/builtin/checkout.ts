import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { basicAuth, git } from '#scripts/runner/git.ts';
import { type Mirror, type Refs, remoteRefs } from '#scripts/runner/mirror.ts';
import type { BuiltInCall } from './built-ins.ts';

type Target = { sha: string; ref: string };

/** Which commit `ref` means, by what the forge has now. @throws Error when there is no such ref. */
function targetOf(ref: string, refs: Refs): Target {
  if (/^[0-9a-f]{40}$/.test(ref)) return { sha: ref, ref: '' };
  const name = ref === '' ? `refs/heads/${refs.defaultBranch}` : ref;
  const candidates = name.startsWith('refs/') ? [name] : [`refs/heads/${name}`, `refs/tags/${name}`];
  for (const candidate of candidates) {
    const sha = refs.sha(candidate);
    if (sha !== undefined) return { sha, ref: candidate };
  }
  throw new Error(`A branch or tag with the name '${ref}' could not be found`);
}

/** refs of the checkout: all branches and tags for `fetch-depth: 0`, else the one that was asked for. */
function packedRefs(refs: Refs, target: Target, all: boolean): string {
  const named = all ? [...refs.all].filter(([ref]) => /^refs\/(heads|tags)\//.test(ref) && !ref.endsWith('^{}')) : [];
  if (!all && target.ref !== '') named.push([target.ref, target.sha]);
  return named
    .map(
      ([ref, sha]) =>
        `${sha} ${ref.replace(/^refs\/(heads|pull)\//, (_, kind) => (kind === 'heads' ? 'refs/remotes/origin/' : 'refs/remotes/pull/'))}`,
    )
    .map((line) => `${line}\n`)
    .join('');
}

function configOf(url: string): string {
  return `[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n[gc]\n\tauto = 0\n[remote "origin"]\n\turl = ${url}\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n`;
}

/** A work tree that borrows the mirror's objects: nothing is copied but the files themselves. */
async function layOut(
  path: string,
  mirror: Mirror,
  target: Target,
  refs: Refs,
  url: string,
  depth: number,
): Promise<void> {
  const dot = join(path, '.git');
  for (const folder of ['objects/info', 'objects/pack', 'refs/heads', 'refs/tags'])
    await mkdir(join(dot, folder), { recursive: true });
  await writeFile(join(dot, 'objects/info/alternates'), `${join(mirror.path, 'objects')}\n`);
  await writeFile(join(dot, 'config'), configOf(url));
  await writeFile(join(dot, 'packed-refs'), packedRefs(refs, target, depth === 0));
  const branch = target.ref.startsWith('refs/heads/') ? target.ref : undefined;
  if (branch !== undefined) {
    const file = join(dot, branch);
    await mkdir(resolve(file, '..'), { recursive: true });
    await writeFile(file, `${target.sha}\n`);
  }
  await writeFile(join(dot, 'HEAD'), branch === undefined ? `${target.sha}\n` : `ref: ${branch}\n`);
  if (depth > 0) await writeFile(join(dot, 'shallow'), await mirror.boundary(target.sha, depth));
  await git(['reset', '--hard', '--quiet', target.sha], { cwd: path });
}

/** Without `clean`, what a former checkout left stays; here every job begins empty, so all but the job's own files goes. */
async function emptied(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
  for (const name of await readdir(path)) await rm(join(path, name), { recursive: true, force: true });
}

function checkPath(workspace: string, path: string): void {
  if (relative(workspace, path).startsWith('..'))
    throw new Error(`Repository path '${path}' is not under '${workspace}'`);
}

/** actions/checkout: ref, repository, token, path, fetch-depth, persist-credentials, clean. */
export async function checkout({ job, input, output, post }: BuiltInCall): Promise<void> {
  const { machine } = job;
  const repository = input('repository') || job.repository;
  const token = input('token') || job.token;
  const path = resolve(job.workspace, input('path'));
  checkPath(job.workspace, path);
  const mirror = machine.mirror(repository);
  const refs = await remoteRefs(machine.forgeUrl, repository, token);
  const own = repository === job.repository && input('ref') === '';
  const github = job.contexts.github as { sha: string; ref: string };
  const target = own ? { sha: github.sha, ref: github.ref } : targetOf(input('ref'), refs);
  await mirror.need(target.sha);
  if (input('clean') !== 'false' || existsSync(join(path, '.git'))) await emptied(path);
  const depth = input('fetch-depth') === '' ? 1 : Number(input('fetch-depth'));
  await layOut(path, mirror, target, refs, `${machine.forgeUrl}/${repository}.git`, depth);
  job.voice.line(`checked out ${repository} at ${target.sha}${target.ref === '' ? '' : ` (${target.ref})`}`);
  output('ref', target.ref);
  output('commit', target.sha);
  if (input('persist-credentials') !== 'false') await persist(path, machine.forgeUrl, token, post);
}

async function persist(path: string, forgeUrl: string, token: string, post: BuiltInCall['post']): Promise<void> {
  const key = `http.${forgeUrl}/.extraheader`;
  await git(['config', '--local', key, basicAuth(token)], { cwd: path });
  post(async () => {
    await git(['config', '--local', '--unset-all', key], { cwd: path }).catch(() => undefined);
  });
}
