import PDFDocument from 'pdfkit';
import { type Block, isWithin } from '#core/document/block.ts';
import { drawTable } from './pdf-table.ts';

/** What Helvetica's encoding (WinAnsi) has; anything else is shown as a question mark, never left out. */
const UNKNOWN = /[^\n\x20-\x7e\xa0-\xff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]/gu;
const SIZES = { 1: 18, 2: 14, 3: 12 } as const;
const [TEXT, SMALL] = [10, 8];
/** Points from the lower edge to the line with title and page. */
const FOOT = 32;

/**
 * A4, by pdfkit. The same document gives the same bytes.
 * @param date that the file says it was made: the report's, not the machine's
 */
export function pdfOf(title: string, blocks: readonly Block[], date: Date): Promise<Uint8Array> {
  const info = { Title: title, CreationDate: date, ModDate: date, Producer: 'umd-provisioning' };
  const pdf = new PDFDocument({ size: 'A4', margin: 50, info, lang: 'en', bufferPages: true });
  const chunks: Buffer[] = [];
  const whole = new Promise<Uint8Array>((resolve, reject) => {
    pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
    pdf.on('end', () => resolve(Buffer.concat(chunks)));
    pdf.on('error', reject);
  });
  for (const block of blocks) draw(pdf, block);
  numberPages(pdf, title);
  pdf.end();
  return whole;
}

/** Title and page below each page, once it is known how many there are. */
function numberPages(pdf: PDFKit.PDFDocument, title: string): void {
  const { start, count } = pdf.bufferedPageRange();
  for (let at = start; at < start + count; at += 1) {
    pdf.switchToPage(at);
    pdf.page.margins.bottom = 0; // what stands below the margin would begin another page
    const text = `${plain(title)}, page ${at + 1} of ${count}`;
    pdf.font('Helvetica').fontSize(SMALL).fillColor('#5a5a5a');
    pdf.text(text, 50, pdf.page.height - FOOT, { align: 'center', width: pdf.page.width - 100 });
    pdf.fillColor('black');
  }
}

function draw(pdf: PDFKit.PDFDocument, block: Block): void {
  if (block.kind === 'heading') {
    pdf.moveDown(0.5).font('Helvetica-Bold').fontSize(SIZES[block.level]).text(plain(block.text)).moveDown(0.3);
  } else if (block.kind === 'text') {
    pdf.font('Helvetica').fontSize(TEXT).text(plain(block.text)).moveDown(0.5);
  } else if (block.kind === 'list') {
    pdf.font('Helvetica').fontSize(TEXT).list(block.items.map(plain)).moveDown(0.5);
  } else if (block.kind === 'links') {
    pdf.font('Helvetica').fontSize(TEXT);
    for (const [text, to] of block.links)
      pdf.text(`• ${plain(text)}`, isWithin(to) ? { link: to, underline: true } : {});
    pdf.moveDown(0.5);
  } else if (block.kind === 'facts') {
    for (const [name, value] of block.facts) {
      pdf
        .font('Helvetica-Bold')
        .fontSize(TEXT)
        .text(`${plain(name)}: `, { continued: true });
      pdf.font('Helvetica').text(plain(value));
    }
    pdf.moveDown(0.5);
  } else {
    drawTable(pdf, block, plain);
    pdf.moveDown(0.5);
  }
}

function plain(text: string): string {
  return text.replaceAll(/\r?\n/g, ' ').replaceAll(UNKNOWN, '?');
}
