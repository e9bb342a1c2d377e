import { Hono } from 'hono';
import { NEEDS } from '#scripts/forge/access/needs.ts';
import { commitNamed } from '#scripts/forge/acts/refname.ts';
import { signatureOf } from '#scripts/forge/acts/signature.ts';
import { changeTree, type TreeChange, walk } from '#scripts/forge/git/files.ts';
import { type Person, parseTag, renderTag } from '#scripts/forge/git/objects.ts';
import { nodeId, repoUrl } from '#scripts/forge/views/basics.ts';
import { showGitCommit, showTagObject } from '#scripts/forge/views/git.ts';
import { type ForgeEnv, param, type RepoCall, reading, writing } from '#scripts/forge/web/env.ts';
import { HttpFault, notFound, unprocessable } from '#scripts/forge/web/faults.ts';
import { choiceOf, type Fields, listOf, objectOf, optionalText, textOf, textsOf } from '#scripts/forge/web/fields.ts';
import { typeOfMode } from '#scripts/git/tree.ts';

/** The objects of Git: blobs, trees, commits, annotated tags. */
export const gitData = new Hono<ForgeEnv>();

const at = '/repos/:owner/:repo/git';

gitData.get(`${at}/blobs/:sha`, async (c) => {
  const { forge, repo } = reading(c, NEEDS.readContents);
  const raw = await storeOf({ forge, repo }).raw(shaIn(param(c, 'sha')));
  if (raw?.type !== 'blob') throw notFound();
  if (/application\/vnd\.github(\.v3)?\.raw/.test(c.req.header('accept') ?? ''))
    return c.body(new Uint8Array(raw.content));
  const url = repoUrl(forge, repo, `/git/blobs/${raw.sha}`);
  const content = raw.content.toString('base64');
  return c.json({
    sha: raw.sha,
    node_id: nodeId('Blob', raw.sha),
    size: raw.content.length,
    url,
    content,
    encoding: 'base64',
  });
});

gitData.post(`${at}/blobs`, async (c) => {
  const { forge, repo, fields } = await writing(c, NEEDS.push);
  const encoding = choiceOf(fields, 'encoding', ['utf-8', 'base64']) ?? 'utf-8';
  const sha = await storeOf({ forge, repo }).write(
    'blob',
    Buffer.from(textOf(fields, 'content'), encoding === 'base64' ? 'base64' : 'utf8'),
  );
  const url = repoUrl(forge, repo, `/git/blobs/${sha}`);
  return c.json({ url, sha }, 201, { location: url });
});

gitData.get(`${at}/trees/:sha{.+}`, async (c) => {
  const { forge, repo } = reading(c, NEEDS.readContents);
  const name = param(c, 'sha');
  const store = storeOf({ forge, repo });
  const sha = (await commitNamed(forge, repo, name))?.tree ?? name;
  if ((await store.tree(shaIn(sha))) === undefined) throw notFound();
  const entries = await walk(store, sha, c.req.query('recursive') !== undefined);
  const shown = await Promise.all(
    entries.map(async ({ path, mode, type, sha: object }) => {
      const size = type === 'blob' ? { size: (await store.raw(object))?.content.length ?? 0 } : {};
      return { path, mode, type, sha: object, ...size, url: repoUrl(forge, repo, `/git/${type}s/${object}`) };
    }),
  );
  return c.json({ sha, url: repoUrl(forge, repo, `/git/trees/${sha}`), tree: shown, truncated: false });
});

gitData.post(`${at}/trees`, async (c) => {
  const call = await writing(c, NEEDS.push);
  const { forge, repo, fields } = call;
  const store = storeOf(call);
  const base = optionalText(fields, 'base_tree') ?? null;
  const root = base === null ? null : ((await commitNamed(forge, repo, base))?.tree ?? base);
  if (root !== null && (await store.tree(shaIn(root))) === undefined) throw notFound();
  const changes = await Promise.all(listOf(fields, 'tree').map((entry) => changeFrom(call, entry)));
  if (changes.length === 0) throw unprocessable('Invalid tree info');
  const sha = await changeTree(store, root, changes);
  const entries = await walk(store, sha, false);
  const tree = entries.map(({ path, mode, type, sha: object }) => ({
    path,
    mode,
    type,
    sha: object,
    url: repoUrl(forge, repo, `/git/${type}s/${object}`),
  }));
  const url = repoUrl(forge, repo, `/git/trees/${sha}`);
  return c.json({ sha, url, tree, truncated: false }, 201, { location: url });
});

gitData.get(`${at}/commits/:sha`, async (c) => {
  const { forge, repo } = reading(c, NEEDS.readContents);
  const commit = await storeOf({ forge, repo }).commit(shaIn(param(c, 'sha')));
  if (commit === undefined) throw notFound();
  return c.json(showGitCommit(forge, repo, commit));
});

gitData.post(`${at}/commits`, async (c) => {
  const call = await writing(c, NEEDS.push);
  const { forge, repo, fields, actor } = call;
  const store = storeOf(call);
  const tree = shaIn(textOf(fields, 'tree'));
  if ((await store.tree(tree)) === undefined) throw unprocessable('Tree SHA does not exist');
  const parents = textsOf(fields, 'parents') ?? [];
  for (const parent of parents)
    if ((await store.commit(shaIn(parent))) === undefined)
      throw unprocessable('Parent SHA does not exist or is not a commit object');
  const author = personFrom(objectOf(fields, 'author'), signatureOf(forge, actor.login));
  const committer = personFrom(objectOf(fields, 'committer'), author);
  const sha = await store.writeCommit({ tree, parents, author, committer, message: textOf(fields, 'message') });
  const commit = await store.commit(sha);
  if (commit === undefined) throw new Error(`Commit ${sha} is not there.`);
  const shown = showGitCommit(forge, repo, commit);
  return c.json(shown, 201, { location: shown.url });
});

gitData.get(`${at}/tags/:sha`, async (c) => {
  const { forge, repo } = reading(c, NEEDS.readContents);
  const raw = await storeOf({ forge, repo }).raw(shaIn(param(c, 'sha')));
  if (raw?.type !== 'tag') throw notFound();
  return c.json(showTagObject(forge, repo, parseTag(raw)));
});

gitData.post(`${at}/tags`, async (c) => {
  const call = await writing(c, NEEDS.push);
  const { forge, repo, fields, actor } = call;
  const object = shaIn(textOf(fields, 'object'));
  const type = choiceOf(fields, 'type', ['commit', 'tree', 'blob']) ?? 'commit';
  if ((await storeOf(call).raw(object))?.type !== type) throw unprocessable(`Object is not a ${type}`);
  const tagger = personFrom(objectOf(fields, 'tagger'), signatureOf(forge, actor.login));
  const tag = { object, type, tag: textOf(fields, 'tag'), tagger, message: `${textOf(fields, 'message')}\n` };
  const sha = await storeOf(call).write('tag', renderTag(tag));
  const shown = showTagObject(forge, repo, { ...tag, sha });
  return c.json(shown, 201, { location: shown.url });
});

/** A path with a blob's sha, with its content, or with `sha: null` to remove it. */
async function changeFrom(call: RepoCall, entry: Fields): Promise<TreeChange> {
  const path = textOf(entry, 'path');
  if (path.split('/').some((part) => ['', '.', '..', '.git'].includes(part)))
    throw unprocessable('tree.path contains a malformed path component');
  if (entry.sha === null) return { path, entry: null };
  const mode = choiceOf(entry, 'mode', ['100644', '100755', '040000', '160000', '120000']) ?? '100644';
  const content = optionalText(entry, 'content');
  const sha =
    typeof content === 'string' ? await storeOf(call).write('blob', Buffer.from(content)) : shaIn(textOf(entry, 'sha'));
  if (mode !== '160000' && (await storeOf(call).raw(sha)) === undefined)
    throw unprocessable(`tree.sha ${sha} does not exist`);
  return { path, entry: { mode, type: typeOfMode(mode), sha } };
}

function personFrom(given: Fields | null | undefined, otherwise: Person): Person {
  if (given == null) return otherwise;
  return {
    name: textOf(given, 'name'),
    email: textOf(given, 'email'),
    date: optionalText(given, 'date') ?? otherwise.date,
  };
}

function storeOf({ forge, repo }: Pick<RepoCall, 'forge' | 'repo'>) {
  return forge.repositories.of(repo).store;
}

/** @throws HttpFault 422 for what is no sha, before git is asked. */
function shaIn(text: string): string {
  if (!/^[0-9a-f]{40}$/.test(text))
    throw new HttpFault(422, `The sha parameter must be exactly 40 characters and contain only [0-9a-f].`);
  return text;
}
