import type { Reason } from '#core/why/why.ts';
import type { PpaFacts, World } from './facts.ts';
import type { Standing } from './standing.ts';

/** What a PPA is judged by. */
export interface Case {
  readonly standing: Standing;
  readonly facts: PpaFacts;
  readonly world: World;
}

export function reason(verdict: Reason['verdict'], sentence: string, who: string, until?: string): Reason {
  return { verdict, sentence, who, ...(until === undefined ? {} : { until }) };
}
