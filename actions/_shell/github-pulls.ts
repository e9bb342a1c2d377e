import type { KnownPull } from '#core/intake/unsplit.ts';
import { ppaOfBranch } from '#core/intake/unsplit.ts';
import type { PpaId } from '#core/ppa/ppa.ts';
import type { Comment, Issue, PullFacts, ShownCheck, World } from '#core/rollout/facts.ts';
import { isSticky } from '#core/rollout/sticky.ts';
import { TRIAGE } from '#core/rollout/ticket.ts';
import type { ForgeAccess } from '#shell/github.ts';
import { timelineOf } from '#shell/github-timeline.ts';

/** Pull requests of any base and state: one list by page. */
export interface ListedPull extends KnownPull, Omit<PullFacts, 'timeline' | 'sticky' | 'check' | 'pull' | 'branch'> {
  /** Of a PPA: the bouncer's own branch of this repository. */
  readonly ppa?: PpaId;
  readonly updatedAt: string;
  /** ISO; undefined: it was not merged. */
  readonly mergedAt?: string;
  readonly mergeCommit: string | null;
  /** Branch it is to be merged into. */
  readonly base: string;
  /** Login of who opened it. */
  readonly author: string;
}

export async function listPulls({ octokit, owner, repo }: ForgeAccess): Promise<ListedPull[]> {
  const params = { owner, repo, state: 'all', per_page: 100 } as const;
  const pulls = await octokit.paginate(octokit.rest.pulls.list, params);
  return pulls.map((pull) => {
    const { number, title, head, state, labels, body, merged_at, merge_commit_sha, created_at, updated_at } = pull;
    const branch = head.repo?.full_name === `${owner}/${repo}` ? head.ref : undefined;
    const ppa = ppaOfBranch(branch);
    return {
      ...{ number, title, head: head.sha, branch, open: state === 'open', merged: merged_at !== null },
      ...{ createdAt: created_at, updatedAt: updated_at, labels: labels.map(({ name }) => name), body: body ?? '' },
      ...(merged_at === null ? {} : { mergedAt: merged_at }),
      mergeCommit: merge_commit_sha,
      assignees: (pull.assignees ?? []).map(({ login }) => login),
      ...{ base: pull.base.ref, author: pull.user?.login ?? 'ghost' },
      ...(ppa === undefined ? {} : { ppa }),
    };
  });
}

/** What every pull request of ours is judged by besides the list: its timeline and our check-run on its head. */
export async function pullFacts(
  access: ForgeAccess,
  { number, branch = '', ...listed }: ListedPull,
  { bot, checkName }: { readonly bot: string; readonly checkName: string },
): Promise<PullFacts> {
  const { timeline, sticky } = await timelineOf(access, number, bot);
  const check = await checkOn(access, listed.head, checkName, bot);
  const { title, head, open, merged, createdAt, labels, assignees } = listed;
  return {
    ...{ pull: number, title, head, branch, open, merged, createdAt, labels, assignees, timeline },
    ...(sticky === undefined ? {} : { sticky }),
    ...(check === undefined ? {} : { check }),
  };
}

/** Check-runs can be made by apps alone; of those only our own counts. @param bot `umd-bot[bot]` */
export async function checkOn(
  { octokit, owner, repo }: ForgeAccess,
  sha: string,
  name: string,
  bot: string,
): Promise<ShownCheck | undefined> {
  const params = { owner, repo, ref: sha, check_name: name, per_page: 100 };
  const found = await octokit.rest.checks.listForRef(params).catch((error: { status?: number }) => {
    if (error.status === 404 || error.status === 422) return undefined; // the commit is gone
    throw error;
  });
  const ours = found?.data.check_runs.filter((run) => `${run.app?.slug}[bot]` === bot && run.name === name) ?? [];
  const last = ours.sort((a, b) => b.id - a.id)[0];
  if (last === undefined) return undefined;
  const { id, head_sha, status, conclusion, output } = last;
  const { title, summary, text, annotations_count: annotations } = output;
  const plain = (words: string | null) => (words ?? '').replaceAll('\r\n', '\n');
  const words = { title: plain(title), summary: plain(summary), text: plain(text) };
  return { id, sha: head_sha, status, conclusion, ...words, annotations };
}

/** Our one comment on an issue or pull request, without its timeline. */
export async function stickyOn(
  { octokit, owner, repo }: ForgeAccess,
  number: number,
  bot: string,
): Promise<Comment | undefined> {
  const params = { owner, repo, issue_number: number, per_page: 100 };
  const comments = await octokit.paginate(octokit.rest.issues.listComments, params);
  const found = comments.find(({ user, body }) => user?.login === bot && isSticky(body ?? ''));
  return found === undefined ? undefined : { id: found.id, body: (found.body ?? '').replaceAll('\r\n', '\n') };
}

export async function readIssue({ octokit, owner, repo }: ForgeAccess, number: number): Promise<Issue | undefined> {
  try {
    const { data } = await octokit.rest.issues.get({ owner, repo, issue_number: number });
    return { number, title: data.title, open: data.state === 'open', pull: data.pull_request !== undefined };
  } catch (error) {
    if ([404, 410].includes((error as { status?: number }).status ?? 0)) return undefined;
    throw error;
  }
}

/** Problem tickets that we opened, of any state. */
export async function ticketsOf({ octokit, owner, repo }: ForgeAccess, bot: string): Promise<World['tickets']> {
  const params = { owner, repo, labels: TRIAGE, state: 'all', creator: bot, per_page: 100 } as const;
  const found = await octokit.paginate(octokit.rest.issues.listForRepo, params);
  return found.filter(({ user }) => user?.login === bot).map(({ number, body }) => ({ number, body: body ?? '' }));
}

/** Last of our statuses on a commit, by context; other people's words do not count. */
export async function ourStatuses(
  { octokit, owner, repo }: ForgeAccess,
  sha: string,
  bot: string,
): Promise<ReadonlyMap<string, { readonly state: string; readonly description: string; readonly at: string }>> {
  const { data } = await octokit.rest.repos.listCommitStatusesForRef({ owner, repo, ref: sha, per_page: 100 });
  const ours = data.filter(({ creator }) => creator?.login === bot).sort((a, b) => a.id - b.id);
  return new Map(
    ours.map(({ context, state, description, created_at }) => [
      context,
      { state, description: description ?? '', at: created_at },
    ]),
  );
}
