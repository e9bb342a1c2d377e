import type { Distribution } from '#core/distribution/distribution.ts';
import { parseDistribution } from '#core/distribution/parse.ts';
import { parseLockPath } from '#core/ppa/folder.ts';
import type { Lock } from '#core/ppa/lock.ts';
import type { Released } from './fresh.ts';
import type { GovernedFacts } from './governed.ts';
import type { Given } from './governed-rules.ts';
import { leaveCandidate } from './leave-candidate.ts';

/** Of a distribution only `withdrawn` is changed this way, and only added to: what was withdrawn never comes back. */
export function judgeDistribution({ file, facts }: Given): string[] {
  const where = { file: file.path };
  const [before, after] = [file.before ?? '', file.after ?? ''].map((text) => parseDistribution(text, where));
  if (after?.value === undefined) return (after?.faults ?? []).map(({ sentence }) => sentence);
  if (before?.value === undefined) return [`A new distribution is not declared this way.`];
  const [former, next] = [before.value.withdrawn, after.value.withdrawn];
  const known = new Set(facts.production.flatMap(({ locks }) => locks.map(({ ppa }) => ppa)));
  const others = (all: Distribution) => JSON.stringify({ ...all, withdrawn: [] });
  const returning = former.filter((ppa) => !next.includes(ppa));
  return [
    ...(others(before.value) === others(after.value) ? [] : ['It changes more than what is withdrawn.']),
    ...returning.map((ppa) => `${ppa} was withdrawn; it does not come back, a new version may.`),
    ...next.filter((ppa) => !former.includes(ppa) && !known.has(ppa)).map((ppa) => `${ppa} was never released.`),
    ...unrestored(next, facts),
  ];
}

/** A lock changes here only to make room: it is again what production had before, or goes. */
export function judgeLock({ file, facts }: Given): string[] {
  const { lane } = parseLockPath(file.path) ?? {};
  const declared = facts.files.find(({ path }) => path === `repos/${lane?.distribution}.yml`);
  const withdrawn = withdrawnIn(declared?.after, declared?.path ?? '');
  const wanted = restored(facts.locks, facts.production, withdrawn).get(file.path);
  if (wanted === undefined) return [`\`${file.path}\` is changed without its PPA being withdrawn.`];
  return wanted.text === file.after ? [] : [`\`${file.path}\` is not what production had before.`];
}

function unrestored(withdrawn: readonly string[], facts: GovernedFacts): string[] {
  const here = new Set(facts.files.map(({ path }) => path));
  const wanted = [...restored(facts.locks, facts.production, withdrawn).keys()];
  return wanted.filter((path) => !here.has(path)).map((path) => `\`${path}\` still holds what is withdrawn.`);
}

function withdrawnIn(text: string | undefined, file: string): readonly string[] {
  return text === undefined ? [] : (parseDistribution(text, { file }).value?.withdrawn ?? []);
}

/** Locks that must change when these PPAs are withdrawn: path → what production had before (`text` undefined: nothing). */
export function restored(
  locks: readonly Lock[],
  production: readonly Released[],
  withdrawn: readonly string[],
): ReadonlyMap<string, { readonly text: string | undefined }> {
  const leaving = new Map(withdrawn.map((ppa) => [ppa, 'Withdrawn from production.']));
  const effects = leaveCandidate(
    locks,
    production.flatMap(({ locks: each }) => each),
    leaving,
  );
  return new Map(
    effects.flatMap((each) => (each.kind === 'put-file' ? [[each.path, { text: each.text }] as const] : [])),
  );
}
