/** A document as values: one source for Markdown, HTML and PDF. Texts are plain and may come from strangers. */
export type Block =
  | { readonly kind: 'heading'; readonly level: 1 | 2 | 3; readonly text: string; readonly anchor?: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  /** Places within the same site: `../3f2a/report.html`. Anything else is shown as text. */
  | { readonly kind: 'links'; readonly links: readonly (readonly [text: string, to: string])[] }
  /** Name and value, one under the other. */
  | { readonly kind: 'facts'; readonly facts: readonly (readonly [name: string, value: string])[] }
  | Table
  | Bars;

export interface Table {
  readonly kind: 'table';
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Text of a cell → document beside this one, without ending, or `#anchor` in it. Written by us, never by strangers. */
  readonly links?: Readonly<Record<string, string>>;
}

/** A picture of counts: a bar for each row, cut into the series; Markdown shows it as a table. */
export interface Bars {
  readonly kind: 'bars';
  /** Says what is seen, also to who does not see it. */
  readonly title: string;
  readonly series: readonly Series[];
  /** One count for each series. */
  readonly bars: readonly (readonly [label: string, counts: readonly number[]])[];
}

export interface Series {
  readonly name: string;
  readonly tone: Tone;
}

/** What a part of a bar or a cell says, and not how it looks. */
export type Tone = 'good' | 'warning' | 'bad' | 'neutral' | 'unknown' | 'faint' | 'plain';

/** Colours of parts of bars, on white; text never stands on them. */
export const COLOURS: Readonly<Record<Tone, string>> = {
  good: '#2f855a',
  warning: '#d69e2e',
  bad: '#c53030',
  neutral: '#7b8794',
  unknown: '#805ad5',
  faint: '#cbd2d9',
  plain: '#2b6cb0',
};

/** Results of criteria (domain.md section 5): a cell that holds nothing else bears its tone. */
export const TONES: Readonly<Record<string, Tone>> = {
  OK: 'good',
  WARNING: 'warning',
  FAIL: 'bad',
  NA: 'neutral',
  'Not tested': 'unknown',
  'Not answered': 'faint',
};

/** A relative address of plain signs: it leads to no other site and runs nothing. */
export function isWithin(to: string): boolean {
  return /^(?:[A-Za-z0-9._+-]+\/)*[A-Za-z0-9._+-]+$/.test(to);
}

export function heading(level: 1 | 2 | 3, text: string, anchor?: string): Block {
  return { kind: 'heading', level, text, ...(anchor === undefined ? {} : { anchor }) };
}

export function paragraph(text: string): Block {
  return { kind: 'text', text };
}

/** Facts whose value is empty are left out. */
export function facts(...all: (readonly [string, string])[]): Block {
  return { kind: 'facts', facts: all.filter(([, value]) => value !== '') };
}

/** Sum of one bar, and the longest of all (at least 1, so that it can be divided by). */
export function lengthsOf({ bars }: Bars): {
  readonly of: (counts: readonly number[]) => number;
  readonly longest: number;
} {
  const of = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);
  return { of, longest: Math.max(1, ...bars.map(([, counts]) => of(counts))) };
}
