import { raw } from 'hono/html';
import { Marked, type RendererObject } from 'marked';

/** HTML in a comment is shown, never obeyed: anybody may write one. Marker comments (`<!-- … -->`) are for programs and vanish. */
const renderer: RendererObject = {
  html({ text }) {
    if (/^\s*<!--[\s\S]*-->\s*$/.test(text)) return '';
    return /^<\/?sub>$/.test(text) ? text : escaped(text);
  },
  link({ href, tokens }) {
    const text = this.parser.parseInline(tokens);
    return /^(https?:|\/|#)/i.test(href) ? `<a href="${escaped(href)}">${text}</a>` : text;
  },
  image({ text }) {
    return escaped(text);
  },
};

const marked = new Marked({ gfm: true, breaks: false, async: false, renderer });

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** GitHub-flavoured Markdown as safe HTML; `#12` becomes a link within the repository. */
export function markdown(text: string | null | undefined, repository: string) {
  const html = marked.parse(text ?? '') as string;
  const link = (_: string, before: string, number: string) =>
    `${before}<a href="/${repository}/issues/${number}">#${number}</a>`;
  const linked = html
    .split(/(<(?:code|a)\b[\s\S]*?<\/(?:code|a)>)/)
    .map((part, index) => (index % 2 === 1 ? part : part.replace(/(^|[\s(>])#(\d{1,9})\b/g, link)))
    .join('');
  return raw(linked);
}
