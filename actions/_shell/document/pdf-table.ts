import { type Table, TONES, type Tone } from '#core/document/block.ts';

/** Points. */
const [SIZE, PADDING] = [8, 3];
/** Widths of the columns by their number; the last takes the rest. */
const WIDTHS: Readonly<Record<number, readonly number[]>> = { 2: [130], 4: [95, 60, 60], 5: [108, 100, 42, 66] };
const COLOURS: Readonly<Record<Tone, string>> = {
  good: '#22543d',
  warning: '#6b4400',
  bad: '#8f1620',
  neutral: '#3e4c59',
  unknown: '#44337a',
  faint: '#3e4c59',
  plain: '#000000',
};

/** Rows are not broken over pages, and each page begins with the head. @param plain what the font can show of a text */
export function drawTable(pdf: PDFKit.PDFDocument, { head, rows }: Table, plain: (text: string) => string): void {
  const whole = pdf.page.width - pdf.page.margins.left - pdf.page.margins.right;
  const fixed = WIDTHS[head.length] ?? head.slice(1).map(() => whole / head.length);
  const widths = [...fixed, whole - fixed.reduce((sum, width) => sum + width, 0)];
  // In the font that it is drawn in: a bold line may need one more, and then the page would break elsewhere.
  const heightOf = (cells: readonly string[], font: 'Text' | 'Bold'): number => {
    const heights = cells.map((cell, at) => {
      pdf.font(font === 'Bold' || Object.hasOwn(TONES, cell) ? 'Bold' : 'Text').fontSize(SIZE);
      return pdf.heightOfString(plain(cell), { width: (widths[at] ?? 50) - 2 * PADDING });
    });
    return Math.max(...heights) + 2 * PADDING + 1;
  };
  const headHeight = heightOf(head, 'Bold');
  // The library would draw a row that is higher than a page beyond its foot: it goes on in rows below.
  const most = (pdf.page.maxY() - pdf.page.margins.top - headHeight) / 2;
  const all = rows
    .flatMap((row) => partsOf(row, Math.ceil(heightOf(row, 'Text') / most)))
    .map((row) => ({ row, height: heightOf(row, 'Text') }));
  while (all.length > 0) {
    const chunk = fitting(all, pdf.page.maxY() - pdf.y - headHeight);
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

/** A row as so many rows below each other: a long text is cut at blanks, a short one stands in the first alone. */
function partsOf(row: readonly string[], count: number): (readonly string[])[] {
  if (count <= 1) return [row];
  const cells = row.map((cell) => {
    const length = cell.length < 40 ? cell.length : Math.ceil(cell.length / count);
    const parts: string[] = [];
    for (let rest = cell; rest !== '' || parts.length === 0; ) {
      const blank = rest.length > length ? rest.lastIndexOf(' ', length) : -1;
      const end = blank > length / 2 ? blank + 1 : length;
      parts.push(rest.slice(0, end).trimEnd());
      rest = rest.slice(end);
    }
    return parts;
  });
  const rows = Math.max(...cells.map(({ length }) => length));
  return Array.from({ length: rows }, (_, at) => cells.map((parts) => parts[at] ?? ''));
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
  pdf.font('Text').fontSize(SIZE);
  const bold = { src: 'Bold', size: SIZE };
  pdf.table({
    columnStyles: [...widths],
    defaultStyle: { padding: PADDING, border: 0.5, borderColor: '#999999' },
    data: [
      head.map((text) => ({ text: plain(text), backgroundColor: '#eeeeee', font: bold })),
      ...rows.map((row) =>
        row.map((cell) => {
          const tone = Object.hasOwn(TONES, cell) ? TONES[cell] : undefined;
          return tone === undefined ? plain(cell) : { text: plain(cell), textColor: COLOURS[tone], font: bold };
        }),
      ),
    ],
  });
}
