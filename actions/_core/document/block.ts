/** A document as values: one source for Markdown, HTML and PDF. Texts are plain and may come from strangers. */
export type Block =
  | { readonly kind: 'heading'; readonly level: 1 | 2 | 3; readonly text: string; readonly anchor?: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  /** Places within the same site: `../3f2a/report.html`. Anything else is shown as text. */
  | { readonly kind: 'links'; readonly links: readonly (readonly [text: string, to: string])[] }
  /** Name and value, one under the other. */
  | { readonly kind: 'facts'; readonly facts: readonly (readonly [name: string, value: string])[] }
  | { readonly kind: 'table'; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] };

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
