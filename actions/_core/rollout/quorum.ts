import type { Distribution, Lane } from '#core/distribution/distribution.ts';
import type { ReleaseType } from '#core/ppa/lock.ts';

/** How much early adopters must say before a PPA leaves staged rollout: data of a distribution (`stagedRollout` in repos/<distribution>.yml). */
export interface RolloutPolicy {
  readonly types: Readonly<Record<ReleaseType, TypePolicy>>;
  /** Days in testing after which a staged-rollout manager may decide without the missing reports. */
  readonly fallbackDays: number;
}

/** `days` absent: every selected team must report, however long that takes. */
export interface TypePolicy {
  /** Accepting reports wanted when the others stay silent. */
  readonly reports: number;
  /** Days in testing without a rejecting report. */
  readonly days?: number;
}

/** Issue 3: revision and minor 7 days without a negative report and at least one positive; major every team; fallback after 4 weeks. */
const DEFAULT: RolloutPolicy = {
  types: { major: { reports: 1 }, minor: { reports: 1, days: 7 }, revision: { reports: 1, days: 7 } },
  fallbackDays: 28,
};

export function policyOf(distributions: readonly Distribution[], lane: Lane): RolloutPolicy {
  const said = distributions.find(({ distribution }) => distribution === lane.distribution)?.stagedRollout;
  return { types: { ...DEFAULT.types, ...said?.types }, fallbackDays: said?.fallbackDays ?? DEFAULT.fallbackDays };
}
