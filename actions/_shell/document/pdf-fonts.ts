import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

declare const BUNDLED: true | undefined;

/** What Helvetica's encoding (WinAnsi) lacks. */
const FOREIGN = /[^\n\x20-\x7e\xa0-\xff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]/gu;

export interface Fonts {
  /** What the fonts can show of a text: line ends as blanks, and `?` for each sign that none has. */
  readonly plain: (text: string) => string;
  /** Whether something had to be shown as `?`. */
  readonly lacking: () => boolean;
}

/**
 * Registers `Text` and `Bold`: Helvetica, which every reader has, or, for a document that needs more, DejaVu (Latin, Greek,
 * Cyrillic and many signs), of which the file takes the glyphs that it shows.
 */
export function registerFonts(pdf: PDFKit.PDFDocument, texts: readonly string[]): Fonts {
  const foreign = texts.some((text) => text.replaceAll(/\r?\n/g, ' ').search(FOREIGN) >= 0);
  pdf.registerFont('Text', foreign ? fileOf('DejaVuSansCondensed') : 'Helvetica');
  pdf.registerFont('Bold', foreign ? fileOf('DejaVuSansCondensed-Bold') : 'Helvetica-Bold');
  const has = foreign ? glyphsOf(pdf) : () => false;
  let lacking = false;
  const shown = (sign: string): string => {
    if (has(sign)) return sign;
    lacking = true;
    return '?';
  };
  return { plain: (text) => text.replaceAll(/\r?\n/g, ' ').replaceAll(FOREIGN, shown), lacking: () => lacking };
}

/** Signs that both fonts have; pdfkit keeps the opened font for itself. */
function glyphsOf(pdf: PDFKit.PDFDocument): (sign: string) => boolean {
  interface Opened {
    readonly _font: { readonly font: { hasGlyphForCodePoint(point: number): boolean } };
  }
  const opened = ['Text', 'Bold'].map((name) => (pdf.font(name) as unknown as Opened)._font.font);
  return (sign) => opened.every((font) => font.hasGlyphForCodePoint(sign.codePointAt(0) ?? 0));
}

/** Beside the bundle, where scripts/build.mjs puts it; else where npm did. */
function fileOf(name: string): string {
  if (typeof BUNDLED !== 'undefined') return fileURLToPath(new URL(`./font-${name}.ttf`, import.meta.url));
  return createRequire(import.meta.url).resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`);
}
