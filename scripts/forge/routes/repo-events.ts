import { Hono } from 'hono';
import { NEEDS } from '#scripts/forge/access/needs.ts';
import { apiUrl, fullName, repoUrl } from '#scripts/forge/views/basics.ts';
import { accountOf } from '#scripts/forge/views/people.ts';
import { type ForgeEnv, reading } from '#scripts/forge/web/env.ts';
import { pageOf } from '#scripts/forge/web/page.ts';

/** GitHub keeps 300 events; of the many kinds it lists these are about refs only. */
const KEPT = 300;

/** What happened in a repository, newest first: who created which branch and tag. */
export const repoEvents = new Hono<ForgeEnv>();

repoEvents.get('/repos/:owner/:repo/events', (c) => {
  const { forge, repo } = reading(c, NEEDS.metadata);
  const kept = forge.db.repoEventsOf(repo.id).slice(-KEPT).toReversed();
  const { items, headers } = pageOf(c, kept);
  const shown = items.map(({ id, type, actor, payload, at }) => {
    const account = accountOf(forge, actor);
    const { login } = account;
    const url = apiUrl(forge, `/users/${encodeURIComponent(login)}`);
    const avatar = `${forge.origin}/avatars/${account.id}`;
    return {
      id: String(id),
      type,
      actor: { id: account.id, login, display_login: login, gravatar_id: '', url, avatar_url: avatar },
      repo: { id: repo.id, name: fullName(repo), url: repoUrl(forge, repo) },
      payload,
      public: !repo.private,
      created_at: at,
    };
  });
  return c.json(shown, 200, headers);
});
