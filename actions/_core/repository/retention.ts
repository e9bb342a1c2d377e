import { byText } from '#core/text.ts';
import { isOptional } from './area.ts';
import type { PublishedHead } from './state-text.ts';

/** Days that something stays after nothing wants it any more: longer than any Valid-Until, so nobody holds an index that names it. */
export const KEPT_DAYS = 30;
/** What one sweep can add at most: a clock that jumps makes nothing old. */
const STEP_DAYS = 2;
const DAY = 86_400_000;

/** `<store>/sweep.json`: how long each key has been unwanted, counted by sweeps and not by dates of files. */
export interface Ledger {
  readonly sweptAt: string;
  /** Key → days. */
  readonly unwanted: Readonly<Record<string, number>>;
  /** Paths of the products' own repositories that were there at the last sweep: these end when their PPA is rejected. */
  readonly products?: readonly string[];
}

export interface Sweep {
  readonly ledger: Ledger;
  /** Keys whose time is over. */
  readonly remove: readonly string[];
}

/** Is a sweep due? Once a day, and at once when the clock was ahead. */
export function isSweepDue(ledger: Ledger | undefined, now: Date): boolean {
  if (ledger === undefined) return true;
  const since = now.getTime() - Date.parse(ledger.sweptAt);
  return !(since >= 0 && since < 0.8 * DAY);
}

/** Products' own repositories that are served no more. */
export function endedProducts(ledger: Ledger | undefined, heads: readonly PublishedHead[]): readonly string[] {
  const shown = new Set(heads.map(({ path }) => path));
  return (ledger?.products ?? []).filter((path) => !shown.has(path));
}

/**
 * What was unwanted at every sweep for long enough goes; what is wanted again starts anew.
 * @param products paths of the products' own repositories that are served or have ended
 * @param days how long a key stays, where not KEPT_DAYS
 */
export function sweepOf(
  ledger: Ledger | undefined,
  unwanted: readonly string[],
  now: Date,
  { products = [], days: limit }: { products?: readonly string[]; days?: (key: string) => number | undefined } = {},
): Sweep {
  const since = ledger === undefined ? 0 : (now.getTime() - Date.parse(ledger.sweptAt)) / DAY;
  const step = since > 0 ? Math.min(since, STEP_DAYS) : 0;
  const aged = [...unwanted].sort(byText).map((key) => {
    const before = ledger?.unwanted[key];
    return [key, before === undefined ? 0 : before + step] as const;
  });
  const isOver = (key: string, days: number) => days >= (limit?.(key) ?? KEPT_DAYS);
  const kept = aged.filter(([key, days]) => !isOver(key, days));
  const remove = aged.filter(([key, days]) => isOver(key, days)).map(([key]) => key);
  const left = products.filter((path) => !remove.includes(path));
  return {
    ledger: {
      ...{ sweptAt: now.toISOString(), unwanted: Object.fromEntries(kept) },
      ...(left.length === 0 ? {} : { products: left }),
    },
    remove,
  };
}

/**
 * Snapshots of one path that nothing shows any more. Those of production and candidate stay for good: sites pin them, and
 * releases are compared with them.
 * @param heads all repositories of the path
 */
export function unwantedSnapshots(
  heads: readonly PublishedHead[],
  names: readonly string[],
  pinned: readonly string[],
): readonly string[] {
  if (!heads.every(({ area }) => isOptional(area) || area === 'product' || area === 'release')) return [];
  const shown = new Set([...heads.map(({ snapshot }) => snapshot), ...pinned]);
  return names.filter((name) => /^[0-9a-f]{64}$/.test(name) && !shown.has(name));
}

/** Digests that a signed Release names. */
export function namedDigests(release: string): readonly string[] {
  return [...release.matchAll(/^ ([0-9a-f]{64}) +\d+ /gm)].map(([, digest]) => digest as string);
}

/** Pages of packages that an index page links to. */
export function linkedPages(page: string): readonly string[] {
  return [...page.matchAll(/href="packages\/([0-9a-f]+\.html)"/g)].map(([, name]) => name as string);
}
