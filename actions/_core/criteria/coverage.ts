import { byText } from '#core/text.ts';
import type { Criteria, Criterion } from './criterion.ts';
import { inForce } from './versions.ts';

/** What a version of the criteria covers: computed from the catalogue, written nowhere. */
export interface Coverage {
  readonly version: string;
  readonly criteria: number;
  /** With an automated check. */
  readonly automated: number;
  readonly capabilities: number;
  readonly covered: number;
  /** Capabilities without a criterion of their own. */
  readonly missing: readonly string[];
  /** Criteria by capability, `generic` included. */
  readonly byCapability: Readonly<Record<string, number>>;
}

export function coverageOf(criteria: Criteria, version: string): Coverage {
  const all = inForce(criteria, version);
  const count = (name: string): number => all.filter(({ capabilities }) => capabilities.includes(name)).length;
  const missing = criteria.capabilities.filter((name) => count(name) === 0);
  return {
    version,
    criteria: all.length,
    automated: all.filter(isAutomated).length,
    capabilities: criteria.capabilities.length,
    covered: criteria.capabilities.length - missing.length,
    missing,
    byCapability: Object.fromEntries(['generic', ...criteria.capabilities].map((name) => [name, count(name)])),
  };
}

export function isAutomated({ check }: Pick<Criterion, 'check'>): boolean {
  return check !== 'manual';
}

/** Revisions of one version by source, with their criterion: its change log, and the metric of domain.md section 8. */
export function changesBySource({ catalogue }: Pick<Criteria, 'catalogue'>, version: string) {
  const changes = [...catalogue.values()]
    .sort((left, right) => byText(left.id, right.id))
    .flatMap(({ id, name, log }) =>
      log.filter((revision) => revision.version === version).map((revision) => ({ id, name, revision })),
    );
  return new Map(
    [...new Set(changes.map(({ revision }) => revision.source))]
      .sort(byText)
      .map((source) => [source, changes.filter(({ revision }) => revision.source === source)]),
  );
}
