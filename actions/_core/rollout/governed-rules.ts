import { CALENDAR_PATH } from '#core/calendar/calendar.ts';
import { EXCEPTIONS_PATH } from '#core/calendar/exceptions.ts';
import type { Role } from '#core/distribution/distribution.ts';
import { parseLockPath } from '#core/ppa/folder.ts';
import { parseProductCard } from '#core/product/card.ts';
import { parseProvider } from '#core/product/provider.ts';
import { parseTexts, tagOfTexts, unwritten } from '#core/texts/texts.ts';
import type { Parsed } from '#core/yaml.ts';
import { EARLY_ADOPTERS_PATH, parseEarlyAdopters } from './early-adopters.ts';
import type { Actor, World } from './facts.ts';
import type { GovernedFacts, GovernedFile } from './governed.ts';
import { judgeCalendar, touchedLanes } from './governed-calendar.ts';
import { judgeExceptions } from './governed-exceptions.ts';
import { judgeDistribution, judgeLock } from './governed-rollback.ts';
import { hasRole, teamsOf } from './people.ts';

/** Everything a changed file is judged by. */
export interface Given {
  readonly file: GovernedFile;
  readonly facts: GovernedFacts;
  readonly world: World;
  /** Logins, lower case, whose approval counts for it. */
  readonly approvers: readonly string[];
}

/** What changing a file wants. */
export interface Rule {
  readonly onto: GovernedFacts['onto'];
  /** Approvals wanted, by different people, none of them the author. */
  readonly approvals: number;
  readonly judge: (given: Given) => string[];
  readonly may: (by: Actor, file: GovernedFile, facts: GovernedFacts, world: World) => boolean;
  /** Whom to ask, for a person to read. */
  readonly who: (file: GovernedFile, facts: GovernedFacts, world: World) => string;
}

interface Row extends Pick<Rule, 'onto' | 'approvals' | 'judge'> {
  readonly of: (path: string) => boolean;
  readonly roles: readonly Role[];
  /** Distributions it concerns: an approval counts by whoever has the role in each of them. None said: in any. */
  readonly distributions?: (file: GovernedFile) => readonly string[];
}

const MANAGERS: readonly Role[] = ['release-manager', 'release-team'];
const segment =
  (index: number) =>
  ({ path }: GovernedFile) => [(path.split('/')[index] ?? '').replace(/\.yml$/, '')];

const ROWS: readonly Row[] = [
  {
    of: (path) => path === CALENDAR_PATH,
    ...{ onto: 'default', approvals: 1, roles: MANAGERS, judge: judgeCalendar },
    distributions: (file) => touchedLanes(file).map((lane) => lane.replace(/-\d+$/, '')),
  },
  {
    of: (path) => path === EXCEPTIONS_PATH,
    ...{ onto: 'default', approvals: 2, roles: MANAGERS, judge: judgeExceptions },
  },
  {
    of: (path) => path === EARLY_ADOPTERS_PATH,
    ...{ onto: 'default', approvals: 1, roles: ['staged-rollout-manager', ...MANAGERS] },
    judge: reads((text) => parseEarlyAdopters(text)),
  },
  {
    of: (path) => /^releases\/products\/[^/]+\.yml$/.test(path),
    ...{ onto: 'default', approvals: 1, roles: ['release-team'] },
    judge: reads((text, file) => parseProductCard(text, { file })),
  },
  {
    of: (path) => /^releases\/providers\/[^/]+\.yml$/.test(path),
    ...{ onto: 'default', approvals: 1, roles: ['release-team'] },
    judge: reads((text, file) => parseProvider(text, { file })),
  },
  {
    of: (path) => /^repos\/[a-z][a-z0-9-]*\.yml$/.test(path),
    ...{ onto: 'default', approvals: 1, roles: MANAGERS, judge: judgeDistribution },
    distributions: segment(1),
  },
  {
    of: (path) => parseLockPath(path) !== undefined,
    ...{ onto: 'default', approvals: 1, roles: MANAGERS, judge: judgeLock },
    distributions: segment(1),
  },
  {
    of: (path) => tagOfTexts(path) !== undefined,
    ...{ onto: 'candidate', approvals: 1, roles: MANAGERS, judge: judgeTexts },
    distributions: segment(1),
  },
];

/** The one list of who may change what by pull request; undefined: the reconciler merges no change of such a file. */
export function ruleOf(path: string): Rule | undefined {
  const row = ROWS.find(({ of }) => of(path));
  if (row === undefined) return undefined;
  const { onto, approvals, judge, roles, distributions = () => [] } = row;
  const lanes = (names: readonly string[]) => names.map((distribution) => ({ distribution, major: 0 }));
  const may: Rule['may'] = (by, file, _, world) => {
    const named = lanes([...new Set(distributions(file))]);
    const all = lanes(world.distributions.map(({ distribution }) => distribution));
    const holds = (lane: (typeof all)[number]) => roles.some((role) => hasRole(world, lane, by, role));
    return named.length > 0 ? named.every(holds) : all.some(holds);
  };
  const who: Rule['who'] = (file, _, world) => {
    const [lane] = lanes(
      distributions(file).length > 0 ? distributions(file) : [world.distributions[0]?.distribution ?? ''],
    );
    return lane === undefined ? roles.join(' or ') : teamsOf(world, lane, roles);
  };
  return { onto, approvals, judge, may, who };
}

function reads(parse: (text: string, file: string) => Parsed<unknown>): Row['judge'] {
  return ({ file: { path, after } }) =>
    after === undefined
      ? [`\`${path}\` is removed.`]
      : parse(after, path).faults.map(({ sentence }) => `\`${path}\`: ${sentence}`);
}

function judgeTexts({ file: { path, after }, world }: Given): string[] {
  const tag = tagOfTexts(path) ?? '';
  if (world.released.includes(tag)) return [`${tag} is released; its texts stay.`];
  if (after === undefined) return [`\`${path}\` is removed.`];
  const { value, faults } = parseTexts(after, { file: path });
  return [...faults, ...(value === undefined ? [] : unwritten(value))].map(({ sentence }) => sentence);
}
