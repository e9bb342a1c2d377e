import { type Ledger, type Sweep, sweepOf } from '#core/repository/retention.ts';

/** Days that an answer which no record names can be given again: as long as a forge keeps logs and evidence at most. */
export const RESULT_DAYS = 400;
/** Milliseconds. An older word on what a base holds is taken by nobody (base-metadata.ts). */
const FRESH = 86_400_000;

/** What a store keeps of answers about closures, by keys of the store. */
export interface KeptInputs {
  /** `closure/<inputs>.json`; `files` undefined: it cannot be read, so nobody knows what it names. */
  readonly results: readonly {
    readonly key: string;
    readonly inputs: string;
    readonly files: readonly string[] | undefined;
  }[];
  /** `base/<what was asked>.json`, a day's word on what a base holds. */
  readonly records: readonly { readonly key: string; readonly fetchedAt: string; readonly files: readonly string[] }[];
  /** Metadata of bases in the pool. */
  readonly objects: readonly string[];
  /** `inputs` that records of PPAs name, which Git keeps for good. */
  readonly named: ReadonlySet<string>;
}

/**
 * What goes: answers that no record names, after RESULT_DAYS; days' words that nobody takes any more; and base metadata that
 * neither an answer nor a day's word that stays names, KEPT_DAYS after it was named last. Counted by sweeps (`sweepOf`).
 */
export function sweepOfInputs(ledger: Ledger | undefined, kept: KeptInputs, now: Date): Sweep {
  const results = kept.results.filter(({ inputs }) => !kept.named.has(inputs));
  const stale = kept.records.filter(({ fetchedAt }) => !isFresh(fetchedAt, now));
  const first = [...results, ...stale].map(({ key }) => key);
  const lasting = new Set(results.map(({ key }) => key));
  const days = (key: string) => (lasting.has(key) ? RESULT_DAYS : undefined);
  const going = new Set(sweepOf(ledger, first, now, { days }).remove);
  return sweepOf(ledger, [...first, ...unnamed(kept, going)], now, { days });
}

/** @param going keys of answers and words that name nothing any more */
function unnamed({ results, records, objects }: KeptInputs, going: ReadonlySet<string>): readonly string[] {
  const staying = [...results, ...records].filter(({ key }) => !going.has(key));
  if (staying.some(({ files }) => files === undefined)) return [];
  const named = new Set(staying.flatMap(({ files = [] }) => files));
  return objects.filter((key) => !named.has(key));
}

function isFresh(fetchedAt: string, now: Date): boolean {
  const age = now.getTime() - Date.parse(fetchedAt);
  return age >= 0 && age < FRESH;
}
