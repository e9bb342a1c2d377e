import { inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { heading, paragraph } from '#core/document/block.ts';
import { htmlOf } from '#core/document/html.ts';
import { markdownOf } from '#core/document/markdown.ts';
import { reportOf } from '#core/verification/report.ts';
import type { Verification } from '#core/verification/verification.ts';
import { pdfOf } from './pdf.ts';

const ROW = { critical: true, by: 'machine', found: '', evidence: '', result: '', comment: '' } as const;
const REPORT: Verification = {
  ...{ ppa: 'INFN.voms.debian-12.amd64-2.1.0', product: 'VOMS', version: '2.1.0', releaseType: 'major' },
  ...{ criteria: '2.0', verifier: 'vera', hours: 2.5, outcome: 'accepted', tickets: ['#12'] },
  ...{ summary: 'Sound, but for a spool.', forEarlyAdopters: 'Restart after the upgrade.' },
  rows: [
    { ...ROW, criterion: 'QC_DIST_1', name: 'Binary distribution', machine: 'OK', evidence: 'a'.repeat(64) },
    {
      ...ROW,
      criterion: 'QC_SEC_5',
      name: 'World-writable files',
      machine: 'FAIL',
      waiver: 'rita, #7, until 2027-01-31: x',
    },
    { ...ROW, criterion: 'QC_DOC_1', name: 'Release notes', machine: '', by: 'verifier', critical: false },
  ],
};

/** What the streams of a file say, inflated, without pdfkit. */
function streamsOf(pdf: Uint8Array): string[] {
  const raw = Buffer.from(pdf).toString('latin1');
  return [...raw.matchAll(/stream\n([\s\S]*?)\nendstream/g)].flatMap(([, body = '']) => {
    try {
      return inflateSync(Buffer.from(body, 'latin1')).toString('latin1');
    } catch {
      return [];
    }
  });
}

/** Texts shown, in order: the hexadecimal strings of the page streams (PDF 32000-1, 9.4.3), of a file in Helvetica. */
function textsOf(pdf: Uint8Array): string {
  const shown = streamsOf(pdf).flatMap((stream) =>
    [...stream.matchAll(/\[(.*?)\] TJ/g)].map(([, inner = '']) => inner),
  );
  const text = (inner: string) =>
    [...inner.matchAll(/<([0-9a-f]*)>/g)].map(([, hex = '']) => Buffer.from(hex, 'hex').toString('latin1')).join('');
  return shown.map(text).join(' ').replaceAll(/\s+/g, ' ');
}

/** Signs that the fonts within a file map glyphs to (PDF 32000-1, 9.10.3), for one with fonts of its own. */
function signsOf(pdf: Uint8Array): string {
  const maps = streamsOf(pdf).filter((stream) => stream.includes('beginbfrange'));
  return maps
    .flatMap((map) =>
      [...map.matchAll(/\[([^\]]*)\]/g)].flatMap(([, list = '']) => [...list.matchAll(/<([0-9a-f]+)>/g)]),
    )
    .map(([, hex = '']) => Buffer.from(hex, 'hex').swap16().toString('utf16le'))
    .join('');
}

function pagesOf(pdf: Uint8Array): number {
  return (
    Buffer.from(pdf)
      .toString('latin1')
      .match(/\/Type \/Page\b/g) ?? []
  ).length;
}

test('the report says everything that domain.md section 5 asks for, in a PDF and with the criteria version in its name', async () => {
  const { name, title, blocks } = reportOf(REPORT, { pullRequest: 'https://forge.example/umd/release/pull/7' });
  expect(name).toBe('INFN.voms.debian-12.amd64-2.1.0-qc-2.0');
  const pdf = await pdfOf(title, blocks, new Date('2026-06-20T00:00:00Z'));
  expect(Buffer.from(pdf.subarray(0, 5)).toString()).toBe('%PDF-');
  const text = textsOf(pdf);
  for (const said of ['VOMS 2.1.0', '2.0', 'vera', '2.5', 'accepted', '#12', 'Restart after the upgrade.', 'QC_DIST_1'])
    expect(text).toContain(said);
  expect(text).toContain('1 OK, 1 WARNING, 1 Not answered');
  expect(text).toContain('pull/7');
  expect(text.replaceAll(' ', '')).toContain('Waivedbyrita,#7,until2027-01-31:x');
  expect(text.replaceAll(' ', '')).toContain('a'.repeat(64));
});

const DAY = new Date('2026-06-20T00:00:00Z');

test('the same bytes for the same report, in either font', async () => {
  for (const summary of ['Sound.', 'Łódź, Ελένη, Анна']) {
    const { title, blocks } = reportOf({ ...REPORT, summary });
    expect(Buffer.from(await pdfOf(title, blocks, DAY)).equals(Buffer.from(await pdfOf(title, blocks, DAY)))).toBe(
      true,
    );
  }
});

test('names of Europe are shown; what no font has is a question mark, and the file says so', async () => {
  const european = await pdfOf('t', [heading(1, 'Zürich'), paragraph('Łódź, Ελένη, Анна → ✔')], DAY);
  const signs = signsOf(european);
  for (const sign of 'ŁódźΕλένηАнна→✔') expect(signs).toContain(sign);
  expect(signs).not.toContain('?');
  const far = await pdfOf('t', [paragraph('山田')], DAY);
  for (const sign of '?HTML') expect(signsOf(far)).toContain(sign);
  expect(textsOf(await pdfOf('t', [paragraph('Zürich – “x” €')], DAY))).toContain('Zürich');
});

test('long tables go on: each page begins with their head, none is left nearly empty, and no text is lost', async () => {
  const results = ['OK', 'WARNING', 'Not answered', 'FAIL', 'Not tested'];
  const head = ['HEAD', 'Name', 'Critical', 'Result', 'Comment'];
  const rows = Array.from({ length: 160 }, (_, at) => [
    ...[`QC_${at}`, 'A name that takes two lines', 'yes', results[at % 5] ?? ''],
    at % 3 === 0 ? 'Some words about what was found, so that the row is higher.' : '',
  ]);
  const long = await pdfOf('t', [{ kind: 'table', head, rows }], DAY);
  expect(textsOf(long).match(/HEAD/g)).toHaveLength(pagesOf(long));
  // 160 rows of two to four lines on pages of 78 lines, counted by hand: 8 is what they need.
  expect(pagesOf(long)).toBeLessThan(9);
  expect(textsOf(long)).toContain('QC_159');
  const words = Array.from({ length: 1500 }, (_, at) => `w${at}.`);
  const high = await pdfOf('t', [{ kind: 'table', head, rows: [['QC_1', 'n', 'yes', 'FAIL', words.join(' ')]] }], DAY);
  const shown = textsOf(high).replaceAll(' ', '');
  expect(words.filter((word) => !shown.includes(word))).toEqual([]);
  expect(textsOf(high).match(/HEAD/g)).toHaveLength(pagesOf(high));
});

test('PDF, HTML and Markdown say the same: results, comments, tickets with their address, digests', async () => {
  const context = { pullRequest: 'https://forge.example/umd/release/pull/7' };
  const { title, blocks } = reportOf(REPORT, context);
  const pdf = textsOf(await pdfOf(title, blocks, DAY)).replaceAll(' ', '');
  const html = htmlOf(title, blocks)
    .replaceAll(/<style>.*?<\/style>|<[^>]+>/gs, '')
    .replaceAll(/\s/g, '');
  const markdown = markdownOf(blocks).replaceAll('\\', '').replaceAll(/\s/g, '');
  const values = [
    'INFN.voms.debian-12.amd64-2.1.0',
    'WARNING',
    'Not answered',
    'Sound, but for a spool.',
    '2.5',
    'a'.repeat(64),
  ];
  values.push('Waived by rita, #7, until 2027-01-31: x', '#12 https://forge.example/umd/release/issues/12');
  for (const value of values.map((each) => each.replaceAll(' ', '')))
    for (const form of [pdf, html, markdown]) expect(form).toContain(value);
  expect(htmlOf(title, blocks)).toContain('<a href="https://forge.example/umd/release/issues/12"');
  expect(htmlOf(title, blocks)).toContain('<td class="warning">WARNING</td>');
});
