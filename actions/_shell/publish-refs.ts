import type { Distribution } from '#core/distribution/distribution.ts';
import { throwAll } from '#core/fault-codes.ts';
import { parseLockPath } from '#core/ppa/folder.ts';
import { type Lock, parseLock } from '#core/ppa/lock.ts';
import { needsVoucher, type OpenPull, ppaOf, rolloutPull, type Vouched } from '#core/repository/pulls.ts';
import type { Refs } from '#core/repository/wanted.ts';
import type { GitRefs } from './git.ts';
import type { ForgeAccess } from './github.ts';

const LOCKS = 'repos';
const isLock = (path: string) => parseLockPath(path) !== undefined;

/** Open pull requests to `candidate`, oldest first. */
export async function openPulls({ octokit, owner, repo }: ForgeAccess): Promise<readonly OpenPull[]> {
  const pulls = await octokit.paginate(octokit.rest.pulls.list, {
    owner,
    repo,
    state: 'open',
    base: 'candidate',
    per_page: 100,
  });
  return pulls
    .map(({ number, title, head, base, labels }) => ({
      number,
      title,
      branch: head.ref,
      head: head.sha,
      own: head.repo?.full_name === base.repo.full_name,
      labels: labels.map(({ name }) => name),
    }))
    .sort((left, right) => left.number - right.number);
}

/**
 * Everything the derivation wants to know. The pull requests must be older than the fetched refs: then one that was merged
 * in between shows on `candidate`, and never nowhere.
 * @param vouch what the reconciler remembers of a pull request that claims to be in testing
 * @returns `unread`: titles of PPA pull requests that publish nothing, because label or lock cannot be read
 * @throws ProvisioningError LOCK_INVALID, YAML_MALFORMED, LOCK_INCONSISTENT for locks on candidate and tags, all at once
 */
export async function readRefs(
  git: GitRefs,
  pulls: readonly OpenPull[],
  distributions: readonly Distribution[],
  vouch: (pull: OpenPull) => Promise<Vouched | undefined>,
): Promise<{ readonly refs: Refs; readonly unread: readonly string[] }> {
  const known: KnownLocks = new Map();
  const production: { tag: string; locks: readonly Lock[] }[] = [];
  for (const tag of await git.tagsIn('refs/heads/main')) {
    production.push({ tag, locks: await locksAt(git, `refs/tags/${tag}`, known) });
  }
  const candidate = await locksAt(git, 'refs/heads/candidate', known);
  const ours = pulls.filter((pull) => ppaOf(pull) !== undefined);
  const read = await Promise.all(
    ours.map(async (pull) =>
      rolloutPull(pull, await lockTexts(git, pull), needsVoucher(pull.labels) ? await vouch(pull) : undefined),
    ),
  );
  const unread = ours.filter((_, index) => read[index] === undefined).map(({ title }) => title);
  return { refs: { distributions, candidate, production, pulls: read.filter((pull) => pull !== undefined) }, unread };
}

/** Path and text → lock: one tag's are mostly another's, and reading YAML is what takes long. */
type KnownLocks = Map<string, ReturnType<typeof parseLock>>;

async function locksAt(git: GitRefs, ref: string, known: KnownLocks): Promise<readonly Lock[]> {
  const texts = [...(await git.texts(ref, LOCKS, isLock))];
  const parsed = texts.map(([path, text]) => {
    const key = `${path}\n${text}`;
    const lock = known.get(key) ?? parseLock(text, { file: path });
    known.set(key, lock);
    return lock;
  });
  throwAll(parsed.flatMap(({ faults }) => faults));
  return parsed.flatMap(({ value }) => (value === undefined ? [] : [value]));
}

/** The locks of the product and platform on a PPA's branch. */
async function lockTexts(git: GitRefs, pull: OpenPull): Promise<readonly string[]> {
  const id = ppaOf(pull);
  const isMine = (path: string) => {
    const place = parseLockPath(path);
    return place !== undefined && place.product === id?.product && place.os === id.os && place.arch === id.arch;
  };
  return [...(await git.texts(`refs/heads/${pull.branch}`, LOCKS, isMine)).values()];
}
