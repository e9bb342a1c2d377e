import type { Criteria, Waiver } from './criterion.ts';

/** The waiver of a criterion for a product, exactly; undefined when there is none or its last day is past. */
export function waiverFor(
  { waivers }: Pick<Criteria, 'waivers'>,
  { criterion, product }: Pick<Waiver, 'criterion' | 'product'>,
  day: string,
): Waiver | undefined {
  return waivers.find((each) => each.criterion === criterion && each.product === product && day <= each.expires);
}

/** Waivers whose last day is past: they have no effect, and somebody has to take them out. @param day `YYYY-MM-DD` */
export function expiredWaivers({ waivers }: Pick<Criteria, 'waivers'>, day: string): Waiver[] {
  return waivers.filter(({ expires }) => expires < day);
}

/** Waivers of what has no product card: a name that is written otherwise lets nothing pass, and nobody would see why. */
export function waiversOfNothing({ waivers }: Pick<Criteria, 'waivers'>, products: readonly string[]): Waiver[] {
  return waivers.filter(({ product }) => !products.includes(product));
}

/** As a row of evidence names the waiver that lets its FAIL pass. */
export function waiverText({ owner, ticket, expires, reason }: Waiver): string {
  return `${owner}, ${ticket}, until ${expires}: ${reason}`;
}

/** Last day that such a text names, `YYYY-MM-DD`; undefined when it names none. */
export function waiverEnd(text: string): string | undefined {
  return /, until (\d{4}-\d{2}-\d{2}):/.exec(text)?.[1];
}
