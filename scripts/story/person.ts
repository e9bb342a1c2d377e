import { Octokit } from '@octokit/rest';

/** One of the people of the story: acts through the forge's public API with a token of its own, as anybody would. */
export interface Person {
  readonly login: string;
  readonly octokit: Octokit;
}

export interface Place {
  readonly owner: string;
  readonly repo: string;
}

export function person(login: string, token: string, apiUrl: string): Person {
  const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  return { login, octokit: new Octokit({ auth: token, baseUrl: apiUrl, log: quiet }) };
}

/** Copies the release repo under the person's own name; harmless when it is there. */
export async function fork({ octokit, login }: Person, { owner, repo }: Place): Promise<Place> {
  const { data } = await octokit.rest.repos.createFork({ owner, repo });
  return { owner: login, repo: data.name };
}

/** One commit with these files on a new branch, made through the Git data API. */
export async function commitFiles(
  { octokit }: Person,
  place: Place,
  change: { branch: string; from: string; message: string; files: Readonly<Record<string, string>> },
): Promise<string> {
  const { data: base } = await octokit.rest.git.getRef({ ...place, ref: `heads/${change.from}` });
  const { data: commit } = await octokit.rest.git.getCommit({ ...place, commit_sha: base.object.sha });
  const entries = Object.entries(change.files).map(([path, content]) => ({
    path,
    content,
    mode: '100644' as const,
    type: 'blob' as const,
  }));
  const { data: tree } = await octokit.rest.git.createTree({ ...place, base_tree: commit.tree.sha, tree: entries });
  const { data: made } = await octokit.rest.git.createCommit({
    ...place,
    message: change.message,
    tree: tree.sha,
    parents: [base.object.sha],
  });
  await octokit.rest.git.createRef({ ...place, ref: `refs/heads/${change.branch}`, sha: made.sha });
  return made.sha;
}

export async function openPull(
  { octokit }: Person,
  place: Place,
  pull: { head: string; base: string; title: string; body: string },
): Promise<number> {
  const { data } = await octokit.rest.pulls.create({ ...place, ...pull });
  return data.number;
}

export async function comment({ octokit }: Person, place: Place, issue: number, body: string): Promise<void> {
  await octokit.rest.issues.createComment({ ...place, issue_number: issue, body });
}

export async function label({ octokit }: Person, place: Place, issue: number, name: string): Promise<void> {
  await octokit.rest.issues.addLabels({ ...place, issue_number: issue, labels: [name] });
}

export async function approve({ octokit }: Person, place: Place, pull: number, body: string): Promise<void> {
  await octokit.rest.pulls.createReview({ ...place, pull_number: pull, event: 'APPROVE', body });
}

export async function merge({ octokit }: Person, place: Place, pull: number): Promise<void> {
  const { data } = await octokit.rest.pulls.get({ ...place, pull_number: pull });
  await octokit.rest.pulls.merge({ ...place, pull_number: pull, sha: data.head.sha });
}

/** Edits one file on a branch, as the forge's own editor does. */
export async function editFile(
  { octokit }: Person,
  place: Place,
  file: { branch: string; path: string; message: string; edit: (text: string) => string },
): Promise<void> {
  const { data } = await octokit.rest.repos.getContent({ ...place, path: file.path, ref: file.branch });
  if (Array.isArray(data) || data.type !== 'file') throw new Error(`${file.path} is not a file.`);
  const text = file.edit(Buffer.from(data.content, 'base64').toString());
  await octokit.rest.repos.createOrUpdateFileContents({
    ...place,
    path: file.path,
    branch: file.branch,
    message: file.message,
    sha: data.sha,
    content: Buffer.from(text).toString('base64'),
  });
}

export async function openIssue(
  { octokit }: Person,
  place: Place,
  issue: { title: string; body: string },
): Promise<number> {
  const { data } = await octokit.rest.issues.create({ ...place, ...issue });
  return data.number;
}

export async function closeIssue({ octokit }: Person, place: Place, issue: number): Promise<void> {
  await octokit.rest.issues.update({ ...place, issue_number: issue, state: 'closed' });
}

/** A lightweight tag on the head of a branch. */
export async function tagBranch({ octokit }: Person, place: Place, tag: string, branch: string): Promise<string> {
  const { data } = await octokit.rest.git.getRef({ ...place, ref: `heads/${branch}` });
  await octokit.rest.git.createRef({ ...place, ref: `refs/tags/${tag}`, sha: data.object.sha });
  return data.object.sha;
}
