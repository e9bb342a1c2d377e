import { type Bars, type Block, isWithin, lengthsOf, type Table } from './block.ts';

/** CommonMark with tables; no text can become mark-up, break a table or ring somebody. */
export function markdownOf(blocks: readonly Block[]): string {
  return `${blocks.map(textOf).join('\n\n')}\n`;
}

function textOf(block: Block): string {
  if (block.kind === 'heading') return `${'#'.repeat(block.level)} ${plain(block.text)}`;
  if (block.kind === 'text') return plain(block.text);
  if (block.kind === 'list') return block.items.map((item) => `- ${plain(item)}`).join('\n');
  if (block.kind === 'links')
    return block.links.map(([text, to]) => `- ${isWithin(to) ? `[${plain(text)}](${to})` : plain(text)}`).join('\n');
  if (block.kind === 'facts')
    return block.facts.map(([name, value]) => `- **${plain(name)}**: ${plain(value)}`).join('\n');
  return block.kind === 'bars' ? barsOf(block) : tableOf(block);
}

function tableOf({ head, rows, links = {} }: Table): string {
  const cellOf = (cell: string) => {
    const to = Object.hasOwn(links, cell) ? links[cell] : undefined;
    return to === undefined || to.startsWith('#') ? plain(cell) : `[${plain(cell)}](${to}.md)`;
  };
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head.map(plain)), line(head.map(() => '---')), ...rows.map((cells) => line(cells.map(cellOf)))].join(
    '\n',
  );
}

/** Numbers instead of lengths. */
function barsOf(block: Bars): string {
  const { of } = lengthsOf(block);
  const head = ['', ...block.series.map(({ name }) => name), 'all'];
  const rows = block.bars.map(([label, counts]) => [label, ...counts.map(String), String(of(counts))]);
  return `${plain(block.title)}:\n\n${tableOf({ kind: 'table', head, rows })}`;
}

function plain(text: string): string {
  return text
    .replaceAll(/\s*[\r\n]+\s*/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(
      /[\\|`*[\]]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|^[#+]|(?<=^[0-9]{1,9})[.)](?=\s|$)|[@#](?=[A-Za-z0-9])/g,
      '\\$&',
    );
}
