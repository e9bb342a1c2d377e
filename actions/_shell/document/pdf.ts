import PDFDocument from 'pdfkit';
import { type Block, isWithin, paragraph } from '#core/document/block.ts';
import { drawBars } from './pdf-bars.ts';
import { type Fonts, registerFonts } from './pdf-fonts.ts';
import { drawTable } from './pdf-table.ts';

const SIZES = { 1: 18, 2: 14, 3: 12 } as const;
const [TEXT, SMALL] = [10, 8];
/** Points: from the lower edge to the line with title and page; from names of facts to their values. */
const [FOOT, NAMES] = [32, 108];
const LACKING = 'Signs that the fonts of this file do not have are shown as ?; its HTML form has them.';

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
  const fonts = registerFonts(pdf, [title, ...blocks.flatMap(textsOf)]);
  for (const block of blocks) draw(pdf, block, fonts);
  if (fonts.lacking()) draw(pdf, paragraph(LACKING), fonts);
  numberPages(pdf, title, fonts);
  pdf.end();
  return whole;
}

function textsOf(block: Block): readonly string[] {
  if (block.kind === 'list') return block.items;
  if (block.kind === 'links') return block.links.map(([text]) => text);
  if (block.kind === 'facts') return block.facts.flat();
  if (block.kind === 'table') return [...block.head, ...block.rows.flat()];
  if (block.kind === 'bars') return [block.title, ...block.bars.map(([label]) => label)];
  return [block.text];
}

/** Title and page below each page, once it is known how many there are. */
function numberPages(pdf: PDFKit.PDFDocument, title: string, { plain }: Fonts): void {
  const { start, count } = pdf.bufferedPageRange();
  for (let at = start; at < start + count; at += 1) {
    pdf.switchToPage(at);
    pdf.page.margins.bottom = 0; // what stands below the margin would begin another page
    const text = `${plain(title)}, page ${at + 1} of ${count}`;
    pdf.font('Text').fontSize(SMALL).fillColor('#5a5a5a');
    pdf.text(text, 50, pdf.page.height - FOOT, { align: 'center', width: pdf.page.width - 100 });
    pdf.fillColor('black');
  }
}

function draw(pdf: PDFKit.PDFDocument, block: Block, { plain }: Fonts): void {
  if (block.kind === 'heading') {
    const text = plain(block.text);
    pdf.moveDown(0.5).font('Bold').fontSize(SIZES[block.level]);
    // A heading does not stay alone at the foot of a page.
    if (pdf.y + pdf.heightOfString(text) + 4 * TEXT > pdf.page.maxY()) pdf.addPage();
    pdf.text(text).moveDown(0.3);
  } else if (block.kind === 'text') {
    pdf.font('Text').fontSize(TEXT).text(plain(block.text)).moveDown(0.5);
  } else if (block.kind === 'list') {
    pdf.font('Text').fontSize(TEXT).list(block.items.map(plain)).moveDown(0.5);
  } else if (block.kind === 'links') {
    pdf.font('Text').fontSize(TEXT);
    for (const [text, to] of block.links)
      pdf.text(`• ${plain(text)}`, isWithin(to) ? { link: to, underline: true } : {});
    pdf.moveDown(0.5);
  } else if (block.kind === 'facts') {
    for (const [name, value] of block.facts) drawFact(pdf, plain(name), plain(value));
    pdf.moveDown(0.5);
  } else {
    if (block.kind === 'bars') drawBars(pdf, block, plain);
    else drawTable(pdf, block, plain);
    pdf.moveDown(0.5);
  }
}

/** Name on the left, value beside it; a long value goes on over the page's end by itself. */
function drawFact(pdf: PDFKit.PDFDocument, name: string, value: string): void {
  const left = pdf.page.margins.left;
  const width = pdf.page.width - left - pdf.page.margins.right - NAMES;
  pdf.font('Text').fontSize(TEXT);
  const room = pdf.page.maxY() - pdf.y;
  if (room < 2 * TEXT || (pdf.heightOfString(value, { width }) > room && room < 100)) pdf.addPage();
  const top = pdf.y;
  pdf.font('Bold').text(name, left, top, { width: NAMES - 6, lineBreak: false });
  pdf.font('Text').text(value, left + NAMES, top, { width });
  pdf.x = left;
  pdf.y += 2;
}
