import { html, raw } from 'hono/html';
import type { Label } from './api.ts';
import { STYLE } from './style.ts';

export type Html = ReturnType<typeof html>;

export interface Frame {
  readonly title: string;
  /** `owner/name`; undefined on the front page. */
  readonly repository?: string | undefined;
  readonly viewer: string | undefined;
  readonly people: readonly string[];
  readonly path: string;
  readonly now: Date;
  readonly notice?: string | undefined;
}

const TABS = [
  ['pulls', 'Pull requests'],
  ['issues', 'Issues'],
  ['actions', 'Actions'],
  ['tree', 'Files'],
] as const;

/** The page around a page: who you play, where you are, the forge's clock. */
export function layout(frame: Frame, body: Html | Html[] | Promise<Html>) {
  const { repository } = frame;
  const tabs =
    repository === undefined ? '' : TABS.map(([path, name]) => html`<a href="/${repository}/${path}">${name}</a>`);
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${frame.title}</title><style>${raw(STYLE)}</style></head>
<body>
<header>
  <nav><a class="home" href="/">forge</a>${repository === undefined ? '' : html`<a class="repo" href="/${repository}/pulls">${repository}</a>`}${tabs}</nav>
  <form method="post" action="/-/as" class="as">
    <time title="the forge's clock">${frame.now.toISOString().slice(0, 16).replace('T', ' ')} UTC</time>
    <input type="hidden" name="back" value="${frame.path}">
    <label>acting as <select name="login" onchange="this.form.submit()"><option value="">nobody</option>${frame.people.map(
      (login) => html`<option value="${login}" ${login === frame.viewer ? 'selected' : ''}>${login}</option>`,
    )}</select></label><noscript><button>change</button></noscript>
  </form>
</header>
<main>${frame.notice === undefined ? '' : html`<p class="notice" role="alert">${frame.notice}</p>`}${body}</main>
</body></html>`;
}

/** Black or white, whichever can be read on the label's colour. */
function ink(color: string): string {
  const [red = 0, green = 0, blue = 0] = [0, 2, 4].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
  return red * 0.299 + green * 0.587 + blue * 0.114 > 150 ? '#111' : '#fff';
}

export function labels(list: readonly Label[]): Html[] {
  return list.map(
    ({ name, color }) => html`<span class="label" style="background:#${color};color:${ink(color)}">${name}</span>`,
  );
}

/** A sign for a state: what it is, in a word and a colour. */
export function badge(state: string): Html {
  return html`<span class="badge ${state.replaceAll(/[^a-z_]/g, '')}">${state.replaceAll('_', ' ')}</span>`;
}

export function when(time: string | undefined): Html {
  return time === undefined ? html`` : html`<time>${time.slice(0, 16).replace('T', ' ')}</time>`;
}
