import { html } from 'hono/html';
import type { Host, Issue, Job, Viewer, WorkflowRun } from './api.ts';
import { badge, type Html, labels, when } from './layout.ts';
import { markdown } from './markdown.ts';

interface ListedPull extends Issue {
  merged_at: string | null;
  base: { ref: string };
}

export async function pullsPage(viewer: Viewer, repository: string, state: string): Promise<Html> {
  const pulls = await viewer.all<ListedPull>(`/repos/${repository}/pulls?state=${state}`);
  const rows = pulls.map(
    (pull) =>
      html`<tr><td>${badge(pull.merged_at === null ? pull.state : 'merged')}</td><td><a href="/${repository}/pull/${pull.number}"><b>${pull.title}</b></a> <span class="mute">#${pull.number} by ${pull.user.login} ${when(pull.created_at)}</span><div>${labels(pull.labels)}</div></td><td><code>${pull.base.ref}</code></td></tr>`,
  );
  return html`<h1>Pull requests</h1><p><a href="?state=open">open</a> · <a href="?state=closed">closed</a> · <a href="?state=all">all</a></p>
<table><tr><th>State</th><th>Pull request</th><th>Into</th></tr>${rows}</table>${rows.length === 0 ? html`<p class="mute">None.</p>` : ''}`;
}

export async function issuesPage(viewer: Viewer, repository: string, state: string): Promise<Html> {
  const issues = (await viewer.all<Issue>(`/repos/${repository}/issues?state=${state}`)).filter(
    (issue) => issue.pull_request === undefined,
  );
  const rows = issues.map(
    (issue) =>
      html`<tr><td>${badge(issue.state)}</td><td><a href="/${repository}/issues/${issue.number}"><b>${issue.title}</b></a> <span class="mute">#${issue.number} by ${issue.user.login} ${when(issue.created_at)}</span><div>${labels(issue.labels)}</div></td></tr>`,
  );
  return html`<h1>Issues</h1><p><a href="?state=open">open</a> · <a href="?state=closed">closed</a> · <a href="?state=all">all</a></p>
<table>${rows}</table>${rows.length === 0 ? html`<p class="mute">None.</p>` : ''}
<form method="post" action="/${repository}/issues/new"><h2>New issue</h2><input name="title" aria-label="Title" placeholder="Title" required size="60"><textarea name="body" aria-label="Text"></textarea><button class="go">Open</button></form>`;
}

export async function runsPage(viewer: Viewer, repository: string): Promise<Html> {
  const { workflow_runs: runs } = await viewer.get<{ workflow_runs: WorkflowRun[] }>(
    `/repos/${repository}/actions/runs?per_page=100`,
  );
  const rows = runs.map(
    (run) =>
      html`<tr><td>${badge(run.conclusion ?? run.status)}</td><td><a href="/${repository}/actions/runs/${run.id}"><b>${run.display_title}</b></a> <span class="mute">${run.name ?? ''} #${run.run_number}</span></td><td>${run.event}</td><td>${run.head_branch ?? ''}</td><td>${run.actor?.login ?? ''}</td><td>${when(run.created_at)}</td></tr>`,
  );
  return html`<h1>Workflow runs</h1><table><tr><th>Result</th><th>Run</th><th>Event</th><th>Branch</th><th>Actor</th><th>Started</th></tr>${rows}</table>`;
}

export async function runPage(
  viewer: Viewer,
  repository: string,
  id: number,
  log: (job: number) => Promise<string>,
): Promise<Html> {
  const run = await viewer.get<WorkflowRun>(`/repos/${repository}/actions/runs/${id}`);
  const { jobs } = await viewer.get<{ jobs: Job[] }>(`/repos/${repository}/actions/runs/${id}/jobs`);
  const parts = await Promise.all(
    jobs.map(
      async (
        job,
      ) => html`<section class="card"><div class="head">${badge(job.conclusion ?? job.status)} <b>${job.name}</b></div><div class="body">
<ol>${(job.steps ?? []).map((step) => html`<li>${step.name} ${badge(step.conclusion ?? 'pending')}</li>`)}</ol>
<details ${job.conclusion === 'failure' ? 'open' : ''}><summary>log</summary><pre>${await log(job.id)}</pre></details></div></section>`,
    ),
  );
  return html`<h1>${run.display_title} <small>${run.name ?? ''} #${run.run_number}</small></h1><p>${badge(run.conclusion ?? run.status)} on ${run.event}, ${run.head_branch ?? ''} ${when(run.created_at)}</p>${parts}`;
}

interface Entry {
  name: string;
  path: string;
  type: string;
}

export async function treePage(viewer: Viewer, repository: string, ref: string, path: string): Promise<Html> {
  const found = await viewer.get<Entry[] | { content: string; path: string }>(
    `/repos/${repository}/contents/${path.split('/').map(encodeURIComponent).join('/')}?ref=${encodeURIComponent(ref)}`,
  );
  const branches = await viewer.all<{ name: string }>(`/repos/${repository}/branches`);
  const head = html`<h1><code>/${path}</code> <small>at ${ref}</small></h1><p>${branches.map(({ name }) => html`<a href="/${repository}/tree?ref=${encodeURIComponent(name)}&path=${encodeURIComponent(path)}">${name}</a> `)}</p>`;
  if (!Array.isArray(found)) {
    const text = Buffer.from(found.content, 'base64').toString();
    return html`${head}${path.endsWith('.md') ? markdown(text, repository) : html`<pre>${text}</pre>`}`;
  }
  const rows = found.map(
    (entry) =>
      html`<tr><td><a href="/${repository}/tree?ref=${encodeURIComponent(ref)}&path=${encodeURIComponent(entry.path)}">${entry.name}${entry.type === 'dir' ? '/' : ''}</a></td></tr>`,
  );
  return html`${head}<table>${rows}</table>`;
}

export function frontPage(repositories: ReturnType<Host['repositories']>): Html {
  const rows = repositories.map(
    ({ name, description, fork }) =>
      html`<tr><td><a href="/${name}/pulls"><b>${name}</b></a> ${fork ? html`<span class="mute">fork</span>` : ''}</td><td>${description}</td></tr>`,
  );
  return html`<h1>Repositories</h1><table>${rows}</table>`;
}
