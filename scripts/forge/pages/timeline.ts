import { html } from 'hono/html';
import type { TimelineItem } from './api.ts';
import { badge, type Html, labels, when } from './layout.ts';
import { markdown } from './markdown.ts';

function card(item: TimelineItem, repository: string, verb: string, state?: string): Html {
  const who = item.user?.login ?? item.actor?.login ?? 'somebody';
  const time = item.submitted_at ?? item.created_at;
  return html`<article class="card"><div class="head"><b>${who}</b> ${verb} ${state === undefined ? '' : badge(state)} ${when(time)}</div>
<div class="body">${markdown(item.body, repository)}</div></article>`;
}

function line(item: TimelineItem, what: Html): Html {
  return html`<div class="item"><b>${item.actor?.login ?? item.author?.name ?? ''}</b> ${what} ${when(item.created_at)}</div>`;
}

/** What each kind of timeline event is shown as; a kind that is not here is not shown. */
const SHOWN: Readonly<Record<string, (item: TimelineItem, repository: string) => Html>> = {
  commented: (item, repository) => card(item, repository, 'commented'),
  reviewed: (item, repository) => card(item, repository, 'reviewed', (item.state ?? '').toLowerCase()),
  labeled: (item) => line(item, html`set ${item.label === undefined ? '' : labels([item.label])}`),
  unlabeled: (item) => line(item, html`took away ${item.label === undefined ? '' : labels([item.label])}`),
  committed: (item) =>
    line(item, html`committed <code>${(item.sha ?? '').slice(0, 9)}</code> ${(item.message ?? '').split('\n')[0]}`),
  merged: (item) => line(item, html`${badge('merged')} as <code>${(item.commit_id ?? '').slice(0, 9)}</code>`),
  closed: (item) => line(item, html`${badge('closed')} this`),
  reopened: (item) => line(item, html`opened this again`),
  assigned: (item) => line(item, html`assigned ${item.assignee?.login ?? ''}`),
  unassigned: (item) => line(item, html`unassigned ${item.assignee?.login ?? ''}`),
  renamed: (item) => line(item, html`renamed this from “${item.rename?.from ?? ''}” to “${item.rename?.to ?? ''}”`),
  head_ref_force_pushed: (item) => line(item, html`force-pushed`),
  'cross-referenced': (item, repository) =>
    line(
      item,
      html`mentioned this in <a href="/${repository}/issues/${item.source?.issue?.number ?? 0}">#${item.source?.issue?.number ?? 0} ${item.source?.issue?.title ?? ''}</a>`,
    ),
};

export function timeline(items: readonly TimelineItem[], repository: string): Html[] {
  return items.flatMap((item) => SHOWN[item.event ?? '']?.(item, repository) ?? []);
}
