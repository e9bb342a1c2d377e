import type { Context } from 'hono';

/** One page of a list, asked for by `page` and `per_page` (30, at most 100), and the header that names the others. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly total: number;
  readonly headers: Readonly<Record<string, string>>;
}

export function pageOf<Item>(c: Context, all: readonly Item[]): Page<Item> {
  const { page, size } = pageAsked(c);
  return { items: all.slice((page - 1) * size, page * size), total: all.length, headers: linkHeader(c, all.length) };
}

export function pageAsked(c: Context): { page: number; size: number } {
  const number = (name: string, otherwise: number) =>
    Math.max(1, Number.parseInt(c.req.query(name) ?? '', 10) || otherwise);
  return { page: number('page', 1), size: Math.min(100, number('per_page', 30)) };
}

/** RFC 8288 as GitHub writes it: prev, next, last, first, each only where there is such a page. */
export function linkHeader(c: Context, total: number): Record<string, string> {
  const { page, size } = pageAsked(c);
  const last = Math.max(1, Math.ceil(total / size));
  const links: [string, number][] = [];
  if (page > 1) links.push(['prev', page - 1]);
  if (page < last) links.push(['next', page + 1], ['last', last]);
  if (page > 1) links.push(['first', 1]);
  if (links.length === 0) return {};
  return { link: links.map(([rel, at]) => `<${addressOf(c.req.url, at)}>; rel="${rel}"`).join(', ') };
}

/** A page whose whole length is not known: there is a next one when one item more than the page was found. */
export function openLink(c: Context, more: boolean): Record<string, string> {
  const { page } = pageAsked(c);
  const links = [...(page > 1 ? [['prev', page - 1] as const] : []), ...(more ? [['next', page + 1] as const] : [])];
  if (links.length === 0) return {};
  return { link: links.map(([rel, at]) => `<${addressOf(c.req.url, at)}>; rel="${rel}"`).join(', ') };
}

function addressOf(url: string, page: number): string {
  const address = new URL(url);
  address.searchParams.set('page', String(page));
  return address.href;
}
