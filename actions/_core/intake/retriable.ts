import type { Fault } from '#core/faults.ts';

/** Faults of the far side's day, not of the release: trying again can help. Everything else needs a person. */
const RETRIABLE = new Set([
  'FETCH_CONNECTION',

  'FETCH_TIMEOUT',
  'FETCH_TRUNCATED',
  'FETCH_UNAVAILABLE',
  'PACKAGE_INDEX_MOVED',
]);

export function isRetriable({ code }: Pick<Fault, 'code'>): boolean {
  return RETRIABLE.has(code);
}
