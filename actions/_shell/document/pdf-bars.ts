import { type Bars, COLOURS, lengthsOf } from '#core/document/block.ts';

/** Points: text, line, width of the labels and of the longest bar, between names of the legend. */
const [SIZE, LINE, LABELS, LENGTH, GAP] = [8, 14, 120, 300, 14];

/** A bar below the other with its sum, and the legend; begins another page when it does not fit. */
export function drawBars(pdf: PDFKit.PDFDocument, block: Bars, plain: (text: string) => string): void {
  const height = (block.bars.length + 2) * LINE;
  if (pdf.y + height > pdf.page.maxY()) pdf.addPage();
  const { of, longest } = lengthsOf(block);
  const left = pdf.page.margins.left;
  pdf
    .font('Bold')
    .fontSize(SIZE + 1)
    .fillColor('black')
    .text(plain(block.title), left);
  let y = pdf.y + 3;
  pdf.font('Text').fontSize(SIZE);
  for (const [label, counts] of block.bars) {
    let x = left + LABELS;
    pdf
      .fillColor('black')
      .text(plain(label), left, y + 2, { width: LABELS - 6, height: LINE, ellipsis: true, align: 'right' });
    for (const [at, count] of counts.entries()) {
      const width = (count / longest) * LENGTH;
      pdf.rect(x, y + 1, width, LINE - 4).fill(COLOURS[block.series[at]?.tone ?? 'plain']);
      x += width;
    }
    pdf.fillColor('black').text(String(of(counts)), x + 4, y + 2, { lineBreak: false });
    y += LINE;
  }
  let x = left + LABELS;
  for (const { name, tone } of block.series) {
    pdf.rect(x, y + 2, 8, 8).fill(COLOURS[tone]);
    pdf.fillColor('black').text(plain(name), x + 11, y + 2, { lineBreak: false });
    x += 11 + pdf.widthOfString(plain(name)) + GAP;
  }
  pdf.x = left;
  pdf.y = y + LINE + 4;
}
