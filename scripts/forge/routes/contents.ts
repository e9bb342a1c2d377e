import { Hono } from 'hono';
import { NEEDS } from '#scripts/forge/access/needs.ts';
import { refusalOfPush } from '#scripts/forge/access/protection.ts';
import { commitNamed } from '#scripts/forge/acts/refname.ts';
import { refsChanged } from '#scripts/forge/acts/refs.ts';
import { signatureOf } from '#scripts/forge/acts/signature.ts';
import { changeTree, entryAt } from '#scripts/forge/git/files.ts';
import type { Person } from '#scripts/forge/git/objects.ts';
import { ZERO } from '#scripts/forge/git/refs.ts';
import { showDirectory, showEntry, showFile } from '#scripts/forge/views/contents.ts';
import { showGitCommit } from '#scripts/forge/views/git.ts';
import { type Call, type ForgeEnv, param, type RepoCall, reading, writing } from '#scripts/forge/web/env.ts';
import { HttpFault, unprocessable } from '#scripts/forge/web/faults.ts';
import { type Fields, objectOf, optionalText, textOf } from '#scripts/forge/web/fields.ts';
import type { TreeEntry } from '#scripts/git/tree.ts';

/** Files and folders at a ref: read, written and deleted one at a time. */
export const contents = new Hono<ForgeEnv>();

contents.get('/repos/:owner/:repo/contents', (c) => read(c, ''));
contents.get('/repos/:owner/:repo/contents/', (c) => read(c, ''));
contents.get('/repos/:owner/:repo/contents/:path{.+}', (c) => read(c, param(c, 'path').replace(/\/$/, '')));
contents.get('/repos/:owner/:repo/readme', (c) => read(c, 'README.md'));

contents.put('/repos/:owner/:repo/contents/:path{.+}', async (c) => {
  const call = await writing(c, NEEDS.push);
  const bytes = Buffer.from(textOf(call.fields, 'content'), 'base64');
  const sha = await call.forge.repositories.of(call.repo).store.write('blob', bytes);
  const { commit, created } = await change(call, { mode: '100644', type: 'blob', sha });
  const content = showFile(call.forge, call.repo, commit.branch, param(c, 'path'), sha, bytes);
  const { content: _bytes, encoding: _encoding, ...brief } = content;
  return c.json({ content: brief, commit: commit.shown }, created ? 201 : 200);
});

contents.delete('/repos/:owner/:repo/contents/:path{.+}', async (c) => {
  const call = await writing(c, NEEDS.push);
  textOf(call.fields, 'sha');
  const { commit } = await change(call, null);
  return c.json({ content: null, commit: commit.shown });
});

async function read(c: Call, path: string): Promise<Response> {
  const { forge, repo } = reading(c, NEEDS.readContents);
  const ref = c.req.query('ref') ?? repo.defaultBranch;
  const commit = await commitNamed(forge, repo, ref);
  if (commit === undefined)
    throw new HttpFault(
      404,
      c.req.query('ref') === undefined ? 'This repository is empty.' : `No commit found for the ref ${ref}`,
    );
  const { store } = forge.repositories.of(repo);
  const entry = await entryAt(store, commit.tree, path);
  if (entry === undefined) throw new HttpFault(404, 'Not Found');
  if (entry.type === 'tree') return c.json(await showDirectory(forge, repo, ref, path, entry.sha));
  const raw = await store.raw(entry.sha);
  const bytes = raw?.content ?? Buffer.alloc(0);
  if (/application\/vnd\.github(\.v3)?\.raw/.test(c.req.header('accept') ?? '')) {
    return c.body(new Uint8Array(bytes), 200, { 'content-type': 'application/vnd.github.raw; charset=utf-8' });
  }
  return c.json(showEntry(forge, repo, ref, path, entry, bytes));
}

/** Commits one path's new content (null deletes) on a branch, when protection and the `sha` of the old content allow. */
async function change(call: RepoCall & { fields: Fields }, entry: Pick<TreeEntry, 'mode' | 'type' | 'sha'> | null) {
  const { c, forge, repo, fields, principal } = call;
  const branch = (optionalText(fields, 'branch') ?? repo.defaultBranch).replace(/^refs\/heads\//, '');
  const message = textOf(fields, 'message');
  const path = checkPath(param(c, 'path'));
  const refusal = refusalOfPush(forge, principal, repo, branch);
  if (refusal !== undefined)
    throw new HttpFault(409, `Could not ${entry === null ? 'delete' : 'update'} file: ${refusal}`);
  const { store, refs } = forge.repositories.of(repo);
  const done = await store.locked(async () => {
    const ref = `refs/heads/${branch}`;
    const before = await refs.get(ref);
    const empty = before === undefined && (await refs.under('refs/heads/')).length === 0;
    if (before === undefined && !empty) throw new HttpFault(404, `Branch ${branch} not found`);
    const parent = before === undefined ? undefined : await store.commit(before);
    const old = parent === undefined ? undefined : await entryAt(store, parent.tree, path);
    checkOld(old, optionalText(fields, 'sha') ?? undefined, path, entry === null);
    const tree = await changeTree(store, parent?.tree ?? null, [
      { path, entry: entry === null ? null : { ...entry, mode: old?.type === 'blob' ? old.mode : entry.mode } },
    ]);
    const author = personOf(
      call,
      'author',
      signatureOf(
        forge,
        call.principal.kind === 'user' || call.principal.kind === 'bot' ? call.principal.actor.login : '',
      ),
    );
    const committer = personOf(call, 'committer', author);
    const sha = await store.writeCommit({
      tree,
      parents: before === undefined ? [] : [before],
      author,
      committer,
      message,
    });
    await refs.update(ref, sha, before ?? ZERO);
    return { change: { ref, before: before ?? ZERO, after: sha }, created: old === undefined };
  });
  if (principal.kind === 'user' || principal.kind === 'bot')
    await refsChanged(forge, principal.actor, repo, [done.change]);
  const written = await store.commit(done.change.after);
  if (written === undefined) throw new Error(`Commit ${done.change.after} is not there.`);
  return { commit: { branch, shown: showGitCommit(forge, repo, written) }, created: done.created };
}

function checkOld(old: TreeEntry | undefined, sha: string | undefined, path: string, deleting: boolean): void {
  if (old === undefined && deleting) throw new HttpFault(404, 'Not Found');
  if (old === undefined) return;
  if (sha === undefined) throw unprocessable('Invalid request.\n\n"sha" wasn\'t supplied.');
  if (sha !== old.sha) throw new HttpFault(409, `${path} does not match ${sha}`);
}

function checkPath(path: string): string {
  const parts = path.split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..' || part === '.git'))
    throw unprocessable('path contains a malformed path component');
  return path;
}

function personOf({ fields }: { fields: Fields }, name: string, otherwise: Person): Person {
  const given = objectOf(fields, name);
  if (given == null) return otherwise;
  const date = optionalText(given, 'date');
  return { name: textOf(given, 'name'), email: textOf(given, 'email'), date: date ?? otherwise.date };
}
