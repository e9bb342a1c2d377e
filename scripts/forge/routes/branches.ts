import { Hono } from 'hono';
import { NEEDS } from '#scripts/forge/access/needs.ts';
import { protectionOf } from '#scripts/forge/access/protection.ts';
import type { Protection } from '#scripts/forge/state/work.ts';
import { encoded, pageUrl, repoUrl } from '#scripts/forge/views/basics.ts';
import { showCommit } from '#scripts/forge/views/git.ts';
import { protectedOnly, showProtection } from '#scripts/forge/views/protection.ts';
import { type ForgeEnv, param, type RepoCall, reading, writing } from '#scripts/forge/web/env.ts';
import { HttpFault } from '#scripts/forge/web/faults.ts';
import { type Fields, flagOf, listOf, objectOf, textsOf, wholeOf } from '#scripts/forge/web/fields.ts';
import { pageOf } from '#scripts/forge/web/page.ts';

/** Branches and what protects them. */
export const branches = new Hono<ForgeEnv>();

branches.get('/repos/:owner/:repo/branches', async (c) => {
  const { forge, repo } = reading(c, NEEDS.readContents);
  const all = (await forge.repositories.of(repo).refs.under('refs/heads/')).map(({ ref, sha }) => {
    const name = ref.slice('refs/heads/'.length);
    const protection = protectionOf(forge, repo, name);
    const commit = { sha, url: repoUrl(forge, repo, `/commits/${sha}`) };
    return {
      name,
      commit,
      protected: protection !== undefined,
      protection: protectedOnly(protection),
      protection_url: repoUrl(forge, repo, `/branches/${encoded(name)}/protection`),
    };
  });
  const wanted = c.req.query('protected');
  const { items, headers } = pageOf(
    c,
    wanted === undefined ? all : all.filter((branch) => String(branch.protected) === wanted),
  );
  return c.json(items, 200, headers);
});

branches.get('/repos/:owner/:repo/branches/:branch{.+}/protection', (c) => {
  const call = reading(c, NEEDS.readAdministration);
  const protection = protectionOf(call.forge, call.repo, param(c, 'branch'));
  if (protection === undefined) throw new HttpFault(404, 'Branch not protected');
  return c.json(showProtection(call.forge, call.repo, protection));
});

branches.put('/repos/:owner/:repo/branches/:branch{.+}/protection', async (c) => {
  const call = await writing(c, NEEDS.administer);
  await checkBranch(call);
  const protection = protectionFrom(call.repo.id, param(c, 'branch'), call.fields);
  call.forge.db.protections.put(`${call.repo.id}/${protection.branch}`, protection);
  return c.json(showProtection(call.forge, call.repo, protection));
});

branches.delete('/repos/:owner/:repo/branches/:branch{.+}/protection', async (c) => {
  const call = await writing(c, NEEDS.administer);
  if (protectionOf(call.forge, call.repo, param(c, 'branch')) === undefined)
    throw new HttpFault(404, 'Branch not protected');
  call.forge.db.protections.delete(`${call.repo.id}/${param(c, 'branch')}`);
  return c.body(null, 204);
});

branches.get('/repos/:owner/:repo/branches/:branch{.+}', async (c) => {
  const call = reading(c, NEEDS.readContents);
  const { forge, repo } = call;
  const name = param(c, 'branch');
  const commit = await checkBranch(call);
  const protection = protectionOf(forge, repo, name);
  const self = repoUrl(forge, repo, `/branches/${encoded(name)}`);
  return c.json({
    name,
    commit: showCommit(forge, repo, commit),
    _links: { self, html: pageUrl(forge, repo, `/tree/${encoded(name)}`) },
    protected: protection !== undefined,
    protection: protectedOnly(protection),
    protection_url: `${self}/protection`,
  });
});

async function checkBranch({ c, forge, repo }: RepoCall) {
  const { refs, store } = forge.repositories.of(repo);
  const sha = await refs.get(`refs/heads/${param(c, 'branch')}`);
  const commit = sha === undefined ? undefined : await store.commit(sha);
  if (commit === undefined) throw new HttpFault(404, 'Branch not found');
  return commit;
}

/** Reads PUT protection's body; `checks` and the older `contexts` mean the same here. */
function protectionFrom(repoId: number, branch: string, fields: Fields): Protection {
  for (const name of ['required_status_checks', 'enforce_admins', 'required_pull_request_reviews', 'restrictions']) {
    if (fields[name] === undefined) throw new HttpFault(422, `Invalid request.\n\n"${name}" wasn't supplied.`);
  }
  const checks = objectOf(fields, 'required_status_checks');
  const reviews = objectOf(fields, 'required_pull_request_reviews');
  const restrictions = objectOf(fields, 'restrictions');
  return {
    repoId,
    branch,
    checks: checks == null ? null : { strict: flagOf(checks, 'strict', false), contexts: contextsOf(checks) },
    reviews: reviews == null ? null : reviewsOf(reviews),
    restrictions:
      restrictions == null
        ? null
        : {
            users: textsOf(restrictions, 'users') ?? [],
            teams: textsOf(restrictions, 'teams') ?? [],
            apps: textsOf(restrictions, 'apps') ?? [],
          },
    enforceAdmins: flagOf(fields, 'enforce_admins', false),
    allowForce: flagOf(fields, 'allow_force_pushes', false),
    allowDelete: flagOf(fields, 'allow_deletions', false),
  };
}

function contextsOf(checks: Fields): string[] {
  const named = listOf(checks, 'checks').map(({ context }) => String(context));
  return [...new Set([...(textsOf(checks, 'contexts') ?? []), ...named])];
}

function reviewsOf(reviews: Fields) {
  return {
    count: wholeOf(reviews, 'required_approving_review_count') ?? 1,
    dismissStale: flagOf(reviews, 'dismiss_stale_reviews', false),
    codeOwners: flagOf(reviews, 'require_code_owner_reviews', false),
  };
}
