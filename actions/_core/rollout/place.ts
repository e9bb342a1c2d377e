import { type Distribution, type Lane, laneName } from '#core/distribution/distribution.ts';
import { readOrigin } from '#core/intake/pull-request.ts';
import { parseReleaseFolder, rolloutPath, verificationPath } from '#core/ppa/folder.ts';
import { type Lock, parseLock } from '#core/ppa/lock.ts';
import { lockPath, type PpaId, ppaName } from '#core/ppa/ppa.ts';

/** Where the three files of a PPA stand: lane by the lock that names it, else by what the bouncer wrote into the pull request. */
export interface PpaPlace {
  readonly lane: Lane;
  readonly lock: string;
  readonly verification: string;
  readonly rollout: string;
}

/** Paths at which a PPA's lock may stand, one per declared lane of its platform. */
export function lockPaths(
  distributions: readonly Distribution[],
  id: PpaId,
): { readonly lane: Lane; readonly path: string }[] {
  return distributions.flatMap(({ distribution, majors }) =>
    majors
      .filter(({ platforms }) => platforms.includes(`${id.os}/${id.arch}`))
      .map(({ major }) => ({ lane: { distribution, major }, path: lockPath({ distribution, major }, id) })),
  );
}

/** A lock's text that is of exactly this PPA. */
export function lockOfPpa(text: string | undefined, id: PpaId, file: string): Lock | undefined {
  const lock = text === undefined ? undefined : parseLock(text, { file }).value;
  return lock?.ppa === ppaName(id) ? lock : undefined;
}

/** Undefined when nothing tells: then it is no PPA pull request of any declared lane. */
export function placeOf(
  id: PpaId,
  body: string,
  candidates: readonly { readonly lane: Lane; readonly path: string; readonly text: string | undefined }[],
): PpaPlace | undefined {
  const found = candidates.find(({ text, path }) => lockOfPpa(text, id, path) !== undefined);
  const folder = lockOfPpa(found?.text, id, '')?.release ?? readOrigin(body)?.release ?? '';
  const lane = parseReleaseFolder(folder)?.lane;
  const declared = candidates.find((each) => lane !== undefined && laneName(each.lane) === laneName(lane));
  if (declared === undefined) return undefined;
  const name = ppaName(id);
  return {
    lane: declared.lane,
    lock: declared.path,
    verification: verificationPath(folder, name),
    rollout: rolloutPath(folder, name),
  };
}

/** Plain files of its own are all that a PPA's branch may change. */
export function foreignPaths(
  { lock, verification, rollout }: PpaPlace,
  changed: readonly { readonly path: string; readonly mode: string }[],
): string[] {
  const own = [lock, verification, rollout];
  return changed.filter(({ path, mode }) => !own.includes(path) || mode !== '100644').map(({ path }) => path);
}
