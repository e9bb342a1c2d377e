import { Hono } from 'hono';
import { NEEDS } from '#scripts/forge/access/needs.ts';
import { commitNamed } from '#scripts/forge/acts/refname.ts';
import { refsChanged } from '#scripts/forge/acts/refs.ts';
import { emit } from '#scripts/forge/events/emit.ts';
import { ZERO } from '#scripts/forge/git/refs.ts';
import type { Release } from '#scripts/forge/state/work.ts';
import { encoded, nodeId, repoUrl } from '#scripts/forge/views/basics.ts';
import { showRelease } from '#scripts/forge/views/release.ts';
import { type ForgeEnv, may, param, type RepoCall, reading, writing } from '#scripts/forge/web/env.ts';
import { invalid, notFound } from '#scripts/forge/web/faults.ts';
import { flagOf, optionalText, textOf } from '#scripts/forge/web/fields.ts';
import { pageOf } from '#scripts/forge/web/page.ts';

/** Releases, which make their tag when it is not there, and the tags themselves. */
export const releases = new Hono<ForgeEnv>();

const at = '/repos/:owner/:repo/releases';
type WriteCall = Awaited<ReturnType<typeof writing>>;

releases.get(at, (c) => {
  const call = reading(c, NEEDS.readContents);
  const found = call.forge.db.releasesOf(call.repo.id).filter((release) => !release.draft || may(call, NEEDS.push));
  const { items, headers } = pageOf(c, found.toReversed());
  return c.json(
    items.map((release) => showRelease(call.forge, call.repo, release)),
    200,
    headers,
  );
});

releases.post(at, async (c) => {
  const call = await writing(c, NEEDS.push);
  const { forge, repo, actor, fields } = call;
  const tag = textOf(fields, 'tag_name');
  if (forge.db.releasesOf(repo.id).some((release) => release.tag === tag && !release.draft))
    throw invalid('Release', 'tag_name', 'already_exists');
  const draft = flagOf(fields, 'draft', false);
  const target = optionalText(fields, 'target_commitish') ?? repo.defaultBranch;
  if (!draft) await ensureTag(call, tag, target);
  const id = forge.db.nextId();
  const now = forge.clock.stamp();
  const release = forge.db.releases.put(id, {
    ...{
      id,
      repoId: repo.id,
      tag,
      target,
      name: optionalText(fields, 'name') ?? tag,
      body: optionalText(fields, 'body') ?? null,
    },
    ...{
      draft,
      prerelease: flagOf(fields, 'prerelease', false),
      author: actor.login,
      createdAt: now,
      publishedAt: draft ? null : now,
    },
  });
  tell(call, release, draft ? ['created'] : ['created', 'published', 'released']);
  const shown = showRelease(forge, repo, release);
  return c.json(shown, 201, { location: shown.url });
});

releases.get(`${at}/latest`, (c) => {
  const call = reading(c, NEEDS.readContents);
  const latest = call.forge.db.releasesOf(call.repo.id).findLast((release) => !release.draft && !release.prerelease);
  if (latest === undefined) throw notFound();
  return c.json(showRelease(call.forge, call.repo, latest));
});

releases.get(`${at}/tags/:tag{.+}`, (c) => {
  const call = reading(c, NEEDS.readContents);
  const found = call.forge.db
    .releasesOf(call.repo.id)
    .find((release) => release.tag === param(c, 'tag') && !release.draft);
  if (found === undefined) throw notFound();
  return c.json(showRelease(call.forge, call.repo, found));
});

releases.get(`${at}/:id`, (c) => {
  const call = reading(c, NEEDS.readContents);
  return c.json(showRelease(call.forge, call.repo, releaseOf(call)));
});

releases.patch(`${at}/:id`, async (c) => {
  const call = await writing(c, NEEDS.push);
  const { forge, repo, fields } = call;
  const old = releaseOf(call);
  const draft = flagOf(fields, 'draft', old.draft);
  const body = optionalText(fields, 'body');
  const tag = optionalText(fields, 'tag_name') ?? old.tag;
  if (!draft) await ensureTag(call, tag, old.target);
  const changed = forge.db.releases.patch(old.id, {
    ...{ tag, draft, name: optionalText(fields, 'name') ?? old.name, body: body === undefined ? old.body : body },
    ...{
      prerelease: flagOf(fields, 'prerelease', old.prerelease),
      publishedAt: draft ? null : (old.publishedAt ?? forge.clock.stamp()),
    },
  });
  tell(call, changed, old.draft && !draft ? ['published', 'released'] : ['edited']);
  return c.json(showRelease(forge, repo, changed));
});

releases.delete(`${at}/:id`, async (c) => {
  const call = await writing(c, NEEDS.push);
  const release = releaseOf(call);
  call.forge.db.releases.delete(release.id);
  tell(call, release, ['deleted']);
  return c.body(null, 204);
});

releases.get('/repos/:owner/:repo/tags', async (c) => {
  const { forge, repo } = reading(c, NEEDS.readContents);
  const { refs, store } = forge.repositories.of(repo);
  const { items, headers } = pageOf(c, (await refs.under('refs/tags/')).toReversed());
  const shown = await Promise.all(
    items.map(async ({ ref, sha }) => {
      const name = ref.slice('refs/tags/'.length);
      const commit = (await store.commit(sha))?.sha ?? sha;
      const ball = (kind: string) => repoUrl(forge, repo, `/${kind}/${encoded(ref)}`);
      return {
        ...{ name, zipball_url: ball('zipball'), tarball_url: ball('tarball') },
        commit: { sha: commit, url: repoUrl(forge, repo, `/commits/${commit}`) },
        node_id: nodeId('Ref', `${repo.id}:${ref}`),
      };
    }),
  );
  return c.json(shown, 200, headers);
});

function releaseOf({ c, forge, repo }: RepoCall): Release {
  const release = forge.db.releases.get(param(c, 'id'));
  if (release?.repoId !== repo.id) throw notFound();
  return release;
}

/** @throws HttpFault 422 when there is neither the tag nor the target. */
async function ensureTag({ forge, repo, actor }: WriteCall, tag: string, target: string): Promise<void> {
  const { refs } = forge.repositories.of(repo);
  const ref = `refs/tags/${tag}`;
  if ((await refs.get(ref)) !== undefined) return;
  const commit = await commitNamed(forge, repo, target);
  if (commit === undefined) throw invalid('Release', 'target_commitish', 'invalid');
  await refs.update(ref, commit.sha, ZERO);
  await refsChanged(forge, actor, repo, [{ ref, before: ZERO, after: commit.sha }]);
}

function tell({ forge, repo, actor }: WriteCall, release: Release, actions: readonly string[]): void {
  for (const action of actions)
    emit(forge, actor, repo, 'release', { action, release: showRelease(forge, repo, release) });
}
