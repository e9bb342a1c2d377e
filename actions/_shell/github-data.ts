import { CALENDAR_PATH, type Calendar, parseCalendar } from '#core/calendar/calendar.ts';
import { EXCEPTIONS_PATH, type FreezeException, parseExceptions } from '#core/calendar/exceptions.ts';
import { plansRevision } from '#core/calendar/renumber.ts';
import { compareVersions, parseTag } from '#core/calendar/tag.ts';
import { type Distribution, laneName } from '#core/distribution/distribution.ts';
import { parseDistribution } from '#core/distribution/parse.ts';
import { refusal } from '#core/fault-codes.ts';
import { parseLockPath, rolloutPath } from '#core/ppa/folder.ts';
import { type Lock, parseLock } from '#core/ppa/lock.ts';
import { type ProductCard, parseProductCard } from '#core/product/card.ts';
import { type Provider, parseProvider } from '#core/product/provider.ts';
import { rememberedBy } from '#core/remembered.ts';
import { EARLY_ADOPTERS_PATH, type EarlyAdopters, parseEarlyAdopters } from '#core/rollout/early-adopters.ts';
import { freshLocks, type Released } from '#core/rollout/fresh.ts';
import { parseRecord } from '#core/rollout/record.ts';
import { type Parsed, soundOf } from '#core/yaml.ts';
import type { Mirror } from '#shell/github-mirror.ts';

/** What the default branch declares: agreed on by review, never a pull request's own words. */
export interface Declared {
  readonly distributions: readonly Distribution[];
  readonly calendar: Calendar;
  readonly exceptions: readonly FreezeException[];
  readonly adopters: EarlyAdopters;
  readonly cards: Readonly<Record<string, ProductCard>>;
  readonly providers: Readonly<Record<string, Provider>>;
}

/**
 * @param commit head of the default branch
 * @throws ProvisioningError FORGE_CONFIG_MISSING, or the fault of the first file that cannot be read
 */
export function readDeclared(mirror: Mirror, commit: string): Promise<Declared> {
  return declared(mirror, commit, () => declaredAt(mirror, commit));
}

const declared = rememberedBy<Promise<Declared>>();

async function declaredAt(mirror: Mirror, commit: string): Promise<Declared> {
  const listed = [...(await mirror.tree(commit, 'repos')), ...(await mirror.tree(commit, 'releases'))];
  const paths = listed.map(({ path }) => path).filter((path) => DECLARING.test(path));
  const texts = await mirror.texts(paths.map((path) => `${commit}:${path}`));
  const all = <T>(pattern: RegExp, parse: (text: string, where: { file: string }) => Parsed<T>): T[] =>
    paths
      .filter((path) => pattern.test(path))
      .map((file) => soundOf(parse(texts.get(`${commit}:${file}`) ?? '', { file })));
  const distributions = all(/^repos\//, parseDistribution);
  if (distributions.length === 0) throw refusal('FORGE_CONFIG_MISSING', 'There is no repos/<distribution>.yml.');
  const calendar = texts.get(`${commit}:${CALENDAR_PATH}`);
  const exceptions = texts.get(`${commit}:${EXCEPTIONS_PATH}`);
  const adopters = texts.get(`${commit}:${EARLY_ADOPTERS_PATH}`);
  return {
    distributions,
    calendar: calendar === undefined ? { lanes: {} } : soundOf(parseCalendar(calendar)),
    exceptions: exceptions === undefined ? [] : soundOf(parseExceptions(exceptions)),
    adopters: adopters === undefined ? { teams: {} } : soundOf(parseEarlyAdopters(adopters)),
    cards: byName(all(/^releases\/products\//, parseProductCard), ({ product }) => product),
    providers: byName(all(/^releases\/providers\//, parseProvider), ({ shortName }) => shortName),
  };
}

const DECLARING =
  /^(?:repos\/[a-z][a-z0-9-]*\.yml|releases\/(?:calendar|early-adopters|exceptions)\.yml|releases\/(?:products|providers)\/[^/]+\.yml)$/;

function byName<T>(values: readonly T[], name: (value: T) => string): Readonly<Record<string, T>> {
  return Object.fromEntries(values.map((value) => [name(value), value]));
}

/** Every lock at a commit. @throws ProvisioningError LOCK_INVALID, LOCK_INCONSISTENT */
export async function locksAt(mirror: Mirror, commit: string): Promise<Lock[]> {
  const files = (await mirror.tree(commit, 'repos')).filter(({ path }) => parseLockPath(path) !== undefined);
  const texts = await mirror.texts(files.map(({ blob }) => blob));
  return files.map(({ path, blob }) =>
    locks(mirror, `${blob} ${path}`, () => soundOf(parseLock(texts.get(blob) ?? '', { file: path }))),
  );
}

const locks = rememberedBy<Lock>();

/** PPA → text of its lock, at a commit. */
export async function lockTextsAt(mirror: Mirror, commit: string): Promise<ReadonlyMap<string, string>> {
  const files = (await mirror.tree(commit, 'repos')).filter(({ path }) => parseLockPath(path) !== undefined);
  const texts = await mirror.texts(files.map(({ blob }) => blob));
  return new Map(
    files.map(({ path, blob }) => {
      const text = texts.get(blob) ?? '';
      return [soundOf(parseLock(text, { file: path })).ppa, text];
    }),
  );
}

export interface KnownTag {
  readonly tag: string;
  readonly commit: string;
  /** Part of the default branch: released. */
  readonly merged: boolean;
}

/**
 * Tags that released an emergency and nothing else: the one PPA that was new in it came with a confirmed emergency's record.
 * Only lanes whose calendar plans revisions are read: nowhere else can a number have been taken.
 */
export async function aloneTags(
  mirror: Mirror,
  calendar: Calendar,
  production: readonly (Released & { readonly commit: string })[],
): Promise<string[]> {
  const found = production.map(async ({ tag, locks, commit }, index) => {
    const parsed = parseTag(tag);
    const planned = parsed !== undefined && plansRevision(calendar, laneName(parsed.lane));
    if (!planned || parsed.version.endsWith('.0')) return [];
    const [own, ...more] = freshLocks(locks, parsed.lane, production.slice(0, index));
    if (own === undefined || more.length > 0) return [];
    const record = `${commit}:${rolloutPath(own.release, own.ppa)}`;
    const text = (await mirror.texts([record])).get(record);
    return parseRecord(text ?? '')?.urgent?.confirmedBy === undefined ? [] : [tag];
  });
  return (await Promise.all(found)).flat();
}

/** Release tags, oldest version first. */
export async function releaseTags(
  mirror: Mirror,
  refs: ReadonlyMap<string, string>,
  main: string,
): Promise<KnownTag[]> {
  const named = [...refs]
    .filter(([ref]) => ref.startsWith('refs/tags/'))
    .map(([ref, commit]) => ({ tag: ref.slice(10), commit }));
  const known = named
    .filter(({ tag }) => parseTag(tag) !== undefined)
    .map(async ({ tag, commit }) => ({ tag, commit, merged: await mirror.isAncestor(commit, main) }));
  return (await Promise.all(known)).sort((a, b) =>
    compareVersions(parseTag(a.tag)?.version ?? '', parseTag(b.tag)?.version ?? ''),
  );
}
