import type { Forge } from '#scripts/forge/forge.ts';
import type { Repo } from '#scripts/forge/state/work.ts';

/** GitHub's opaque global id: kind and number, so that two kinds never collide. */
export function nodeId(kind: string, id: number | string): string {
  return Buffer.from(`${kind}:${id}`).toString('base64url');
}

export function apiUrl(forge: Forge, path: string): string {
  return `${forge.origin}/api/v3${path}`;
}

export function fullName(repo: Pick<Repo, 'owner' | 'name'>): string {
  return `${repo.owner}/${repo.name}`;
}

/** REST address of a repository or something in it. */
export function repoUrl(forge: Forge, repo: Repo, path = ''): string {
  return apiUrl(forge, `/repos/${fullName(repo)}${path}`);
}

/** Web page of a repository or something in it. */
export function pageUrl(forge: Forge, repo: Repo, path = ''): string {
  return `${forge.origin}/${fullName(repo)}${path}`;
}

/** A path or branch name in an address: slashes stay. */
export function encoded(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
