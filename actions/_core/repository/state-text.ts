import { byText } from '#core/text.ts';
import { type Head, type Listing, renderListing } from './listing.ts';
import type { PublishedState } from './published.ts';

/** A repository as it is served now, without what it holds. */
export interface PublishedHead extends Head {
  readonly snapshot: string;
  readonly validUntil?: string;
  readonly overtakes?: string;
}

export interface Shown {
  readonly head: PublishedHead;
  readonly listing: Listing;
}

/** state.json, with listings as texts. */
export interface StateText extends Omit<PublishedState, 'repositories'> {
  /** Number of the rendering; of another one nothing is taken over. */
  readonly rendering: number;
  /** By id. */
  readonly shown: readonly Shown[];
}

const OPEN = '"repositories":[\n';
const ROWS = ',"packages":[\n';
const CLOSE = ']}\n';

/** Plain JSON for everybody; in lines of a layout that its writer reads again without making every package an object. */
export function renderState({ shown, ...facts }: StateText): string {
  const repositories = [...shown]
    .sort((left, right) => byText(left.head.id, right.head.id))
    .map(({ head, listing }) => `${JSON.stringify(head).slice(0, -1)}${ROWS}${listing.slice(1)}${CLOSE}`);
  return `${JSON.stringify(facts).slice(0, -1)},${OPEN}${repositories.join(',')}]}\n`;
}

/** Undefined for a text in another layout, which `stateOfObjects` may take. */
export function readStateText(text: string): StateText | undefined {
  const start = text.indexOf(`,${OPEN}`);
  if (start < 0 || !text.endsWith(`]}\n`)) return undefined;
  const shown: Shown[] = [];
  try {
    const facts = JSON.parse(`${text.slice(0, start)}}`) as Omit<StateText, 'shown'>;
    let at = start + 1 + OPEN.length;
    while (text.charCodeAt(at) === 123) {
      const rows = text.indexOf(ROWS, at);
      const end = text.startsWith(CLOSE, rows + ROWS.length)
        ? rows + ROWS.length
        : text.indexOf(`\n${CLOSE}`, rows) + 1;
      if (rows < 0 || end <= rows) return undefined;
      const body = text.slice(rows + ROWS.length, end);
      const head = JSON.parse(`${text.slice(at, rows)}}`) as PublishedHead;
      shown.push({ head, listing: body === '' ? '' : `,${body}` });
      at = end + CLOSE.length + 1;
    }
    return typeof facts.rendering === 'number' && text.length <= at + 2 ? { ...facts, shown } : undefined;
  } catch {
    return undefined;
  }
}

/** A state that was written otherwise, by hand or by an older publisher. */
export function stateOfObjects({ repositories, ...facts }: PublishedState): StateText {
  const shown = repositories.map(({ packages, ...head }) => ({ head, listing: renderListing(packages) }));
  return { rendering: 0, ...facts, shown };
}
