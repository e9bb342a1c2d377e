import { type Bars, type Block, COLOURS, isWithin, lengthsOf, type Table, TONES } from './block.ts';

// Dark text on white everywhere (WCAG AA: 4.5 to 1); on paper no row is cut in two and each page repeats the head.
const STYLE = `:root{color-scheme:light}
body{font:16px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}
h1{line-height:1.2}h2{margin-top:2rem;border-bottom:1px solid #d5d5d5;padding-bottom:.2rem}a{color:#1a4f8b}
p,li,dd,td{overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%;margin:.5rem 0}th,td{border:1px solid #bbb;padding:.3rem .5rem;text-align:left;vertical-align:top}
thead th{background:#eee}td:first-child{overflow-wrap:normal}
dl{display:grid;grid-template-columns:minmax(8rem,11rem) 1fr;gap:.15rem 1rem;margin:.5rem 0}dt{font-weight:600}dd{margin:0}
td.good,td.warning,td.bad,td.neutral,td.faint,td.unknown{font-weight:600;white-space:nowrap}
td.good{color:#22543d;background:#e6f4ec}td.warning{color:#6b4400;background:#fdf3d7}td.bad{color:#8f1620;background:#fde8e8}td.unknown{color:#44337a;background:#efe9fb}td.neutral,td.faint{color:#3e4c59;background:#f0f2f4}
figure{margin:1rem 0}figcaption{font-weight:600}figure svg{display:block;width:100%;height:auto;max-width:46rem}
@media(max-width:40rem){dl{display:block}dd{margin:0 0 .4rem 1rem}table{font-size:.85rem}td:first-child{overflow-wrap:anywhere}}
@media print{body{max-width:none;margin:0;font-size:10pt;print-color-adjust:exact;-webkit-print-color-adjust:exact}tr,figure,dt,dd{break-inside:avoid}h1,h2,h3,h2+p,dt{break-after:avoid}a{color:inherit;text-decoration:none}}`;

/** A whole page that needs nothing else: no script, no foreign file. */
export function htmlOf(title: string, blocks: readonly Block[]): string {
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${plain(title)}</title>`;
  const anchors = new Set(blocks.flatMap((block) => (block.kind === 'heading' && block.anchor ? [block.anchor] : [])));
  const body = blocks.map((block) => markOf(block, anchors)).join('\n');
  return `<!doctype html>\n<html lang="en"><head>${head}<style>${STYLE}</style></head>\n<body>\n${body}\n</body></html>\n`;
}

function markOf(block: Block, anchors: ReadonlySet<string>): string {
  if (block.kind === 'heading') {
    const id = block.anchor === undefined ? '' : ` id="${plain(block.anchor)}"`;
    return `<h${block.level}${id}>${plain(block.text)}</h${block.level}>`;
  }
  if (block.kind === 'text') return `<p>${plain(block.text)}</p>`;
  if (block.kind === 'list')
    return `<ul>${block.items.map((item) => `<li>${linked(item, anchors)}</li>`).join('')}</ul>`;
  if (block.kind === 'links') return `<ul>${block.links.map(linkOf).join('')}</ul>`;
  if (block.kind === 'facts')
    return `<dl>${block.facts.map(([name, value]) => `<dt>${plain(name)}</dt><dd>${linked(value, anchors)}</dd>`).join('')}</dl>`;
  return block.kind === 'bars' ? figureOf(block) : tableOf(block);
}

function linkOf([text, to]: readonly [string, string]): string {
  return isWithin(to) ? `<li><a href="${plain(to)}">${plain(text)}</a></li>` : `<li>${plain(text)}</li>`;
}

function tableOf({ head, rows, links = {} }: Table): string {
  const cellOf = (cell: string) => {
    const tone = Object.hasOwn(TONES, cell) ? ` class="${TONES[cell]}"` : '';
    const to = Object.hasOwn(links, cell) ? links[cell] : undefined;
    if (to === undefined) return `<td${tone}>${plain(cell)}</td>`;
    return `<td${tone}><a href="${plain(to.startsWith('#') ? to : `${to}.html`)}">${plain(cell)}</a></td>`;
  };
  const top = `<tr>${head.map((cell) => `<th scope="col">${plain(cell)}</th>`).join('')}</tr>`;
  const body = rows.map((cells) => `<tr>${cells.map(cellOf).join('')}</tr>`).join('\n');
  return `<table><thead>${top}</thead><tbody>\n${body}\n</tbody></table>`;
}

/** Units of the drawing: width of labels, of the longest bar, and height of a line. */
const [LABELS, LENGTH, LINE] = [255, 400, 22];

function figureOf(block: Bars): string {
  const { of, longest } = lengthsOf(block);
  const lines = block.bars.map(([label, counts], at) => {
    const y = at * LINE;
    let x = LABELS;
    const parts = counts.map((count, which) => {
      const width = (count / longest) * LENGTH;
      const { name = '', tone = 'plain' } = block.series[which] ?? {};
      const part = `<rect x="${round(x)}" y="${y + 4}" width="${round(width)}" height="${LINE - 8}" fill="${COLOURS[tone]}"><title>${plain(`${label}: ${count} ${name}`)}</title></rect>`;
      x += width;
      return count === 0 ? '' : part;
    });
    const name = `<text x="${LABELS - 8}" y="${y + 16}" text-anchor="end">${plain(label)}</text>`;
    return `${name}${parts.join('')}<text x="${round(x + 6)}" y="${y + 16}">${of(counts)}</text>`;
  });
  const legend = block.series.map(({ name, tone }, at) => {
    const x = LABELS + at * 110;
    const y = block.bars.length * LINE + 8;
    return `<rect x="${x}" y="${y}" width="12" height="12" fill="${COLOURS[tone]}"/><text x="${x + 17}" y="${y + 11}">${plain(name)}</text>`;
  });
  const [width, height] = [
    Math.max(LABELS + LENGTH + 50, LABELS + block.series.length * 110),
    block.bars.length * LINE + 26,
  ];
  const all = block.bars.map(([label, counts]) => `${label} ${of(counts)}`).join(', ');
  return `<figure><figcaption>${plain(block.title)}</figcaption><svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${plain(`${block.title}: ${all}`)}" font-family="system-ui,sans-serif" font-size="13" fill="#1b1b1b">${lines.join('\n')}${legend.join('')}</svg></figure>`;
}

function round(length: number): number {
  return Math.round(length * 10) / 10;
}

const SIGNS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function plain(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => SIGNS[sign] ?? sign);
}

/** Addresses, and ids that have a heading on this page, can be followed; everything else is a text. */
function linked(text: string, anchors: ReadonlySet<string>): string {
  return text
    .split(/(https?:\/\/[^\s<>"',;)]+|\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b)/)
    .map((part, at) => {
      if (at % 2 === 0) return plain(part);
      if (anchors.has(part)) return `<a href="#${part}">${part}</a>`;
      return part.startsWith('http')
        ? `<a href="${plain(part)}" rel="noreferrer nofollow">${plain(part)}</a>`
        : plain(part);
    })
    .join('');
}
