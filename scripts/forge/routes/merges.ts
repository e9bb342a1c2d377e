import { Hono } from 'hono';
import { NEEDS } from '#scripts/forge/access/needs.ts';
import { refusalOfPush } from '#scripts/forge/access/protection.ts';
import { mergeBranch } from '#scripts/forge/acts/merge.ts';
import { showCommit } from '#scripts/forge/views/git.ts';
import { type ForgeEnv, writing } from '#scripts/forge/web/env.ts';
import { optionalText, textOf } from '#scripts/forge/web/fields.ts';

/** One branch merged into another without a pull request. */
export const merges = new Hono<ForgeEnv>();

merges.post('/repos/:owner/:repo/merges', async (c) => {
  const { forge, repo, actor, principal, fields } = await writing(c, NEEDS.push);
  const base = textOf(fields, 'base');
  const refusal = refusalOfPush(forge, principal, repo, base);
  const message = optionalText(fields, 'commit_message') ?? undefined;
  const merged = await mergeBranch(forge, actor, repo, { base, head: textOf(fields, 'head'), message, refusal });
  if (merged === undefined) return c.body(null, 204);
  return c.json(showCommit(forge, repo, merged), 201);
});
