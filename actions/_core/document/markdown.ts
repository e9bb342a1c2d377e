import { type Block, isWithin } from './block.ts';

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
  const line = (cells: readonly string[]) => `| ${cells.map(plain).join(' | ')} |`;
  return [line(block.head), line(block.head.map(() => '---')), ...block.rows.map(line)].join('\n');
}

function plain(text: string): string {
  return text
    .replaceAll(/\s*[\r\n]+\s*/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/[\\|`*[\]]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|^(?:[#+]|[0-9]+[.)])|[@#](?=[A-Za-z0-9])/g, '\\$&');
}
