import { fault } from '#core/fault-codes.ts';
import type { Fault } from '#core/faults.ts';
import { type Parsed, parseYaml } from '#core/yaml.ts';
import { isDay } from './day.ts';
import { compareVersions, parseVersion } from './tag.ts';

/** `releases/calendar.yml`: planned dates per lane (design.md section 2, domain.md section 7). */
export interface Calendar {
  /** Key: the lane's name, `umd-5`. */
  readonly lanes: Readonly<Record<string, LaneCalendar>>;
}

export interface LaneCalendar {
  /** Days before a planned date from which on nothing enters the candidate; 7 unless said otherwise. */
  readonly freezeDays: number;
  readonly releases: readonly PlannedRelease[];
}

export interface PlannedRelease {
  /** `5.1.0`: the tag will be `umd-5.1.0`. */
  readonly version: string;
  /** Day `YYYY-MM-DD`, midnight UTC. */
  readonly date: string;
  /** Number that `releases/calendar.yml` gives it, when an emergency took that. */
  readonly planned?: string;
}

export const CALENDAR_PATH = 'releases/calendar.yml';

const SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['lanes'],
  properties: {
    lanes: {
      type: 'object',
      propertyNames: { pattern: '^[a-z][a-z0-9-]*-[1-9]\\d{0,3}$' },
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        required: ['releases'],
        properties: {
          freezeDays: { type: 'integer', minimum: 0, maximum: 60 },
          releases: {
            type: 'array',
            items: {
              type: 'object',
              additionalProperties: false,
              required: ['version', 'date'],
              properties: {
                version: { type: 'string', pattern: '^\\d{1,4}\\.\\d{1,4}\\.\\d{1,4}$' },
                date: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$' },
              },
            },
          },
        },
      },
    },
  },
};

interface Written {
  readonly lanes: Readonly<Record<string, { freezeDays?: number; releases: PlannedRelease[] }>>;
}

/** Faults: YAML_MALFORMED, CALENDAR_INVALID (schema, impossible day, foreign major, versions or dates out of order). */
export function parseCalendar(text: string, file: string = CALENDAR_PATH): Parsed<Calendar> {
  const { value, faults } = parseYaml<Written>(text, { file, schema: SCHEMA, code: 'CALENDAR_INVALID' });
  if (value === undefined) return { value: undefined, faults };
  const lanes = Object.fromEntries(
    Object.entries(value.lanes).map(([lane, { freezeDays = 7, releases }]) => [lane, { freezeDays, releases }]),
  );
  const wrong = Object.entries(lanes).flatMap(([lane, { releases }]) => contradictions(lane, releases, file));
  return wrong.length === 0 ? { value: { lanes }, faults: [] } : { value: undefined, faults: wrong };
}

function contradictions(lane: string, releases: readonly PlannedRelease[], file: string): Fault[] {
  const say = (sentence: string) => fault('CALENDAR_INVALID', `${lane}: ${sentence}`, { file });
  return releases.flatMap((planned, index) => {
    const before = releases[index - 1];
    const ordered =
      before === undefined || (compareVersions(before.version, planned.version) < 0 && before.date <= planned.date);
    return [
      ...(isDay(planned.date) ? [] : [say(`${planned.date} is no day of the calendar.`)]),
      ...(lane.endsWith(`-${parseVersion(planned.version)?.major}`)
        ? []
        : [say(`${planned.version} is of another major.`)]),
      ...(ordered ? [] : [say(`${planned.version} on ${planned.date} stands after ${before?.version}.`)]),
    ];
  });
}
