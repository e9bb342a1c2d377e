import { quoted, table } from '#core/intake/markdown.ts';
import { renderWhy, type Why } from '#core/why/why.ts';
import type { Effect } from './effects.ts';
import type { Comment } from './facts.ts';
import { comment } from './ppa-plan.ts';
import { stateOfLabels, stateTitle } from './state.ts';
import { marked } from './sticky.ts';

/** A merged release pull request whose PPAs are on the way. */
export interface ReleaseParent {
  readonly pull: number;
  readonly head: string;
  /** Our one comment there. */
  readonly sticky?: Comment;
}

/** One PPA of a release: as it was just decided, else as its labels have it. */
export interface ReleaseRow {
  readonly ppa: string;
  readonly pull: number;
  readonly open: boolean;
  readonly merged: boolean;
  readonly labels: readonly string[];
  readonly decided?: { readonly state: Parameters<typeof stateTitle>[0]; readonly why: Why };
}

/**
 * Providers see in one table on the release's own pull request where each of its PPAs stands.
 * @param whys of its folders that are not split yet
 */
export function planReleaseTable(
  parent: ReleaseParent,
  rows: readonly ReleaseRow[],
  whys: readonly Why[] = [],
): Effect[] {
  const lines = [...rows].sort((a, b) => a.pull - b.pull).map(lineOf);
  const words = table(['PPA', 'pull request', 'RolloutProgress', 'verdict', 'who must act'], lines);
  const parts = [...whys.map(renderWhy), ...(lines.length === 0 ? [] : [`### Where its PPAs stand\n\n${words}`])];
  return comment(marked(parent.head, parts.join('\n\n')), parent);
}

function lineOf({ ppa, pull, decided, labels, open, merged }: ReleaseRow): string[] {
  const state = decided?.state ?? stateOfLabels(labels);
  const title = state === undefined ? '?' : stateTitle(state);
  const word = merged && state === 'umd-store' ? `${title}, in the candidate` : title;
  const why = open || decided !== undefined ? decided?.why : undefined;
  return [quoted(ppa), `#${pull}`, word, why?.verdict ?? '', why === undefined ? '' : plainly(why.who)];
}

/** Teams and people as words: a table that rings everybody at each change is read by nobody. */
function plainly(who: string): string {
  return quoted(who);
}
