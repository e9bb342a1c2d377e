import { compareVersions, parseTag, versionsOf } from '#core/calendar/tag.ts';
import { parseDistribution } from '#core/distribution/parse.ts';
import { refusal } from '#core/fault-codes.ts';
import type { Lock } from '#core/ppa/lock.ts';
import { byText } from '#core/text.ts';
import { soundOf } from '#core/yaml.ts';
import { freshLocks, type Released } from './fresh.ts';
import { restored } from './governed-rollback.ts';

/** What a rollback starts from: everything as it stands on the default branch. */
export interface BeforeRollback {
  /** `umd-5.1.0` */
  readonly tag: string;
  /** All tags merged there, oldest first. */
  readonly production: readonly Released[];
  readonly locks: readonly Lock[];
  /** Text of `repos/<distribution>.yml`. */
  readonly distribution: string;
}

export interface Rollback {
  /** PPAs that came with the release and are taken back, sorted. */
  readonly withdrawn: readonly string[];
  /** Path → text; undefined: the file goes. */
  readonly files: ReadonlyMap<string, string | undefined>;
}

/**
 * Puts production back to what it was before a release: its PPAs are withdrawn, their locks make room for those before.
 * @throws ProvisioningError ROLLBACK_REFUSED; DISTRIBUTION_INVALID
 */
export function planRollback({ tag, production, locks, distribution }: BeforeRollback): Rollback {
  const parsed = parseTag(tag);
  const at = production.findIndex((each) => each.tag === tag);
  if (parsed === undefined || at === -1) throw refusal('ROLLBACK_REFUSED', `"${tag}" is not released.`);
  const { lane, version } = parsed;
  const later = versionsOf(
    lane,
    production.map((each) => each.tag),
  ).filter((other) => compareVersions(other, version) > 0);
  // domain.md section 6: a base with published updates cannot be withdrawn.
  if (version.endsWith('.0.0') && later.length > 0)
    throw refusal('ROLLBACK_REFUSED', `${tag} is the base of ${later.join(', ')}.`);
  const file = `repos/${lane.distribution}.yml`;
  const known = soundOf(parseDistribution(distribution, { file })).withdrawn;
  const fresh = freshLocks(production[at]?.locks ?? [], lane, production.slice(0, at));
  const withdrawn = fresh.map(({ ppa }) => ppa).filter((ppa) => !known.includes(ppa));
  if (withdrawn.length === 0) throw refusal('ROLLBACK_REFUSED', `Nothing of ${tag} is left to be withdrawn.`);
  const all = [...known, ...withdrawn.sort(byText)];
  const back = [...restored(locks, production, all)].map(([path, { text }]) => [path, text] as const);
  return { withdrawn, files: new Map([[file, withWithdrawn(distribution, all)], ...back]) };
}

/** The same file with this list of what is withdrawn; every other line, comments too, stays as it is. */
function withWithdrawn(text: string, ppas: readonly string[]): string {
  const list = `withdrawn:\n${ppas.map((ppa) => `  - ${ppa}\n`).join('')}`;
  const lines = /^withdrawn:[^\n]*\n?(?:[ ]+[^\n]*\n?|- [^\n]*\n?)*/m;
  return lines.test(text) ? text.replace(lines, list) : `${text.trimEnd()}\n${list}`;
}
