import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { warning } from '@actions/core';
import type { CheckEffect, CommitEffect, Effect, WriteCommitEffect } from '#core/rollout/effects.ts';
import type { ForgeAccess } from '#shell/github.ts';

/**
 * Carries effects out in their order, one after the other: the order is what makes a crash harmless. Of a pull request
 * that somebody changed meanwhile the rest is left alone; whoever changed it has started the next look.
 * @param ref default branch, whose workflows are started
 * @returns whether all of it was done
 */
export async function carryOut(access: ForgeAccess, effects: readonly Effect[], ref: string): Promise<boolean> {
  const overtaken = new Set<number>();
  let whole = true;
  for (const effect of effects) {
    const pull = 'pull' in effect ? effect.pull : undefined;
    if (pull !== undefined && overtaken.has(pull)) continue;
    try {
      await actions(access, ref)[effect.kind](effect as never);
    } catch (error) {
      if (!isOvertaken(error)) throw error;
      warning(`${effect.kind}${pull === undefined ? '' : ` of #${pull}`}: ${(error as Error).message}`);
      whole = false;
      if (pull !== undefined) overtaken.add(pull);
    }
  }
  return whole;
}

/** Conflict, not mergeable, not processable: the facts have changed; the next look reads them anew. */
function isOvertaken(error: unknown): boolean {
  return [404, 405, 409, 422].includes((error as { status?: number }).status ?? 0);
}

type Of<K extends Effect['kind']> = Extract<Effect, { kind: K }>;
type Hands = { readonly [K in Effect['kind']]: (effect: Of<K>) => Promise<unknown> };

function actions(access: ForgeAccess, ref: string): Hands {
  const { octokit, owner, repo } = access;
  const { issues, pulls, repos, git, actions: runs } = octokit.rest;
  const state = (pull: number, to: 'open' | 'closed') => pulls.update({ owner, repo, pull_number: pull, state: to });
  return {
    check: (effect) => writeCheck(access, effect),
    words: (effect) => writeWords(access, effect),
    'add-labels': ({ pull, labels }) => issues.addLabels({ owner, repo, issue_number: pull, labels: [...labels] }),
    'remove-label': ({ pull, label }) =>
      issues.removeLabel({ owner, repo, issue_number: pull, name: label }).catch(unless(404)),
    assign: ({ pull, login }) => issues.addAssignees({ owner, repo, issue_number: pull, assignees: [login] }),
    unassign: ({ pull, login }) => issues.removeAssignees({ owner, repo, issue_number: pull, assignees: [login] }),
    comment: ({ pull, id, body }) =>
      id === undefined
        ? issues.createComment({ owner, repo, issue_number: pull, body })
        : issues.updateComment({ owner, repo, comment_id: id, body }),
    notice: ({ pull, body }) => issues.createComment({ owner, repo, issue_number: pull, body }),
    'open-issue': ({ title, body, labels }) => issues.create({ owner, repo, title, body, labels: [...labels] }),
    issue: ({ number, body, title, state: word }) =>
      issues.update({
        ...{ owner, repo, issue_number: number, body },
        ...(title === undefined ? {} : { title }),
        ...(word === undefined ? {} : { state: word }),
      }),
    'put-file': (effect) => putFile(access, effect),
    'open-branch': (effect) => openBranch(access, effect),
    'drop-branch': ({ branch }) => git.deleteRef({ owner, repo, ref: `heads/${branch}` }).catch(unless(422)),
    'write-commit': (effect) => writeCommit(access, effect),
    'open-pull': ({ branch, base, title, body }) => pulls.create({ owner, repo, head: branch, base, title, body }),
    commit: (effect) => commit(access, effect),
    dispatch: ({ workflow, inputs }) =>
      runs.createWorkflowDispatch({ owner, repo, workflow_id: `${workflow}.yml`, ref, inputs: { ...inputs } }),
    status: ({ sha, context, state: word, description }) =>
      repos.createCommitStatus({ owner, repo, sha, context, state: word, description }),
    merge: (effect) => merge(access, effect),
    close: ({ pull }) => state(pull, 'closed'),
    reopen: ({ pull }) => state(pull, 'open'),
  };
}

function unless(status: number): (error: { status?: number }) => undefined {
  return (error) => {
    if (error.status !== status) throw error;
    return undefined;
  };
}

async function writeCheck({ octokit, owner, repo }: ForgeAccess, effect: CheckEffect): Promise<void> {
  const { id, sha, name, conclusion, title, summary, text, annotations = [] } = effect;
  const output = {
    title,
    summary,
    ...(text === '' ? {} : { text }),
    annotations: annotations.map(({ path, line, title: what, message, level = 'failure' }) => ({
      ...{ path, start_line: line, end_line: line, annotation_level: level, title: what, message },
    })),
  };
  const done = { owner, repo, name, status: 'completed', conclusion, output } as const;
  if (id === undefined) await octokit.rest.checks.create({ ...done, head_sha: sha });
  else await octokit.rest.checks.update({ ...done, check_run_id: id });
}

/** Without a conclusion it is still under way. */
async function writeWords({ octokit, owner, repo }: ForgeAccess, effect: Of<'words'>): Promise<void> {
  const { id, sha, name, conclusion, title, summary } = effect;
  const ended =
    conclusion === undefined ? { status: 'in_progress' as const } : { status: 'completed' as const, conclusion };
  const said = { owner, repo, name, ...ended, output: { title, summary } };
  if (id === undefined) await octokit.rest.checks.create({ ...said, head_sha: sha });
  else await octokit.rest.checks.update({ ...said, check_run_id: id });
}

/** The blob's id says what is replaced: a file that somebody else changed meanwhile is not touched. */
async function commit({ octokit, owner, repo }: ForgeAccess, effect: CommitEffect): Promise<void> {
  const { branch, path, previous, text, message } = effect;
  const before = previous === undefined ? {} : { sha: blobId(previous) };
  const content = Buffer.from(text).toString('base64');
  await octokit.rest.repos.createOrUpdateFileContents({ owner, repo, branch, path, message, content, ...before });
}

/** The file's present id is asked for: nobody but us changes it there. */
async function putFile({ octokit, owner, repo }: ForgeAccess, effect: Of<'put-file'>): Promise<void> {
  const { branch, path, text, message } = effect;
  const present = await octokit.rest.repos.getContent({ owner, repo, path, ref: branch }).catch(unless(404));
  const sha = (present?.data as { sha?: string } | undefined)?.sha;
  const at = { owner, repo, branch, path, message };
  if (text !== undefined) {
    const content = Buffer.from(text).toString('base64');
    await octokit.rest.repos.createOrUpdateFileContents({ ...at, content, ...(sha === undefined ? {} : { sha }) });
  } else if (sha !== undefined) await octokit.rest.repos.deleteFile({ ...at, sha });
}

/** Made, or moved when it is there. */
async function openBranch(
  { octokit, owner, repo }: ForgeAccess,
  { branch, sha }: Pick<Of<'open-branch'>, 'branch' | 'sha'>,
): Promise<void> {
  const made = octokit.rest.git.createRef({ owner, repo, ref: `refs/heads/${branch}`, sha });
  if ((await made.catch(unless(422))) !== undefined) return;
  await octokit.rest.git.updateRef({ owner, repo, ref: `heads/${branch}`, sha, force: true });
}

/** Objects first, the branch last: a crash leaves nothing that anybody sees. */
async function writeCommit({ octokit, owner, repo }: ForgeAccess, effect: WriteCommitEffect): Promise<void> {
  const { branch, parents, files, message, anew } = effect;
  const { git } = octokit.rest;
  const at = { owner, repo };
  const { data: first } = await git.getCommit({ ...at, commit_sha: parents[0] ?? '' });
  const entries = files.map(({ path, text }) => {
    const entry = { path, mode: '100644' as const, type: 'blob' as const };
    return text === undefined ? { ...entry, sha: null } : { ...entry, content: text };
  });
  const made =
    entries.length === 0
      ? first.tree
      : (await git.createTree({ ...at, base_tree: first.tree.sha, tree: entries })).data;
  const { data: commit } = await git.createCommit({ ...at, message, tree: made.sha, parents: [...parents] });
  if (anew) await openBranch({ octokit, owner, repo }, { branch, sha: commit.sha });
  else await git.updateRef({ ...at, ref: `heads/${branch}`, sha: commit.sha, force: false });
}

function blobId(text: string): string {
  const bytes = Buffer.from(text);
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

/** A forge works out in the background whether a fresh head can be merged, and says 405 until it knows. */
async function merge({ octokit, owner, repo }: ForgeAccess, { pull, sha, title, message }: Of<'merge'>): Promise<void> {
  const asked = {
    owner,
    repo,
    pull_number: pull,
    sha,
    merge_method: 'merge',
    commit_title: title,
    commit_message: message,
  } as const;
  for (const pause of [500, 1500, 4000]) {
    try {
      await octokit.rest.pulls.merge(asked);
      return;
    } catch (error) {
      if ((error as { status?: number }).status !== 405) throw error;
      await sleep(pause);
    }
  }
  await octokit.rest.pulls.merge(asked);
}

/**
 * A run that was just asked for is not listed at once; until it is, the next look would ask for it again. Waits a moment
 * for each, no longer: asking twice is only waste.
 * @param newest number of the newest run that was known when it was asked for
 */
export async function awaitListed(
  { octokit, owner, repo }: ForgeAccess,
  dispatched: readonly Of<'dispatch'>[],
  newest: number,
): Promise<void> {
  let missing = dispatched;
  for (const pause of [100, 200, 400, 800, 1500, 3000]) {
    if (missing.length === 0) return;
    await sleep(pause);
    const { data } = await octokit.rest.actions.listWorkflowRunsForRepo({ owner, repo, per_page: 100 });
    const listed = data.workflow_runs.filter(({ id }) => id > newest);
    missing = missing.filter(({ title }) => !listed.some(({ display_title }) => display_title === title));
  }
}
