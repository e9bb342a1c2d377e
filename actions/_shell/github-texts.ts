import type { Lane } from '#core/distribution/distribution.ts';
import { rolloutPath, verificationPath } from '#core/ppa/folder.ts';
import { type Lock, lockDigest } from '#core/ppa/lock.ts';
import { lockPath } from '#core/ppa/ppa.ts';
import { parseRelease } from '#core/release/parse.ts';
import { lockPlace } from '#core/repository/lock-place.ts';
import { dueRelease } from '#core/rollout/due-release.ts';
import type { World } from '#core/rollout/facts.ts';
import { freshLocks, type Released } from '#core/rollout/fresh.ts';
import { isRecordOf, parseRecord } from '#core/rollout/record.ts';
import { type TextsFacts, tagOf, textsBranch, wantsSources } from '#core/rollout/texts-plan.ts';
import type { Source } from '#core/texts/parts.ts';
import { textsPath } from '#core/texts/texts.ts';
import { parseVerification } from '#core/verification/verification.ts';
import type { Mirror } from '#shell/github-mirror.ts';
import type { ListedPull } from '#shell/github-pulls.ts';

interface Reading {
  readonly mirror: Mirror;
  readonly refs: ReadonlyMap<string, string>;
  /** Head of `candidate`, and its locks. */
  readonly commit: string;
  readonly candidate: readonly Lock[];
  readonly production: readonly Released[];
  readonly pulls: readonly ListedPull[];
}

/** Texts of a lane's next release, once its date is fixed; undefined before that, or when nothing is new in it. */
export async function textsFacts(
  { mirror, refs, commit, candidate, production, pulls }: Reading,
  lane: Lane,
  world: Pick<World, 'calendar' | 'released' | 'now'>,
): Promise<TextsFacts | undefined> {
  const release = dueRelease(lane, world);
  const locks = release === undefined ? [] : freshLocks(candidate, lane, production);
  if (release === undefined || locks.length === 0) return undefined;
  const { version } = release;
  const [branch, file] = [textsBranch(tagOf({ lane, version })), textsPath({ lane, version })];
  const head = refs.get(`refs/heads/${branch}`);
  const kept = locks.map((lock) => ({ ...lock, ...placesOf(lock, lane) }));
  const texts = await mirror.texts([
    ...[`${commit}:${file}`, ...(head === undefined ? [] : [`${head}:${file}`])],
    ...kept.flatMap((each) => [`${commit}:${each.record}`, `${commit}:${each.path}`]),
  ]);
  const unrecorded = kept.filter(({ ppa, path, record }) => {
    const lock = lockDigest(texts.get(`${commit}:${path}`) ?? '');
    return !isRecordOf(texts.get(`${commit}:${record}`) ?? '', { ppa, lock });
  });
  const [here, there] = [texts.get(`${commit}:${file}`), texts.get(`${head}:${file}`)];
  const pull = pulls.find((each) => each.open && each.branch === branch)?.number;
  const question = {
    ...{ lane, version, fresh: locks.map(({ ppa }) => ppa) },
    ...(here === undefined ? {} : { candidate: here }),
    ...(there === undefined ? {} : { branch: there }),
    ...(pull === undefined ? {} : { pull }),
  };
  const sources = wantsSources(question) ? await sourcesOf(mirror, commit, locks) : [];
  return { ...question, commit, sources, unrecorded: unrecorded.map(({ ppa }) => ppa) };
}

function placesOf(lock: Lock, lane: Lane): { readonly path: string; readonly record: string } {
  const { os, arch } = lockPlace(lock);
  return { path: lockPath(lane, { os, arch, product: lock.product }), record: rolloutPath(lock.release, lock.ppa) };
}

/** What releases, reports and records at a commit say of these PPAs. */
export async function sourcesOf(mirror: Mirror, commit: string, locks: readonly Lock[]): Promise<Source[]> {
  const filesOf = ({ release, ppa }: Lock) =>
    [`${release}/release.xml`, verificationPath(release, ppa), rolloutPath(release, ppa)] as const;
  const texts = await mirror.texts(locks.flatMap((lock) => filesOf(lock).map((path) => `${commit}:${path}`)));
  return locks.map((lock) => {
    const [xml, report, kept] = filesOf(lock).map((path) => ({
      file: path,
      text: texts.get(`${commit}:${path}`) ?? '',
    }));
    const product = parseRelease(xml?.text ?? '', { file: xml?.file ?? '' }).release?.products.find(
      (each) => each.product === lock.product,
    );
    const verification = parseVerification(report?.text ?? '', { file: report?.file ?? '' }).value;
    const record = parseRecord(kept?.text ?? '');
    return {
      lock,
      ...(product === undefined ? {} : { product }),
      ...(verification === undefined ? {} : { verification }),
      ...(record === undefined ? {} : { record }),
    };
  });
}
