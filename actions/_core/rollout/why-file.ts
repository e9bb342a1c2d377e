import type { Memory } from './memory.ts';
import { stateTitle } from './state.ts';

/** `why.json` of the published site: of every open PPA and release the same words as in its check-run. */
export const WHY_FILE = 'why.json';

export function renderWhyFile({ ppas, releases = [] }: Memory): string {
  const rows = ppas.map(({ ppa, pull, state, why }) => ({ ppa, pull, state: stateTitle(state), ...why }));
  const proposed = releases.map(({ why, ...release }) => ({ ...release, ...why }));
  return `${JSON.stringify({ ppas: rows, releases: proposed }, undefined, 1)}\n`;
}
