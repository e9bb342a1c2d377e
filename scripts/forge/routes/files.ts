import { createHmac } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Hono } from 'hono';
import { NEEDS } from '#scripts/forge/access/needs.ts';
import { commitNamed } from '#scripts/forge/acts/refname.ts';
import type { Forge } from '#scripts/forge/forge.ts';
import { entryAt } from '#scripts/forge/git/files.ts';
import { type ForgeEnv, param, reading } from '#scripts/forge/web/env.ts';
import { HttpFault, notFound } from '#scripts/forge/web/faults.ts';

/** Where REST redirects to for bytes, as GitHub does: an address that is itself the permission. */
export const files = new Hono<ForgeEnv>();

files.get('/_files/:kind{logs|artifacts}/:name{[a-z0-9-]+\\.(log|zip)}', async (c) => {
  const forge = c.get('forge');
  const path = `${param(c, 'kind')}/${param(c, 'name')}`;
  if (c.req.query('sig') !== signature(forge, path))
    throw new HttpFault(403, 'Server failed to authenticate the request.');
  const at = join(forge.files, path);
  if (!existsSync(at)) throw notFound();
  const type = path.endsWith('.zip') ? 'application/zip' : 'text/plain; charset=utf-8';
  return c.body(new Uint8Array(await readFile(at)), 200, { 'content-type': type });
});

/** `download_url` of files: `/owner/repo/raw/<ref>/<path>`, where the ref may hold slashes. */
files.get('/:owner/:repo/raw/:rest{.+}', async (c) => {
  const { forge, repo } = reading(c, NEEDS.readContents);
  const parts = param(c, 'rest').split('/');
  for (let at = 1; at < parts.length; at += 1) {
    const commit = await commitNamed(forge, repo, parts.slice(0, at).join('/'));
    const { store } = forge.repositories.of(repo);
    const entry = commit === undefined ? undefined : await entryAt(store, commit.tree, parts.slice(at).join('/'));
    const raw = entry?.type === 'blob' ? await store.raw(entry.sha) : undefined;
    if (raw !== undefined)
      return c.body(new Uint8Array(raw.content), 200, { 'content-type': 'text/plain; charset=utf-8' });
  }
  throw notFound();
});

/** @param path below the forge's folder of files */
export function fileAddress(forge: Forge, path: string): string {
  return `${forge.origin}/_files/${path}?sig=${signature(forge, path)}`;
}

function signature(forge: Forge, path: string): string {
  return createHmac('sha256', forge.runnerToken).update(path).digest('hex');
}
