import type { ProductCard } from '#core/product/card.ts';
import { byText } from '#core/text.ts';
import type { EarlyAdopters } from './early-adopters.ts';

/** Where nobody would try an update before all others, and who has nothing to try (domain.md section 8: EA coverage). */
export interface Coverage {
  readonly products: number;
  /** Share of products and platforms with a team, 0 to 1. */
  readonly covered: number;
  readonly uncovered: readonly { readonly product: string; readonly platform: string }[];
  readonly teamsWithout: readonly string[];
  /** Product and platform → teams that say they try it: what `/ea-teams` may be told. */
  readonly teams: Readonly<Record<string, readonly string[]>>;
}

export function coverageOf(cards: readonly ProductCard[], { teams }: EarlyAdopters): Coverage {
  const names = Object.keys(teams).sort(byText);
  const cells = [...cards]
    .sort((a, b) => byText(a.product, b.product))
    .flatMap(({ product, platforms }) => platforms.map((platform) => ({ product, platform })));
  const of = ({ product, platform }: (typeof cells)[number]) =>
    names.filter((name) => teams[name]?.products.includes(product) && teams[name].platforms.includes(platform));
  const known = new Set(cells.map(({ product }) => product));
  const uncovered = cells.filter((cell) => of(cell).length === 0);
  return {
    products: known.size,
    covered: cells.length === 0 ? 1 : (cells.length - uncovered.length) / cells.length,
    uncovered,
    teamsWithout: names.filter((name) => !teams[name]?.products.some((product) => known.has(product))),
    teams: Object.fromEntries(cells.map((cell) => [`${cell.product} ${cell.platform}`, of(cell)])),
  };
}
