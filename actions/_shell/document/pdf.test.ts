import { inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { heading, paragraph } from '#core/document/block.ts';
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

/** Texts shown, in order: the hexadecimal strings of the page streams (PDF 32000-1, 9.4.3), read without pdfkit. */
function textsOf(pdf: Uint8Array): string {
  const raw = Buffer.from(pdf).toString('latin1');
  const streams = [...raw.matchAll(/stream\n([\s\S]*?)\nendstream/g)].flatMap(([, body = '']) => {
    try {
      return inflateSync(Buffer.from(body, 'latin1')).toString('latin1');
    } catch {
      return [];
    }
  });
  const shown = streams.flatMap((stream) => [...stream.matchAll(/\[(.*?)\] TJ/g)].map(([, inner = '']) => inner));
  const text = (inner: string) =>
    [...inner.matchAll(/<([0-9a-f]*)>/g)].map(([, hex = '']) => Buffer.from(hex, 'hex').toString('latin1')).join('');
  return shown.map(text).join(' ').replaceAll(/\s+/g, ' ');
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

test('the same bytes for the same report; signs that the font lacks are shown as missing; long tables go on', async () => {
  const { title, blocks } = reportOf(REPORT);
  const day = new Date('2026-06-20T00:00:00Z');
  expect(Buffer.from(await pdfOf(title, blocks, day)).equals(Buffer.from(await pdfOf(title, blocks, day)))).toBe(true);
  expect(textsOf(await pdfOf('t', [heading(1, 'Zürich'), paragraph('Łódź ✅')], day))).toContain('?');
  const rows = Array.from({ length: 120 }, (_, at) => [`QC_${at}`, 'x'.repeat(300)]);
  const long = Buffer.from(await pdfOf('t', [{ kind: 'table', head: ['a', 'b'], rows }], day)).toString('latin1');
  expect((long.match(/\/Type \/Page\b/g) ?? []).length).toBeGreaterThan(3);
  expect(textsOf(Buffer.from(long, 'latin1'))).toContain('QC_119');
});
