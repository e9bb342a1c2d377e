import { dirname } from 'node:path';
import { parseReleasePath } from '#core/ppa/folder.ts';
import type { Lock } from '#core/ppa/lock.ts';
import { parseRelease } from '#core/release/parse.ts';
import { type Advisory, advisoryOf } from '#core/repository/advisory.ts';
import type { Refs } from '#core/repository/wanted.ts';
import type { GitRefs } from './git.ts';

/**
 * What the releases on `candidate` say of the PPAs that are served somewhere. A release that cannot be read any more has
 * no advisory; nothing else is the worse for it.
 */
export async function readAdvisories(git: GitRefs, refs: Refs): Promise<ReadonlyMap<string, Advisory>> {
  const locks = new Map<string, Lock>();
  const all = [
    ...refs.production.flatMap((one) => one.locks),
    ...refs.candidate,
    ...refs.pulls.map(({ lock }) => lock),
  ];
  for (const lock of all) if (lock.packages.some(({ file }) => file.endsWith('.rpm'))) locks.set(lock.ppa, lock);
  const folders = new Set([...locks.values()].map(({ release }) => release));
  if (folders.size === 0) return new Map();
  const isWanted = (path: string) => parseReleasePath(path)?.kind === 'release' && folders.has(dirname(path));
  const texts = await git.texts('refs/heads/candidate', 'releases', isWanted);
  const releases = new Map(
    [...texts].map(([path, text]) => [dirname(path), parseRelease(text, { file: path }).release]),
  );
  return new Map(
    [...locks.values()].flatMap((lock) => {
      const product = releases.get(lock.release)?.products.find((one) => one.product === lock.product);
      return product === undefined ? [] : [[lock.ppa, advisoryOf(lock, product)] as const];
    }),
  );
}
