import { html } from 'hono/html';
import type { ChangedFile, CheckRun, Issue, Label, Pull, TimelineItem, Viewer } from './api.ts';
import { badge, type Html, labels, when } from './layout.ts';
import { markdown } from './markdown.ts';
import { timeline } from './timeline.ts';

interface Conversation {
  readonly repository: string;
  readonly issue: Issue;
  readonly pull: Pull | undefined;
  readonly items: readonly TimelineItem[];
  readonly checks: readonly CheckRun[];
  readonly files: readonly ChangedFile[];
  readonly vocabulary: readonly Label[];
}

export async function readConversation(viewer: Viewer, repository: string, number: number): Promise<Conversation> {
  const base = `/repos/${repository}`;
  const issue = await viewer.get<Issue>(`${base}/issues/${number}`);
  const pull = issue.pull_request === undefined ? undefined : await viewer.get<Pull>(`${base}/pulls/${number}`);
  const [items, vocabulary] = await Promise.all([
    viewer.all<TimelineItem>(`${base}/issues/${number}/timeline`),
    viewer.all<Label>(`${base}/labels`),
  ]);
  if (pull === undefined) return { repository, issue, pull, items, checks: [], files: [], vocabulary };
  const [{ check_runs: checks }, files] = await Promise.all([
    viewer.get<{ check_runs: CheckRun[] }>(`${base}/commits/${pull.head.sha}/check-runs?per_page=100`),
    viewer.all<ChangedFile>(`${base}/pulls/${number}/files`),
  ]);
  return { repository, issue, pull, items, checks, files, vocabulary };
}

function form(repository: string, number: number, act: string, inside: Html): Html {
  return html`<form method="post" action="/${repository}/issues/${number}/${act}">${inside}</form>`;
}

function check({ name, status, conclusion, output }: CheckRun, repository: string): Html {
  const title = output.title === null ? '' : html`<div class="mute">${output.title}</div>`;
  const summary =
    output.summary === null || output.summary === ''
      ? ''
      : html`<details><summary class="mute">details</summary>${markdown(output.summary, repository)}</details>`;
  return html`<li>${badge(conclusion ?? status)} ${name}${title}${summary}</li>`;
}

function labelForms({ repository, issue, vocabulary }: Conversation): Html {
  const removal = issue.labels.map(
    ({ name }) =>
      html`<form class="plain" method="post" action="/${repository}/issues/${issue.number}/unlabel"><input type="hidden" name="label" value="${name}"><button title="take ${name} away">× ${name}</button></form>`,
  );
  const choices = vocabulary.filter(({ name }) => !issue.labels.some((label) => label.name === name));
  return html`<section><h2>Labels</h2>${labels(issue.labels)}<div>${removal}</div>${form(
    repository,
    issue.number,
    'label',
    html`<select name="label">${choices.map(({ name }) => html`<option>${name}</option>`)}</select> <button>set</button>`,
  )}</section>`;
}

function aside(talk: Conversation): Html {
  const { repository, pull, checks } = talk;
  if (pull === undefined) return html`<aside>${labelForms(talk)}</aside>`;
  const merge =
    pull.state === 'open'
      ? form(
          repository,
          pull.number,
          'merge',
          html`<input type="hidden" name="sha" value="${pull.head.sha}"><button class="go">Merge into ${pull.base.ref}</button>`,
        )
      : '';
  return html`<aside>${labelForms(talk)}
<section><h2>Checks</h2><ul class="checks">${checks.map((run) => check(run, repository))}</ul></section>
<section><h2>Merge</h2><p class="mute">${pull.mergeable_state ?? ''}</p>${merge}</section></aside>`;
}

function talkForms({ repository, issue, pull }: Conversation): Html {
  const box = (name: string) => html`<textarea name="body" aria-label="${name}" placeholder="${name}"></textarea>`;
  const review =
    pull?.state === 'open'
      ? form(
          repository,
          issue.number,
          'review',
          html`<h2>Review</h2>${box('What you found')}<button name="event" value="APPROVE" class="go">Approve</button><button name="event" value="REQUEST_CHANGES">Request changes</button><button name="event" value="COMMENT">Comment only</button>`,
        )
      : '';
  const turn =
    issue.state === 'open'
      ? html`<button name="state" value="closed">Close</button>`
      : html`<button name="state" value="open">Open again</button>`;
  return html`${form(repository, issue.number, 'comment', html`<h2>Comment</h2>${box('A comment, or a command such as /why')}<button class="go">Comment</button>`)}${review}${form(repository, issue.number, 'state', turn)}`;
}

function diff({ filename, status, additions, deletions, patch = '' }: ChangedFile): Html {
  const lines = patch
    .split('\n')
    .map(
      (text) =>
        html`<span class="${text.startsWith('+') ? 'add' : text.startsWith('-') ? 'del' : ''}">${text}</span>\n`,
    );
  return html`<details class="card"><summary class="head"><code>${filename}</code> ${status} <span class="add">+${additions}</span> <span class="del">−${deletions}</span></summary><pre>${lines}</pre></details>`;
}

export function conversationPage(talk: Conversation): Html {
  const { repository, issue, pull, items, files } = talk;
  const state = pull?.merged_at === null || pull === undefined ? issue.state : 'merged';
  const branches =
    pull === undefined ? '' : html` wants to merge <code>${pull.head.label}</code> into <code>${pull.base.ref}</code>`;
  return html`<h1>${issue.title} <small>#${issue.number}</small></h1>
<p>${badge(state)} <b>${issue.user.login}</b>${branches} ${when(issue.created_at)}</p>
<div class="columns"><div>
<article class="card"><div class="head"><b>${issue.user.login}</b> ${when(issue.created_at)}</div><div class="body">${markdown(issue.body, repository)}</div></article>
${timeline(items, repository)}
${talkForms(talk)}
${files.length === 0 ? '' : html`<h2>${files.length} changed file${files.length === 1 ? '' : 's'}</h2>${files.map(diff)}`}
</div>${aside(talk)}</div>`;
}
