import { renderWhy, type Why } from '#core/why/why.ts';
import type { Memory } from './memory.ts';
import { stateTitle } from './state.ts';

/** `why.json` of the published site: of every open PPA and release the same words as in its check-run. */
export const WHY_FILE = 'why.json';

export function renderWhyFile({ ppas, releases = [] }: Memory): string {
  const rows = ppas.map(({ ppa, pull, state, why }) => ({ ppa, pull, state: stateTitle(state), ...why }));
  const proposed = releases.map(({ why, ...release }) => ({ ...release, ...why }));
  return `${JSON.stringify({ ppas: rows, releases: proposed }, undefined, 1)}\n`;
}

interface Published extends Why {
  readonly ppa?: string;
  readonly name?: string;
  readonly pull?: number;
  readonly state?: string;
}

/**
 * What the file says of a PPA, a release or a pull request, for a person: one line of title, then the why record.
 * @param text of `why.json`
 * @param asked `INFN.storm.al9.x86_64-1.11.15`, `releases/umd/5/INFN/storm-1.11.15`, `umd-5.1.0`, `#12` or `12`
 * @throws SyntaxError when the text is no JSON
 */
export function saidOf(text: string, asked: string): string | undefined {
  const { ppas = [], releases = [] } = JSON.parse(text) as { ppas?: Published[]; releases?: Published[] };
  const number = Number(/^#?([1-9]\d{0,8})$/.exec(asked)?.[1]);
  const found = [...ppas, ...releases].find(
    ({ ppa, name, pull }) => ppa === asked || name === asked || pull === number,
  );
  if (found === undefined) return undefined;
  const { ppa, name, pull, state, verdict } = found;
  const where = pull === undefined ? '' : ` (#${pull})`;
  return `${ppa ?? name}${where}: ${state === undefined ? '' : `${state}: `}${verdict}\n${renderWhy(found)}`;
}
