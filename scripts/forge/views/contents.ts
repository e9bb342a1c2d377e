import type { Forge } from '#scripts/forge/forge.ts';
import type { Repo } from '#scripts/forge/state/work.ts';
import type { TreeEntry } from '#scripts/git/tree.ts';
import { encoded, pageUrl, repoUrl } from './basics.ts';

/** A file larger than this comes without its content; ask for it raw. Bytes. */
const LARGEST = 1_048_576;
const LINK = '120000';

/** `content-file` or `content-symlink`. */
export function showEntry(forge: Forge, repo: Repo, ref: string, path: string, entry: TreeEntry, bytes: Buffer) {
  if (entry.mode === LINK)
    return {
      ...showBriefly(forge, repo, ref, path, entry.sha, 'symlink', bytes.length),
      target: bytes.toString('utf8'),
    };
  if (entry.type === 'commit')
    return { ...showBriefly(forge, repo, ref, path, entry.sha, 'submodule', 0), submodule_git_url: '' };
  return showFile(forge, repo, ref, path, entry.sha, bytes);
}

export function showFile(forge: Forge, repo: Repo, ref: string, path: string, sha: string, bytes: Buffer) {
  const large = bytes.length > LARGEST;
  return {
    ...showBriefly(forge, repo, ref, path, sha, 'file', bytes.length),
    content: large ? '' : wrapped(bytes.toString('base64')),
    encoding: large ? 'none' : 'base64',
  };
}

/** `content-directory`: what lies in it, without contents. */
export async function showDirectory(forge: Forge, repo: Repo, ref: string, path: string, tree: string) {
  const { store } = forge.repositories.of(repo);
  const entries = (await store.tree(tree)) ?? [];
  return Promise.all(
    entries.map(async (entry) => {
      const at = path === '' ? entry.name : `${path}/${entry.name}`;
      const size = entry.type === 'blob' ? ((await store.raw(entry.sha))?.content.length ?? 0) : 0;
      return showBriefly(forge, repo, ref, at, entry.sha, typeOf(entry), size);
    }),
  );
}

function typeOf({ type, mode }: TreeEntry): string {
  if (type === 'tree') return 'dir';
  if (mode === LINK) return 'symlink';
  return type === 'commit' ? 'submodule' : 'file';
}

function showBriefly(forge: Forge, repo: Repo, ref: string, path: string, sha: string, type: string, size: number) {
  const url = repoUrl(forge, repo, `/contents/${encoded(path)}?ref=${encodeURIComponent(ref)}`);
  const git = repoUrl(forge, repo, `/git/${type === 'dir' ? 'trees' : 'blobs'}/${sha}`);
  const html = pageUrl(forge, repo, `/${type === 'dir' ? 'tree' : 'blob'}/${encoded(ref)}/${encoded(path)}`);
  return {
    name: path.split('/').at(-1) ?? '',
    path,
    sha,
    size,
    url,
    html_url: html,
    git_url: git,
    download_url: type === 'dir' ? null : pageUrl(forge, repo, `/raw/${encoded(ref)}/${encoded(path)}`),
    type,
    _links: { self: url, git, html },
  };
}

/** Sixty characters a line, as GitHub sends it. */
function wrapped(base64: string): string {
  return base64.replace(/(.{60})/g, '$1\n').replace(/\n?$/, '\n');
}
