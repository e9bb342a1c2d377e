import { Hono } from 'hono';
import { RESOURCES } from '#scripts/forge/app.ts';
import type { ForgeEnv } from '#scripts/forge/web/env.ts';

export interface Operation {
  readonly method: string;
  /** With `{name}` for every part that varies. */
  readonly path: string;
}

/** Routes GitHub has and its description leaves out: the trailing slash of an empty path, and such. */
const UNDESCRIBED = new Set(['GET /repos/{owner}/{repo}/contents', 'GET /repos/{owner}/{repo}/contents/']);

/** Every REST operation the forge has, read from its routes. */
export function implemented(): Operation[] {
  const api = new Hono<ForgeEnv>();
  for (const resource of RESOURCES) api.route('/', resource);
  const all = api.routes.map(({ method, path }) => ({ method, path: path.replace(/:(\w+)(\{(?:[^{}]|\{[^}]*\})*\})?/g, '{$1}') }));
  return all.filter(({ method, path }) => !UNDESCRIBED.has(`${method} ${path}`));
}
