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
  { kind: 'bars', title: HOSTILE, series: [{ name: HOSTILE, tone: 'good' }], bars: [[HOSTILE, [3]]] },
];

test('strangers’ texts stay texts in Markdown: read back by another parser', () => {
  const tokens = lexer(markdownOf(BLOCKS)).filter(({ type }) => type !== 'space');
  expect(tokens.map(({ type }) => type)).toEqual([
    'heading',
    'paragraph',
    'list',
    'table',
    'list',
    'paragraph',
    'table',
  ]);
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

test('a text that looks like a list’s number is shown as it is', () => {
  const blocks = [paragraph('1. x'), paragraph('2.0'), paragraph('3)'), heading(1, '2.1 y')];
  const tokens = lexer(markdownOf([...blocks, { kind: 'table', head: ['V'], rows: [['2.0'], ['4. z']] }]));
  const shown = tokens.flatMap((token) => {
    if (token.type === 'table') return (token as Tokens.Table).rows.flatMap((row) => row.map(({ tokens: of }) => of));
    return token.type === 'space' ? [] : [(token as Tokens.Paragraph).tokens];
  });
  const texts = shown.map((of = []) => of.map((part) => (part as Tokens.Text).text).join(''));
  expect(texts).toEqual(['1. x', '2.0', '3)', '2.1 y', '2.0', '4. z']);
});

test('and in HTML, which needs nothing from elsewhere', () => {
  const page = htmlOf(HOSTILE, BLOCKS);
  expect(page).not.toContain('<img');
  expect(page).toContain('a | b `c` *d* &lt;img src=x onerror=alert(1)&gt;');
  expect(page).not.toMatch(/<script|<link|src="/);
  expect(page).not.toContain('Nothing');
});

test('a picture of counts is as long as they are; Markdown gives the numbers', () => {
  const bars: Block = {
    kind: 'bars',
    title: 'Criteria',
    series: [
      { name: 'automated', tone: 'plain' },
      { name: 'by hand', tone: 'faint' },
    ],
    bars: [
      ['generic', [3, 1]],
      ['Messaging', [0, 2]],
      ['Workflow', [0, 0]],
    ],
  };
  const page = htmlOf('t', [bars]);
  const widths = [...page.matchAll(/<rect [^>]*width="([\d.]+)"[^>]*><title>/g)].map(([, width]) => Number(width));
  // The longest is 4; what is 0 is not drawn.
  expect(widths).toEqual([300, 100, 200]);
  expect(page).toContain('aria-label="Criteria: generic 4, Messaging 2, Workflow 0"');
  expect(markdownOf([bars])).toContain(
    '|  | automated | by hand | all |\n| --- | --- | --- | --- |\n| generic | 3 | 1 | 4 |',
  );
});

test('our links lead on, strangers’ texts only to addresses that they show; colours of text can be read', () => {
  const table: Block = {
    kind: 'table',
    head: ['A'],
    rows: [['QC_1'], ['Messaging'], ['constructor'], ['OK']],
    links: { QC_1: '#QC_1', Messaging: 'capabilities/messaging' },
  };
  const said = facts(
    ['Related', 'QC_1, QC_2, https://egi-qc.github.io'],
    ['Evil', 'javascript:alert(1) https://x.example/"onclick="y'],
  );
  const page = htmlOf('t', [heading(2, 'QC_1 x', 'QC_1'), table, said]);
  expect([...page.matchAll(/<a href="([^"]*)"/g)].map(([, to]) => to)).toEqual([
    ...['#QC_1', 'capabilities/messaging.html', '#QC_1', 'https://egi-qc.github.io', 'https://x.example/'],
  ]);
  expect(markdownOf([table])).toContain('| [Messaging](capabilities/messaging.md) |');
  // WCAG 2.1, 1.4.3: 4.5 to 1, reckoned by its formula for every pair of text and ground of the style.
  const bright = (hex: string) => {
    const long = hex.length === 4 ? hex.replaceAll(/[0-9a-f]/g, '$&$&') : hex;
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
      const part = Number.parseInt(long.slice(at, at + 2), 16) / 255;
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const pairs = [...page.matchAll(/[{;]color:(#[0-9a-f]{3,6})(?:;background:(#[0-9a-f]{3,6}))?/g)];
  expect(pairs.length).toBeGreaterThan(4);
  for (const [, text = '', ground = '#fff'] of pairs)
    expect((bright(ground) + 0.05) / (bright(text) + 0.05)).toBeGreaterThan(4.5);
});
