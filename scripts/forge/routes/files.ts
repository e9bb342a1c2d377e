import { createHmac } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Hono } from 'hono';
import type { Forge } from '#scripts/forge/forge.ts';
import { type ForgeEnv, param } from '#scripts/forge/web/env.ts';
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

/** @param path below the forge's folder of files */
export function fileAddress(forge: Forge, path: string): string {
  return `${forge.origin}/_files/${path}?sig=${signature(forge, path)}`;
}

function signature(forge: Forge, path: string): string {
  return createHmac('sha256', forge.runnerToken).update(path).digest('hex');
}
