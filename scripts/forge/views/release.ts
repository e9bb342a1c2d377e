import type { Forge } from '#scripts/forge/forge.ts';
import type { Release, Repo } from '#scripts/forge/state/work.ts';
import { encoded, nodeId, pageUrl, repoUrl } from './basics.ts';
import { showUser } from './people.ts';

export function showRelease(forge: Forge, repo: Repo, release: Release) {
  const url = repoUrl(forge, repo, `/releases/${release.id}`);
  return {
    url,
    html_url: pageUrl(forge, repo, `/releases/tag/${encoded(release.tag)}`),
    assets_url: `${url}/assets`,
    upload_url: `${url}/assets{?name,label}`,
    tarball_url: repoUrl(forge, repo, `/tarball/${encoded(release.tag)}`),
    zipball_url: repoUrl(forge, repo, `/zipball/${encoded(release.tag)}`),
    id: release.id,
    node_id: nodeId('Release', release.id),
    tag_name: release.tag,
    target_commitish: release.target,
    name: release.name,
    body: release.body,
    draft: release.draft,
    prerelease: release.prerelease,
    immutable: false,
    created_at: release.createdAt,
    published_at: release.publishedAt,
    author: showUser(forge, release.author),
    assets: [],
  };
}
