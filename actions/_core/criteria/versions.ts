import type { Criteria, Criterion } from './criterion.ts';

/** `2.10` comes after `2.9`. */
export function compareVersions(left: string, right: string): number {
  const [a = [], b = []] = [left, right].map((version) => version.split('.').map(Number));
  return (a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0);
}

/** Version in which a criterion first stood. */
export function introducedIn({ log }: Pick<Criterion, 'log'>): string {
  return log[0]?.version ?? '';
}

/** FINAL version of a UMD major; the newest FINAL where that major has none of its own. */
function finalOf({ versions, version }: Pick<Criteria, 'versions' | 'version'>, major: number): string {
  return versions.find((each) => each.state === 'FINAL' && each.major === major)?.version ?? version;
}

/** The criteria as products of a UMD major are verified with them: `version` is that major's FINAL. */
export function ofMajor(criteria: Criteria, major: number): Criteria {
  return { ...criteria, version: finalOf(criteria, major) };
}

/** The catalogue as it is in a version: drafted criteria are left out until their version is released. */
export function inForce({ catalogue }: Pick<Criteria, 'catalogue'>, version: string): Criterion[] {
  return [...catalogue.values()].filter((criterion) => compareVersions(introducedIn(criterion), version) <= 0);
}
