import { SOURCES } from '#core/criteria/criterion.ts';
import { type Bars, type Block, facts, heading, paragraph } from '#core/document/block.ts';
import type { VerificationMetrics } from './metrics.ts';

/** Criteria that are named as failing most; the JSON has all. */
const MOST = 10;

/** The metrics of verification (domain.md section 8) to look at: the numbers of the JSON, with their pictures. */
export function metricsDocument(metrics: VerificationMetrics): { readonly title: string; readonly blocks: Block[] } {
  const { validated, meanHours, rows, rowsByMachine, criteria } = metrics;
  const title = 'Metrics of verification';
  const summary = facts(
    ['Validated PPAs', String(validated)],
    ['M.SA2-6', meanHours === null ? 'no PPA is validated yet' : `${meanHours} hours per validated PPA, on average`],
    ['Rows answered', `${rows}, of which machines alone answered ${rowsByMachine}${percent(rowsByMachine, rows)}`],
    [
      'Criteria',
      `${criteria.criteria} of version ${criteria.version}, ${criteria.automated} automated${percent(criteria.automated, criteria.criteria)}`,
    ],
  );
  return {
    title,
    blocks: [
      heading(1, title),
      summary,
      ...effort(metrics),
      ...results(metrics),
      ...elapsed(metrics),
      ...changes(metrics),
    ],
  };
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '' : ` (${Math.round((part / whole) * 100)} %)`;
}

function effort({ byType }: VerificationMetrics): Block[] {
  const types = Object.entries(byType);
  if (types.length === 0) return [];
  return [
    heading(2, 'Hours by release type'),
    bars(
      'Mean hours per validated PPA',
      'hours',
      types.map(([type, { meanHours }]) => [type, meanHours]),
    ),
    {
      kind: 'table',
      head: ['Release type', 'Validated', 'Hours', 'Mean hours'],
      rows: types.map(([type, { validated, hours, meanHours }]) => [
        type,
        ...[validated, hours, meanHours].map(String),
      ]),
    },
  ];
}

function results({ outcomes, failures }: VerificationMetrics): Block[] {
  const failing = Object.entries(failures).sort((left, right) => right[1] - left[1]);
  return [
    ...(Object.keys(outcomes).length === 0
      ? []
      : [heading(2, 'Outcomes'), bars('Validated PPAs by outcome', 'PPAs', Object.entries(outcomes))]),
    ...(failing.length === 0 ? [] : [bars('Criteria that fail most', 'failures', failing.slice(0, MOST))]),
  ];
}

function elapsed({ elapsed: steps }: VerificationMetrics): Block[] {
  const all = Object.entries(steps);
  if (all.length === 0) return [];
  const means = all.map(([step, { count, meanHours }]) => [`${step} (${count})`, meanHours] as const);
  return [
    heading(2, 'Time between states'),
    bars('Mean hours from a state to the next, and how often', 'hours', means),
  ];
}

/** Under each of the six sources (domain.md section 5), also where nothing came from one. */
function changes({ criteria: { changes: counted, changesByVersion } }: VerificationMetrics): Block[] {
  const versions = Object.entries(changesByVersion);
  const rows = SOURCES.map((source) => [source, ...versions.map(([, of]) => String(of[source] ?? 0))]);
  return [
    heading(2, 'Changes of criteria'),
    paragraph('First versions of criteria are not counted: nobody asked for them.'),
    bars(
      'Changes by source',
      'changes',
      SOURCES.map((source) => [source, counted[source] ?? 0]),
    ),
    { kind: 'table', head: ['Source', ...versions.map(([version]) => `Version ${version}`)], rows },
  ];
}

function bars(title: string, name: string, counts: readonly (readonly [string, number])[]): Bars {
  return {
    kind: 'bars',
    title,
    series: [{ name, tone: 'plain' }],
    bars: counts.map(([label, count]) => [label, [count]]),
  };
}
