import { Hono } from 'hono';
import { NEEDS } from '#scripts/forge/access/needs.ts';
import { protectionOf, refusalOfPush } from '#scripts/forge/access/protection.ts';
import { refsChanged } from '#scripts/forge/acts/refs.ts';
import { isAncestor } from '#scripts/forge/git/history.ts';
import { ZERO } from '#scripts/forge/git/refs.ts';
import { showRef } from '#scripts/forge/views/git.ts';
import { type ForgeEnv, param, type RepoCall, reading, writing } from '#scripts/forge/web/env.ts';
import { HttpFault, unprocessable } from '#scripts/forge/web/faults.ts';
import { type Fields, flagOf, textOf } from '#scripts/forge/web/fields.ts';
import { pageOf } from '#scripts/forge/web/page.ts';

/** Refs of Git, by their names below `refs/`. */
export const refs = new Hono<ForgeEnv>();

refs.get('/repos/:owner/:repo/git/ref/:ref{.+}', async (c) => {
  const call = reading(c, NEEDS.readContents);
  const ref = `refs/${param(c, 'ref')}`;
  const sha = await tipsOf(call).get(ref);
  if (sha === undefined) throw new HttpFault(404, 'Not Found');
  return c.json(await show(call, ref, sha));
});

refs.get('/repos/:owner/:repo/git/matching-refs/:ref{.*}', async (c) => {
  const call = reading(c, NEEDS.readContents);
  const { items, headers } = pageOf(c, await tipsOf(call).under(`refs/${param(c, 'ref')}`));
  return c.json(await Promise.all(items.map(({ ref, sha }) => show(call, ref, sha))), 200, headers);
});

refs.post('/repos/:owner/:repo/git/refs', async (c) => {
  const call = await writing(c, NEEDS.push);
  const ref = textOf(call.fields, 'ref');
  if (!isName(ref)) throw unprocessable('Reference name is not valid');
  const sha = await objectNamed(call);
  await move(call, ref, async (before) => {
    if (before !== undefined) throw unprocessable('Reference already exists');
    return sha;
  });
  const shown = await show(call, ref, sha);
  return c.json(shown, 201, { location: shown.url });
});

refs.patch('/repos/:owner/:repo/git/refs/:ref{.+}', async (c) => {
  const call = await writing(c, NEEDS.push);
  const ref = `refs/${param(c, 'ref')}`;
  const sha = await objectNamed(call);
  await move(call, ref, async (before) => {
    if (before === undefined) throw unprocessable('Reference does not exist');
    await checkForward(call, ref, before, sha);
    return sha;
  });
  return c.json(await show(call, ref, sha));
});

refs.delete('/repos/:owner/:repo/git/refs/:ref{.+}', async (c) => {
  const call = await writing(c, NEEDS.push);
  const ref = `refs/${param(c, 'ref')}`;
  await move(call, ref, async (before) => {
    if (before === undefined) throw unprocessable('Reference does not exist');
    const branch = ref.replace('refs/heads/', '');
    if (branch === call.repo.defaultBranch || protectionOf(call.forge, call.repo, branch)?.allowDelete === false) {
      throw unprocessable('Cannot delete this branch');
    }
    return ZERO;
  });
  return c.body(null, 204);
});

type WriteCall = Awaited<ReturnType<typeof writing>>;

/** Moves a ref in its turn, then tells of it. @param next gives where to, or throws the refusal. */
async function move(
  call: WriteCall,
  ref: string,
  next: (before: string | undefined) => Promise<string>,
): Promise<void> {
  const { forge, repo, actor, principal } = call;
  const refusal = ref.startsWith('refs/heads/')
    ? refusalOfPush(forge, principal, repo, ref.slice('refs/heads/'.length))
    : undefined;
  if (refusal !== undefined) throw unprocessable(refusal);
  const { store } = forge.repositories.of(repo);
  const change = await store.locked(async () => {
    const before = await tipsOf(call).get(ref);
    const after = await next(before);
    await tipsOf(call).update(ref, after, before ?? ZERO);
    return { ref, before: before ?? ZERO, after };
  });
  if (change.before !== change.after) await refsChanged(forge, actor, repo, [change]);
}

async function checkForward(
  { forge, repo, fields }: RepoCall & { fields: Fields },
  ref: string,
  before: string,
  after: string,
): Promise<void> {
  const forward = await isAncestor(forge.repositories.of(repo).dir, before, after);
  const allowed = protectionOf(forge, repo, ref.replace('refs/heads/', ''))?.allowForce !== false;
  if (forward || (flagOf(fields, 'force', false) && allowed)) return;
  throw unprocessable(allowed ? 'Update is not a fast forward' : 'Cannot force-push to this branch');
}

/** Branches hold commits; a tag may hold anything. */
async function objectNamed({ forge, repo, fields }: RepoCall & { fields: Fields }): Promise<string> {
  const sha = textOf(fields, 'sha');
  const found = /^[0-9a-f]{40}$/.test(sha) ? await forge.repositories.of(repo).store.raw(sha) : undefined;
  if (found === undefined) throw unprocessable('Object does not exist');
  if (String(fields.ref ?? '').startsWith('refs/heads/') && found.type !== 'commit')
    throw unprocessable('Object is not a commit');
  return sha;
}

async function show({ forge, repo }: RepoCall, ref: string, sha: string) {
  const raw = await forge.repositories.of(repo).store.raw(sha);
  return showRef(forge, repo, ref, { sha, type: raw?.type ?? 'commit' });
}

function tipsOf({ forge, repo }: RepoCall) {
  return forge.repositories.of(repo).refs;
}

/** git-check-ref-format, as far as branches and tags need it. */
function isName(ref: string): boolean {
  return /^refs\/(heads|tags)\/[^\s~^:?*[\\]+$/.test(ref) && !/\.\.|@\{|\/\/|\.lock(\/|$)|\/\.|\.$|\/$/.test(ref);
}
