import { refusal } from '#core/fault-codes.ts';
import type { ReleaseTexts } from '#core/release/check/check.ts';
import { type ChangedFile, isPlainFile, type ReleasePull, subjectOf } from '#core/release/check/pull.ts';
import type { ForgeAccess } from '#shell/github.ts';

/** A pull request as data: what it changes, by the forge's word; nothing of it is checked out. */
export interface ReadPull {
  /** Head commit that all of this is about. */
  readonly sha: string;
  readonly pull: Omit<ReleasePull, 'roles'>;
  readonly texts: ReleaseTexts;
}

/** Bytes; a text of this size is refused by the reader anyway. */
const LARGEST = 4_194_304;

/** @throws ProvisioningError PULL_MOVED when a push came between the answers */
export async function readReleasePull(access: ForgeAccess, number: number): Promise<ReadPull> {
  const { octokit, owner, repo } = access;
  const place = { owner, repo, pull_number: number };
  const { data } = await octokit.rest.pulls.get(place);
  const sha = data.head.sha;
  const listed = await octokit.paginate(octokit.rest.pulls.listFiles, { ...place, per_page: 100 });
  const tree = await treeOf(access, sha);
  const files = listed.map(({ filename, status, previous_filename }): ChangedFile => {
    const mode = tree.get(filename)?.mode;
    const before = previous_filename === undefined ? {} : { before: previous_filename };
    return { path: filename, status, ...before, ...(mode === undefined ? {} : { mode }) };
  });
  const { ref, repo: home } = data.head;
  const branch = home?.full_name === `${owner}/${repo}` ? { branch: ref } : {};
  const pull = { number, author: data.user.login, base: data.base.ref, ...branch, files };
  const texts = await textsOf(access, { ...pull, roles: [] }, tree);
  const { data: again } = await octokit.rest.pulls.get(place);
  if (again.head.sha !== sha) throw refusal('PULL_MOVED', `Pull request #${number} was pushed to while it was read.`);
  return { sha, pull, texts };
}

type Tree = ReadonlyMap<string, { readonly mode: string; readonly blob: string; readonly size: number }>;

async function treeOf({ octokit, owner, repo }: ForgeAccess, commit: string): Promise<Tree> {
  const { data: found } = await octokit.rest.git.getCommit({ owner, repo, commit_sha: commit });
  const { data } = await octokit.rest.git.getTree({ owner, repo, tree_sha: found.tree.sha, recursive: '1' });
  if (data.truncated) throw new Error('The tree of the pull request is too large for one answer.');
  const entries = data.tree.filter(({ type }) => type !== 'tree');
  return new Map(entries.map(({ path, mode, sha, size = 0 }) => [path, { mode, blob: sha, size }]));
}

async function textsOf(access: ForgeAccess, pull: ReleasePull, tree: Tree): Promise<ReleaseTexts> {
  const subject = subjectOf(pull);
  const paths = subject.kind === 'release' ? subject.paths.filter((path) => isPlainFile(pull, path)) : [];
  const read = paths.map(async (path) => {
    const entry = tree.get(path);
    const readable = entry !== undefined && entry.size <= LARGEST;
    return [path, readable ? await blobText(access, entry.blob) : undefined] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}

/** Undefined when the bytes are no UTF-8. */
async function blobText({ octokit, owner, repo }: ForgeAccess, blob: string): Promise<string | undefined> {
  const { data } = await octokit.rest.git.getBlob({ owner, repo, file_sha: blob });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(data.content, 'base64'));
  } catch {
    return undefined;
  }
}
