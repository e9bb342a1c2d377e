import type { Story } from './story.ts';

/** How the story looks at the world: as anybody would, through the public API and over HTTP. */

export interface PublishedPackage {
  readonly name: string;
  readonly version: string;
  readonly ppa: string;
}
export interface PublishedRepository {
  readonly area: string;
  readonly os: string;
  readonly part: string;
  readonly path: string;
  readonly format: string;
  readonly snapshot: string;
  readonly packages: readonly PublishedPackage[];
}

export async function published(story: Story): Promise<readonly PublishedRepository[]> {
  const answer = await fetch(`${story.local.publicUrl}/state.json`);
  if (!answer.ok) return [];
  return ((await answer.json()) as { repositories: PublishedRepository[] }).repositories;
}

/** PPAs that stand in an area, once each, sorted. */
export async function ppasIn(story: Story, area: string, part?: string): Promise<string[]> {
  const repositories = await published(story);
  const found = repositories.filter((one) => one.area === area && (part === undefined || one.part === part));
  return [...new Set(found.flatMap(({ packages }) => packages.map(({ ppa }) => ppa)))].sort();
}

export async function labelsOf(story: Story, pull: number): Promise<string[]> {
  const { octokit } = story.local.people.outsider;
  const { data } = await octokit.rest.issues.listLabelsOnIssue({
    ...story.local.place,
    issue_number: pull,
    per_page: 100,
  });
  return data.map(({ name }) => name);
}

/** The RolloutProgress of a pull request, without its prefix; several joined by `+`. */
export async function progressOf(story: Story, pull: number): Promise<string> {
  const prefix = 'RolloutProgress: ';
  const labels = await labelsOf(story, pull);
  return labels
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length))
    .join('+');
}

export async function pullState(
  story: Story,
  pull: number,
): Promise<{ state: string; merged: boolean; head: { ref: string; sha: string } }> {
  const { data } = await story.local.people.outsider.octokit.rest.pulls.get({
    ...story.local.place,
    pull_number: pull,
  });
  return { state: data.state, merged: data.merged, head: data.head };
}

export async function commentsOf(story: Story, issue: number): Promise<string[]> {
  const { octokit } = story.local.people.outsider;
  const comments = await octokit.paginate(octokit.rest.issues.listComments, {
    ...story.local.place,
    issue_number: issue,
    per_page: 100,
  });
  return comments.map(({ body }) => read(body ?? ''));
}

/** As a person reads it: the quoted words without their escapes. */
function read(markdown: string): string {
  return markdown.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
}

/** Open pull requests by title; a PPA's title is its name. */
export async function openPulls(story: Story): Promise<Map<string, number>> {
  const { octokit } = story.local.people.outsider;
  const pulls = await octokit.paginate(octokit.rest.pulls.list, { ...story.local.place, state: 'open', per_page: 100 });
  return new Map(pulls.map(({ title, number }) => [title, number]));
}

export async function checkOf(story: Story, sha: string, name: string): Promise<string | undefined> {
  const { octokit } = story.local.people.outsider;
  const { data } = await octokit.rest.checks.listForRef({ ...story.local.place, ref: sha, check_name: name });
  return data.check_runs[0]?.conclusion ?? undefined;
}

export async function headOf(story: Story, branch: string): Promise<string> {
  const { data } = await story.local.people.outsider.octokit.rest.git.getRef({
    ...story.local.place,
    ref: `heads/${branch}`,
  });
  return data.object.sha;
}

/** The last failing runs and the ends of their logs, to show with a station that did not arrive. */
export async function recentFailures(story: Story): Promise<string[]> {
  const { octokit } = story.local.people.releaseManager;
  const { data } = await octokit.rest.actions.listWorkflowRunsForRepo({
    ...story.local.place,
    status: 'failure',
    per_page: 3,
  });
  const told = data.workflow_runs.map(async (run) => {
    const { data: found } = await octokit.rest.actions.listJobsForWorkflowRun({ ...story.local.place, run_id: run.id });
    const logs = await Promise.all(
      found.jobs.filter(({ conclusion }) => conclusion === 'failure').map(({ id }) => logOf(story, id)),
    );
    return [
      `failed: ${run.display_title} (${run.html_url})`,
      ...logs.flatMap((log) => log.trimEnd().split('\n').slice(-12)),
    ];
  });
  return (await Promise.all(told)).flat();
}

async function logOf({ local }: Story, job: number): Promise<string> {
  try {
    const { data } = await local.people.releaseManager.octokit.rest.actions.downloadJobLogsForWorkflowRun({
      ...local.place,
      job_id: job,
    });
    return String(data);
  } catch (cause) {
    return `no log: ${(cause as Error).message}`;
  }
}
