import { lexer, type Tokens } from 'marked';
import { expect, test } from 'vitest';
import { type Block, facts, heading, paragraph } from './block.ts';
import { htmlOf } from './html.ts';
import { markdownOf } from './markdown.ts';

const HOSTILE = 'a | b `c` *d* <img src=x onerror=alert(1)> [e](/f) # g_h_i __j__ & @org/team #12\n\n# new';
const BLOCKS: readonly Block[] = [
  heading(1, HOSTILE),
  paragraph(HOSTILE),
  { kind: 'list', items: [HOSTILE, '1. x'] },
  { kind: 'table', head: ['One', 'Two'], rows: [[HOSTILE, 'x']] },
  facts(['Name', HOSTILE], ['Nothing', '']),
];

test('strangers’ texts stay texts in Markdown: read back by another parser', () => {
  const tokens = lexer(markdownOf(BLOCKS)).filter(({ type }) => type !== 'space');
  expect(tokens.map(({ type }) => type)).toEqual(['heading', 'paragraph', 'list', 'table', 'list']);
  const inner = (token: unknown): string[] => {
    const { type, tokens: within = [] } = token as { type: string; tokens?: unknown[] };
    return [type, ...within.flatMap(inner)];
  };
  const [head, text, , table] = tokens;
  for (const part of [head, text])
    expect(inner(part).filter((type) => /em|strong|link|html|code/.test(type))).toEqual([]);
  expect((table as Tokens.Table).rows[0]).toHaveLength(2);
  expect(markdownOf(BLOCKS)).not.toMatch(/(?<!\\)@org|(?<!\\)#12/);
});

test('and in HTML, which needs nothing from elsewhere', () => {
  const page = htmlOf(HOSTILE, BLOCKS);
  expect(page).not.toContain('<img');
  expect(page).toContain('a | b `c` *d* &lt;img src=x onerror=alert(1)&gt;');
  expect(page).not.toMatch(/<script|<link|src="/);
  expect(page).not.toContain('Nothing');
});
