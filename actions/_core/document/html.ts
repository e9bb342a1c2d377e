import { type Block, isWithin } from './block.ts';

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}
table{border-collapse:collapse;width:100%}th,td{border:1px solid #bbb;padding:.3rem .5rem;text-align:left;vertical-align:top}
th{background:#eee}dt{font-weight:600}dd{margin:0 0 .4rem 1rem}`;

/** A whole page that needs nothing else: no script, no foreign file. */
export function htmlOf(title: string, blocks: readonly Block[]): string {
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${plain(title)}</title>`;
  const body = blocks.map(markOf).join('\n');
  return `<!doctype html>\n<html lang="en"><head>${head}<style>${STYLE}</style></head>\n<body>\n${body}\n</body></html>\n`;
}

function markOf(block: Block): string {
  if (block.kind === 'heading') {
    const id = block.anchor === undefined ? '' : ` id="${plain(block.anchor)}"`;
    return `<h${block.level}${id}>${plain(block.text)}</h${block.level}>`;
  }
  if (block.kind === 'text') return `<p>${plain(block.text)}</p>`;
  if (block.kind === 'list') return `<ul>${block.items.map((item) => `<li>${plain(item)}</li>`).join('')}</ul>`;
  if (block.kind === 'links') return `<ul>${block.links.map(linkOf).join('')}</ul>`;
  if (block.kind === 'facts')
    return `<dl>${block.facts.map(([name, value]) => `<dt>${plain(name)}</dt><dd>${plain(value)}</dd>`).join('')}</dl>`;
  const row = (cells: readonly string[], mark: 'th' | 'td') =>
    `<tr>${cells.map((cell) => `<${mark}>${plain(cell)}</${mark}>`).join('')}</tr>`;
  const rows = block.rows.map((cells) => row(cells, 'td')).join('\n');
  return `<table><thead>${row(block.head, 'th')}</thead><tbody>\n${rows}\n</tbody></table>`;
}

function linkOf([text, to]: readonly [string, string]): string {
  return isWithin(to) ? `<li><a href="${plain(to)}">${plain(text)}</a></li>` : `<li>${plain(text)}</li>`;
}

const SIGNS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function plain(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => SIGNS[sign] ?? sign);
}
