import type { Actor } from '#scripts/forge/access/principal.ts';
import { emit } from '#scripts/forge/events/emit.ts';
import type { Forge } from '#scripts/forge/forge.ts';
import { isAncestor } from '#scripts/forge/git/history.ts';
import { type RefChange, ZERO } from '#scripts/forge/git/refs.ts';
import { gitText } from '#scripts/forge/git/run.ts';
import type { Repo } from '#scripts/forge/state/work.ts';
import { pageUrl } from '#scripts/forge/views/basics.ts';
import { loginOf, showCommitBriefly } from '#scripts/forge/views/git.ts';
import { accountOf } from '#scripts/forge/views/people.ts';

/** So many commits a push tells of. */
const MOST_COMMITS = 50;

/** `create` or `delete` where a ref came or went, and `push` for every move. */
export async function tellPush(forge: Forge, actor: Actor, repo: Repo, change: RefChange): Promise<void> {
  const { ref, before, after } = change;
  const [, type, name] = /^refs\/(heads|tags)\/(.+)$/.exec(ref) ?? [];
  const named = { ref: name, ref_type: type === 'heads' ? 'branch' : 'tag', pusher_type: 'user' };
  const account = accountOf(forge, actor.login);
  recordEvent(forge, actor, repo, change, named);
  const commits = await commitsOf(forge, repo, change);
  emit(forge, actor, repo, 'push', {
    ...{ ref, before, after, created: before === ZERO, deleted: after === ZERO, base_ref: null },
    forced: await isForced(forge, repo, change),
    compare: pageUrl(forge, repo, `/compare/${before.slice(0, 12)}...${after.slice(0, 12)}`),
    commits,
    head_commit: after === ZERO ? null : (commits.at(-1) ?? (await headOf(forge, repo, after))),
    pusher: { name: account.login, email: account.email },
  });
  if (before === ZERO)
    emit(forge, actor, repo, 'create', { ...named, master_branch: repo.defaultBranch, description: repo.description });
  if (after === ZERO) emit(forge, actor, repo, 'delete', named);
}

/** One line of the repository's event list, as GitHub shows who created a tag. */
function recordEvent(
  forge: Forge,
  actor: Actor,
  repo: Repo,
  { ref, before, after }: RefChange,
  { ref: name, ref_type, pusher_type }: { ref: string | undefined; ref_type: string; pusher_type: string },
): void {
  const id = forge.db.nextId();
  const kept = { id, repoId: repo.id, actor: actor.login, at: forge.clock.stamp() };
  const named = { ref: name, ref_type, full_ref: ref, pusher_type };
  if (before === ZERO) {
    const payload = { ...named, master_branch: repo.defaultBranch, description: repo.description };
    forge.db.repoEvents.put(id, { ...kept, type: 'CreateEvent', payload });
  } else if (after === ZERO) forge.db.repoEvents.put(id, { ...kept, type: 'DeleteEvent', payload: named });
  else if (ref.startsWith('refs/heads/')) {
    const payload = { repository_id: repo.id, push_id: id, ref, head: after, before };
    forge.db.repoEvents.put(id, { ...kept, type: 'PushEvent', payload });
  }
}

async function isForced(forge: Forge, repo: Repo, { before, after }: RefChange): Promise<boolean> {
  if (before === ZERO || after === ZERO) return false;
  return !(await isAncestor(forge.repositories.of(repo).dir, before, after));
}

async function headOf(forge: Forge, repo: Repo, sha: string) {
  return (await pushedCommits(forge, repo, ['--max-count=1', sha]))[0] ?? null;
}

/** The commits this push brought, oldest first; of a new branch those the default branch does not have. */
async function commitsOf(forge: Forge, repo: Repo, { ref, before, after }: RefChange) {
  if (after === ZERO || ref.startsWith('refs/tags/')) return [];
  const main =
    before === ZERO ? await forge.repositories.of(repo).refs.get(`refs/heads/${repo.defaultBranch}`) : before;
  const without = main === undefined || main === after ? [] : [`^${main}`];
  const commits = await pushedCommits(forge, repo, [`--max-count=${MOST_COMMITS}`, after, ...without]);
  return commits.toReversed();
}

/** One process for all: each commit begins with byte 1 and its sha, then its files by NUL: letter, path. */
async function pushedCommits(forge: Forge, repo: Repo, range: readonly string[]) {
  const { dir, store } = forge.repositories.of(repo);
  const text = await gitText(dir, [
    'log',
    '--diff-merges=first-parent',
    '--no-renames',
    '--name-status',
    '-z',
    '--format=%x01%H',
    ...range,
  ]);
  const records = text.split('\x01').slice(1);
  return Promise.all(
    records.map(async (record) => {
      const [sha = '', ...words] = record
        .split('\0')
        .map((word) => word.trim())
        .filter((word) => word !== '');
      const commit = await store.commit(sha);
      return commit === undefined ? undefined : { ...showPushed(forge, repo, commit), ...filesOf(words) };
    }),
  ).then((all) => all.filter((commit) => commit !== undefined));
}

function showPushed(forge: Forge, repo: Repo, commit: Parameters<typeof showCommitBriefly>[0]) {
  const brief = showCommitBriefly(commit);
  const [author, committer] = [commit.author, commit.committer].map((person) => loginOf(forge, person));
  return {
    ...brief,
    author: { ...brief.author, ...(author == null ? {} : { username: author }) },
    committer: { ...brief.committer, ...(committer == null ? {} : { username: committer }) },
    distinct: true,
    url: pageUrl(forge, repo, `/commit/${commit.sha}`),
  };
}

function filesOf(words: readonly string[]) {
  const pairs = words.flatMap((word, at) => (at % 2 === 0 ? [[word, words[at + 1] ?? ''] as const] : []));
  const having = (letters: string) => pairs.filter(([letter]) => letters.includes(letter)).map(([, path]) => path);
  return { added: having('A'), removed: having('D'), modified: having('MT') };
}
