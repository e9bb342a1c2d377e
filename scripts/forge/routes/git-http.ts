import { Hono } from 'hono';
import { allows, maySee, NEEDS } from '#scripts/forge/access/needs.ts';
import type { Principal } from '#scripts/forge/access/principal.ts';
import { pushRules } from '#scripts/forge/access/protection.ts';
import { refsChanged } from '#scripts/forge/acts/refs.ts';
import type { Forge } from '#scripts/forge/forge.ts';
import { serveGit, serveUpload } from '#scripts/forge/git/http.ts';
import { differenceOf } from '#scripts/forge/git/refs.ts';
import type { Repo } from '#scripts/forge/state/work.ts';
import { type Call, type ForgeEnv, param, principalOf } from '#scripts/forge/web/env.ts';
import { HttpFault, notFound } from '#scripts/forge/web/faults.ts';

/** `git clone`, `fetch` and `push`. Public repositories are read by everyone; the password is a token. */
export const gitRoutes = new Hono<ForgeEnv>();

gitRoutes.get('/:owner/:repo{[^/]+\\.git}/info/refs', (c) => {
  const pushing = c.req.query('service') === 'git-receive-pack';
  const { forge, repo, principal } = open(c, pushing);
  const call = { ...where(forge, repo), path: '/info/refs' };
  if (pushing) return serveGit(c.req.raw, { ...call, user: nameOf(principal), rules: [] });
  return serveUpload(c.req.raw, { ...call, refs: refsOf(forge, repo) });
});

gitRoutes.post('/:owner/:repo{[^/]+\\.git}/git-upload-pack', (c) => {
  const { forge, repo } = open(c, false);
  return serveUpload(c.req.raw, { ...where(forge, repo), path: '/git-upload-pack', refs: refsOf(forge, repo) });
});

gitRoutes.post('/:owner/:repo{[^/]+\\.git}/git-receive-pack', async (c) => {
  const { forge, repo, principal } = open(c, true);
  const { store } = forge.repositories.of(repo);
  const { response, changes } = await store.locked(() => receive(c.req.raw, forge, repo, principal));
  if (principal.kind === 'user' || principal.kind === 'bot') await refsChanged(forge, principal.actor, repo, changes);
  return response;
});

/** Takes a push in; what moved is seen by comparing the refs before and after. */
async function receive(request: Request, forge: Forge, repo: Repo, principal: Principal) {
  const { refs } = forge.repositories.of(repo);
  const before = await refs.all();
  const rules = pushRules(forge, principal, repo);
  const answer = await serveGit(request, {
    ...where(forge, repo),
    path: '/git-receive-pack',
    user: nameOf(principal),
    rules,
  });
  const body = await answer.arrayBuffer();
  refs.forget();
  const changes = differenceOf(before, await refs.all()).filter(({ ref }) => !ref.startsWith('refs/pull/'));
  return { response: new Response(body, { status: answer.status, headers: answer.headers }), changes };
}

function open(c: Call, pushing: boolean): { forge: Forge; repo: Repo; principal: Principal } {
  const forge = c.get('forge');
  const principal = principalOf(c);
  const name = `${param(c, 'owner')}/${param(c, 'repo').replace(/\.git$/, '')}`;
  const repo = forge.db.reposNamed(name.toLowerCase())[0];
  const seen = repo !== undefined && maySee(forge, principal, repo);
  if (principal.kind === 'anonymous' && (pushing || !seen)) {
    throw new HttpFault(401, 'Requires authentication', { headers: { 'www-authenticate': 'Basic realm="forge"' } });
  }
  if (repo === undefined || !seen) throw notFound();
  if (pushing && !allows(forge, principal, repo, NEEDS.push))
    throw new HttpFault(403, `Permission to ${name}.git denied to ${nameOf(principal)}.`);
  return { forge, repo, principal };
}

function where(forge: Forge, repo: Repo) {
  return { dir: forge.repositories.of(repo).dir };
}

function refsOf(forge: Forge, repo: Repo) {
  return () => forge.repositories.of(repo).refs.all();
}

function nameOf(principal: Principal): string {
  return principal.kind === 'user' || principal.kind === 'bot' ? principal.actor.login : 'anonymous';
}
