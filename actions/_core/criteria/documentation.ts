import type { ProductDocumentation } from '#core/product/card.ts';
import type { ReleaseProduct } from '#core/release/release.ts';

/** Release notes and documentation as release.xml and the product card name them, and which of their addresses answer. */
export interface Documentation {
  /** Of release.xml: a text, or nothing when they are a page. */
  readonly notes: string;
  readonly pages: readonly Page[];
}

export interface NamedPage {
  readonly kind: 'release notes' | 'change log' | 'documentation';
  readonly from: 'release.xml' | 'product card';
  readonly url: string;
}

export interface Page extends NamedPage {
  /** `unknown`: it could not be asked from here, which is nobody's fault that can be named. */
  readonly state: 'reached' | 'gone' | 'unknown';
  /** Why it is not reached. */
  readonly said: string;
  /** Of one that is reached: whether the released version stands on it. */
  readonly namesVersion: boolean;
}

const ADDRESS = /^https?:\/\/\S+$/;

/** Notes that are a text, and every address that is named; one that is named twice is asked once for each purpose. */
export function namedIn(
  release: Pick<ReleaseProduct, 'releaseNotes' | 'changeLog' | 'documentationLinks'> | undefined,
  card: ProductDocumentation = {},
): { readonly notes: string; readonly pages: readonly NamedPage[] } {
  const notes = release?.releaseNotes.trim() ?? '';
  const pages: NamedPage[] = [];
  const add = (kind: NamedPage['kind'], from: NamedPage['from'], url = '') => {
    const known = pages.some((page) => page.kind === kind && page.url === url.trim());
    if (ADDRESS.test(url.trim()) && !known) pages.push({ kind, from, url: url.trim() });
  };
  add('release notes', 'release.xml', notes);
  add('change log', 'release.xml', release?.changeLog);
  for (const link of release?.documentationLinks ?? []) add('documentation', 'release.xml', link);
  add('release notes', 'product card', card.releaseNotes);
  for (const url of [card.installation, card.reference, card.knownIssues]) add('documentation', 'product card', url);
  return { notes: ADDRESS.test(notes) ? '' : notes, pages };
}

/** Page, state and reason, a line each. */
export function pagesText(pages: readonly Page[]): string {
  return pages
    .map(({ kind, from, url, state, said }) => `${state} ${kind} (${from}): ${url}${said === '' ? '' : ` ${said}`}`)
    .join('\n');
}
