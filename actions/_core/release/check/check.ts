import { fault } from '#core/fault-codes.ts';
import type { Fault } from '#core/faults.ts';
import { parseReleasePath, type ReleaseFolder } from '#core/ppa/folder.ts';
import { lockPath, parsePpaName, parseVersion } from '#core/ppa/ppa.ts';
import { type Provider, speaksFor } from '#core/product/provider.ts';
import { type ParsedRelease, parseRelease } from '#core/release/parse.ts';
import { ppaIdOf, ppasOf } from '#core/release/plan.ts';
import { checkHistory, type History } from './history.ts';
import { isPlainFile, pullFaults, type ReleasePull, subjectOf } from './pull.ts';
import { checkVocabulary, type Tell, type Vocabulary } from './vocabulary.ts';

/** Texts of the release.xml's that a pull request brings, by path; undefined for one that is too large or no UTF-8. */
export type ReleaseTexts = Readonly<Record<string, string | undefined>>;

export interface CheckFacts extends Vocabulary, History {
  readonly pull: ReleasePull;
  readonly texts: ReleaseTexts;
  /** Records of the providers that the pull request names, by short name. */
  readonly records: Readonly<Record<string, Provider>>;
  /** Older open pull requests that bring the same release.xml, by path. */
  readonly rivals: Readonly<Record<string, readonly Rival[]>>;
}

/** Another pull request, and who opened it. */
export interface Rival {
  readonly pull: number;
  readonly author: string;
}

/** What would become of it: one row of the preview. */
export interface PreviewedPpa {
  readonly name: string;
  /** How many. */
  readonly packages: number;
  /** `<os>/<arch>` */
  readonly platform: string;
  readonly type: string;
}

export interface CheckedRelease {
  readonly conclusion: 'pass' | 'fail';
  /** `nothing`: there is no release in it; it passes when it leaves alone what it must. */
  readonly about: 'release' | 'nothing';
  readonly faults: readonly Fault[];
  readonly ppas: readonly PreviewedPpa[];
}

const MOST_FAULTS = 500;

/** A hostile file cannot make the evidence grow without end: so many faults, so many characters each. */
function bounded(faults: readonly Fault[]): Fault[] {
  const more = faults.length - MOST_FAULTS;
  const shown = faults.slice(0, MOST_FAULTS).map((each) => ({ ...each, sentence: cut(each.sentence) }));
  return more > 0 ? [...shown, fault('RELEASE_TOO_LARGE', `There are ${more} faults more.`)] : shown;
}

function cut(sentence: string): string {
  return sentence.length > 600 ? `${sentence.slice(0, 600)}…` : sentence;
}

/** The decision of check-release: every fault of paths, text and content at once, and the PPAs it would make. */
export function checkRelease(facts: CheckFacts): CheckedRelease {
  const { pull } = facts;
  const subject = subjectOf(pull);
  const releases = subject.kind === 'release' ? subject.paths.filter((path) => isPlainFile(pull, path)) : [];
  const read = releases.map((path) => checkOne(path, facts));
  const faults = [...pullFaults(pull), ...read.flatMap((each) => each.faults)];
  return {
    conclusion: faults.length === 0 ? 'pass' : 'fail',
    about: releases.length > 0 ? 'release' : 'nothing',
    faults: bounded(faults),
    ppas: read.flatMap((each) => each.ppas),
  };
}

function checkOne(path: string, facts: CheckFacts): Pick<CheckedRelease, 'faults' | 'ppas'> {
  const file = parseReleasePath(path);
  if (file?.kind !== 'release') return { faults: [], ppas: [] };
  const { folder } = file;
  const text = facts.texts[path];
  const faults = [...authorFaults(path, folder, facts), ...rivalFaults(path, folder, facts)];
  if (text === undefined) {
    const sentence = 'The file is too large, or no UTF-8 text.';
    return { faults: [...faults, fault('RELEASE_TOO_LARGE', sentence, { file: path })], ppas: [] };
  }
  const { release, faults: inText, placeOf } = parseRelease(text, { file: path });
  const more: Fault[] = [];
  const tell: Tell = (...told) => void more.push(fault(...told));
  if (release !== undefined) {
    checkVocabulary(release, folder, facts, placeOf, tell);
    checkHistory(release, folder, facts, placeOf, tell);
  }
  const byLine = [...inText, ...more].sort(({ where: a }, { where: b }) => (a?.line ?? 0) - (b?.line ?? 0));
  return { faults: [...faults, ...byLine], ppas: release === undefined ? [] : previewOf(release, folder, facts) };
}

/** domain.md section 1: a provider's own people, or the release team for it. */
function authorFaults(file: string, { provider }: ReleaseFolder, { pull, records, providers }: CheckFacts): Fault[] {
  const { author, roles } = pull;
  if (roles.includes('release-team')) return [];
  const record = records[provider];
  if (record !== undefined && speaksFor(record, author)) return [];
  if (!providers.includes(provider))
    return [fault('RELEASE_PROVIDER_UNKNOWN', `There is no technology provider ${provider}.`, { file })];
  return [fault('PULL_AUTHOR_UNKNOWN', `${author} is not among the people of ${provider}.`, { file })];
}

/** A stranger's pull request takes no name away: only the provider's own people are first. */
function rivalFaults(file: string, { provider }: ReleaseFolder, { rivals, records }: CheckFacts): Fault[] {
  const record = records[provider];
  const older = (rivals[file] ?? []).filter(({ author }) => record !== undefined && speaksFor(record, author));
  if (older.length === 0) return [];
  const named = older.map(({ pull }) => `#${pull}`).join(', ');
  return [fault('RELEASE_PPA_SUBMITTED', `The same release is submitted already by ${named}.`, { file })];
}

function previewOf(
  release: NonNullable<ParsedRelease['release']>,
  { lane }: ReleaseFolder,
  { locks }: CheckFacts,
): PreviewedPpa[] {
  const plans = ppasOf(release, (id) => parseVersion(locks[lockPath(lane, id)]?.version ?? ''));
  return plans
    .filter(({ name }) => parsePpaName(name) !== undefined)
    .map(({ name, id, packages, type }) => ({
      name,
      packages: packages.length,
      platform: `${id.os}/${id.arch}`,
      type,
    }));
}

/** What has to be read before the decision: names and paths that the texts speak of, each of a strict pattern. */
export function questionsOf(texts: ReleaseTexts): Questions {
  const [providers, products, locks] = [new Set<string>(), new Set<string>(), new Set<string>()];
  for (const [path, text] of Object.entries(texts)) {
    const file = parseReleasePath(path);
    if (file?.kind !== 'release') continue;
    providers.add(file.folder.provider);
    for (const product of parseRelease(text ?? '', { file: path }).release?.products ?? []) {
      if (product.product !== '') products.add(product.product);
      for (const ppa of product.ppas) {
        const id = ppaIdOf(product, ppa);
        const place = lockPath(file.folder.lane, id);
        if (/^[a-z0-9-]+$/.test(id.os) && /^[a-z0-9_]+$/.test(id.arch) && id.product !== '') locks.add(place);
      }
    }
  }
  return { providers: [...providers], products: [...products], locks: [...locks] };
}

export interface Questions {
  /** Short names of the providers whose records are wanted. */
  readonly providers: readonly string[];
  readonly products: readonly string[];
  /** Paths on candidate. */
  readonly locks: readonly string[];
}
