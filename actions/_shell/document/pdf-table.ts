import type { Block } from '#core/document/block.ts';

type Table = Extract<Block, { kind: 'table' }>;

/** Points. */
const [SIZE, PADDING] = [8, 3];
/** Widths of the columns by their number; the last takes the rest. */
const WIDTHS: Readonly<Record<number, readonly number[]>> = { 2: [130], 4: [95, 60, 60], 5: [108, 100, 42, 58] };
const COLOURS: Readonly<Record<string, string>> = { FAIL: '#b00020', WARNING: '#8a5a00', 'Not tested': '#5a5a5a' };

/** Rows are not broken over pages, and each page begins with the head. @param plain what the font can show of a text */
export function drawTable(pdf: PDFKit.PDFDocument, { head, rows }: Table, plain: (text: string) => string): void {
  const whole = pdf.page.width - pdf.page.margins.left - pdf.page.margins.right;
  const fixed = WIDTHS[head.length] ?? head.slice(1).map(() => whole / head.length);
  const widths = [...fixed, whole - fixed.reduce((sum, width) => sum + width, 0)];
  const heightOf = (cells: readonly string[], font: string): number => {
    pdf.font(font).fontSize(SIZE);
    const heights = cells.map((cell, at) =>
      pdf.heightOfString(plain(cell), { width: (widths[at] ?? 50) - 2 * PADDING }),
    );
    return Math.max(...heights) + 2 * PADDING + 1;
  };
  const headHeight = heightOf(head, 'Helvetica-Bold');
  const all = rows.map((row) => ({ row, height: heightOf(row, 'Helvetica') }));
  while (all.length > 0) {
    const chunk = fitting(all, pdf.page.maxY() - pdf.y - headHeight);
    // A row higher than any page is broken by the library, at the top of one.
    const taken = chunk === 0 && pdf.y <= pdf.page.margins.top ? 1 : chunk;
    if (taken > 0)
      drawPart(
        pdf,
        head,
        all.splice(0, taken).map(({ row }) => row),
        widths,
        plain,
      );
    if (all.length > 0) pdf.addPage();
  }
}

function fitting(rows: readonly { readonly height: number }[], room: number): number {
  let [left, count] = [room, 0];
  for (const { height } of rows) {
    left -= height;
    if (left < 0) break;
    count += 1;
  }
  return count;
}

function drawPart(
  pdf: PDFKit.PDFDocument,
  head: readonly string[],
  rows: readonly (readonly string[])[],
  widths: readonly number[],
  plain: (text: string) => string,
): void {
  pdf.font('Helvetica').fontSize(SIZE);
  const bold = { src: 'Helvetica-Bold', size: SIZE };
  pdf.table({
    columnStyles: [...widths],
    defaultStyle: { padding: PADDING, border: 0.5, borderColor: '#999999' },
    data: [
      head.map((text) => ({ text: plain(text), backgroundColor: '#eeeeee', font: bold })),
      ...rows.map((row) =>
        row.map((cell) => {
          const colour = COLOURS[cell];
          return colour === undefined ? plain(cell) : { text: plain(cell), textColor: colour, font: bold };
        }),
      ),
    ],
  });
}
