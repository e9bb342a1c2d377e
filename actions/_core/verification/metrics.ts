import { coverageOf } from '#core/criteria/coverage.ts';
import type { Criteria, Revision } from '#core/criteria/criterion.ts';
import { compareVersions } from '#core/criteria/versions.ts';
import { type Elapsed, elapsedOf, hundredths, type RecordedMove } from './elapsed.ts';
import { resultOf, type Verification } from './verification.ts';

/** Metrics of verification (domain.md section 8), computed from the records and written nowhere. */
export interface VerificationMetrics {
  /** Reports with an outcome. */
  readonly validated: number;
  /** M.SA2-6: mean hours per validated PPA; null when there is none. */
  readonly meanHours: number | null;
  readonly byType: Readonly<
    Record<string, { readonly validated: number; readonly hours: number; readonly meanHours: number }>
  >;
  readonly outcomes: Readonly<Record<string, number>>;
  /** Answered rows, and those that a machine answered. */
  readonly rows: number;
  readonly rowsByMachine: number;
  /** Rows that fail, by criterion. */
  readonly failures: Readonly<Record<string, number>>;
  /** `in-verification → staged-rollout`: how often, and the mean hours that passed before it. */
  readonly elapsed: Readonly<Record<string, Elapsed>>;
  readonly criteria: {
    readonly version: string;
    readonly criteria: number;
    readonly automated: number;
    /** Of all criteria in force, 0 to 1. */
    readonly automatedShare: number;
    /** First versions, which nobody asked for, are none. */
    readonly changes: Readonly<Record<string, number>>;
    readonly changesByVersion: Readonly<Record<string, Readonly<Record<string, number>>>>;
  };
}

/** @param moves of each record (rollout.yml), oldest first */
export function metricsOf(
  reports: readonly Verification[],
  criteria: Criteria,
  moves: readonly (readonly RecordedMove[])[] = [],
): VerificationMetrics {
  const done = reports.filter(({ outcome, hours }) => outcome !== '' && hours !== null);
  const rows = done.flatMap((report) => report.rows).filter((row) => resultOf(row) !== '');
  const types = [...new Set(done.map(({ releaseType }) => releaseType))].sort();
  const { version, automated, criteria: all } = coverageOf(criteria, criteria.version);
  const changes = changesOf(criteria);
  return {
    validated: done.length,
    meanHours: done.length === 0 ? null : mean(done),
    byType: Object.fromEntries(
      types.map((type) => {
        const some = done.filter(({ releaseType }) => releaseType === type);
        return [type, { validated: some.length, hours: hoursOf(some), meanHours: mean(some) }];
      }),
    ),
    outcomes: counted(done.map(({ outcome }) => outcome)),
    rows: rows.length,
    rowsByMachine: rows.filter(({ machine, result }) => machine !== '' && result === '').length,
    failures: counted(rows.filter((row) => resultOf(row) === 'FAIL').map(({ criterion }) => criterion)),
    elapsed: elapsedOf(moves),
    criteria: {
      ...{ version, criteria: all, automated, automatedShare: hundredths(automated / all) },
      changes: counted(changes.map(({ source }) => source)),
      changesByVersion: Object.fromEntries(
        [...new Set(changes.map((each) => each.version))]
          .sort(compareVersions)
          .map((each) => [
            each,
            counted(changes.filter((change) => change.version === each).map(({ source }) => source)),
          ]),
      ),
    },
  };
}

function hoursOf(reports: readonly Verification[]): number {
  return reports.reduce((sum, { hours }) => sum + (hours ?? 0), 0);
}

function mean(reports: readonly Verification[]): number {
  return hundredths(hoursOf(reports) / reports.length);
}

/** Revisions that changed a criterion which was there. */
function changesOf({ catalogue }: Criteria): Revision[] {
  return [...catalogue.values()].flatMap(({ log }) => log.slice(1));
}

function counted(names: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const name of [...names].sort()) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries(counts);
}
