/** The reason a PPA or a release stands where it stands (design.md section 3): one value, shown everywhere in the same words. */

/** From best to worst (after britney2). Several reasons combine to the worst. */
export const VERDICTS = [
  'pass',
  'temporarily',
  'waiting for item',
  'blocked by item',
  'needs approval',
  'cannot tell',
  'permanently',
] as const;
export type Verdict = (typeof VERDICTS)[number];

export interface Reason {
  readonly verdict: Verdict;
  readonly sentence: string;
  /** Who must act, for a person to read: `a verifier`, `@anna`, `nobody: the reconciler acts by itself`. */
  readonly who: string;
  /** Day `YYYY-MM-DD` before which nothing can change, or at which it changes by itself. */
  readonly until?: string;
}

/** The worst reason first, then the others in the same order. */
export interface Why extends Reason {
  readonly reasons: readonly Reason[];
}

export const NOBODY = 'nobody: it moves by itself';

function rank(verdict: Verdict): number {
  return VERDICTS.indexOf(verdict);
}

/** The worst verdict wins; of equals the first. No reason at all is never a pass but `cannot tell`. */
export function combine(reasons: readonly Reason[]): Why {
  const sorted = [...reasons].sort((a, b) => rank(b.verdict) - rank(a.verdict));
  const [worst] = sorted;
  if (worst !== undefined) return { ...worst, reasons: sorted };
  const none: Reason = { verdict: 'cannot tell', sentence: 'No reason was found.', who: 'the release team' };
  return { ...none, reasons: [none] };
}

/** `**needs approval**: sentence (who must act: …; not before 2026-03-02)`, Markdown. */
export function renderReason({ verdict, sentence, who, until }: Reason): string {
  return `**${verdict}**: ${sentence} (who must act: ${who}${until === undefined ? '' : `; not before ${until}`})`;
}

/** The same text for check-run, sticky comment, JSON readers and the command line: a list, worst first. */
export function renderWhy({ reasons }: Why): string {
  return reasons.map((reason) => `- ${renderReason(reason)}`).join('\n');
}
