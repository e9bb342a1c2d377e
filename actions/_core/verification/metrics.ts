import { changesBySource, coverageOf } from '#core/criteria/coverage.ts';
import type { Criteria } from '#core/criteria/criterion.ts';
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
  readonly criteria: {
    readonly version: string;
    readonly criteria: number;
    readonly automated: number;
    /** Changes of the version by source. */
    readonly changes: Readonly<Record<string, number>>;
  };
}

export function metricsOf(reports: readonly Verification[], criteria: Criteria): VerificationMetrics {
  const done = reports.filter(({ outcome, hours }) => outcome !== '' && hours !== null);
  const rows = done.flatMap((report) => report.rows).filter((row) => resultOf(row) !== '');
  const types = [...new Set(done.map(({ releaseType }) => releaseType))].sort();
  const { version, automated, criteria: all } = coverageOf(criteria, criteria.version);
  const changes = [...changesBySource(criteria, version)].map(([source, some]) => [source, some.length] as const);
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
    criteria: { version, criteria: all, automated, changes: Object.fromEntries(changes) },
  };
}

function hoursOf(reports: readonly Verification[]): number {
  return reports.reduce((sum, { hours }) => sum + (hours ?? 0), 0);
}

function mean(reports: readonly Verification[]): number {
  return Math.round((hoursOf(reports) / reports.length) * 100) / 100;
}

function counted(names: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const name of [...names].sort()) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries(counts);
}
