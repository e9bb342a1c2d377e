import { type Distribution, type Lane, laneName, type Platform } from '#core/distribution/distribution.ts';
import { parseLockPath } from '#core/ppa/folder.ts';
import { type Lock, parseLock } from '#core/ppa/lock.ts';
import { lockPath, parsePpaName } from '#core/ppa/ppa.ts';
import { titleOf } from '#core/repository/client-files.ts';
import type { PublishedState } from '#core/repository/published.ts';
import {
  candidatePlan,
  closureEvidence,
  emergencyPlan,
  isOfPlatform,
  sitesGet,
  withClosure,
} from '#core/verification/candidate.ts';
import type { CandidatePlatform } from '#core/verification/evidence.ts';
import { soundOf } from '#core/yaml.ts';
import { type ForgeAccess, textAt } from '#shell/github.ts';
import { readHead } from '#shell/intake-forge.ts';
import { closureOn } from './closure.ts';
import { preparePlatform } from './platform.ts';
import { baseFiles, clientFile } from './repositories.ts';
import { installTogether } from './together.ts';
import { isOurs } from './verify.ts';

/** Head of the candidate branch, and the locks it holds. */
export async function readCandidate(forge: ForgeAccess, branch: string): Promise<{ commit: string; locks: Lock[] }> {
  const { commit, files } = await readHead(forge, branch);
  const paths = files.map(({ path }) => path).filter((path) => parseLockPath(path) !== undefined);
  const read = async (path: string) => soundOf(parseLock((await textAt(forge, path, commit)) ?? '', { file: path }));
  return { commit, locks: await Promise.all(paths.map(read)) };
}

/**
 * Locks that a lane released and withdrew, as they stood at its tags: sites may have their packages still. Nothing is asked
 * where nothing was withdrawn.
 */
export async function withdrawnLocks(
  forge: ForgeAccess,
  lane: Lane,
  { withdrawn }: Pick<Distribution, 'withdrawn'>,
): Promise<Lock[]> {
  const ids = withdrawn.flatMap((ppa) => parsePpaName(ppa) ?? []);
  if (ids.length === 0) return [];
  const { octokit, owner, repo } = forge;
  const ref = `tags/${laneName(lane)}.`;
  const tags = await octokit.paginate(octokit.rest.git.listMatchingRefs, { owner, repo, ref, per_page: 100 });
  const found = new Map<string, Lock>();
  for (const file of new Set(ids.map((id) => lockPath(lane, id))))
    for (const { ref: tag } of tags) {
      const text = await textAt(forge, file, tag.replace('refs/', ''));
      const lock = text === undefined ? undefined : parseLock(text, { file }).value;
      if (lock !== undefined && withdrawn.includes(lock.ppa)) found.set(lock.ppa, lock);
    }
  return [...found.values()];
}

export interface CandidateInput {
  readonly lane: Lane;
  readonly platform: Platform;
  readonly locks: readonly Lock[];
  /** An emergency's branch: production and what testing has of it. */
  readonly alone: boolean;
  readonly state: PublishedState;
  readonly publicUrl: string;
  readonly checkout: string;
  /** Locks of this lane that were released and withdrawn. */
  readonly withdrawn: readonly Lock[];
  /** The machine's clock: how old the base's metadata is. */
  readonly now: Date;
  readonly say: (line: string) => void;
}

/** The candidate on one platform. An environment that fails is an outcome, `error`. */
export async function tryCandidate(input: CandidateInput): Promise<CandidatePlatform> {
  const { lane, platform, locks, state, publicUrl, checkout, say } = input;
  const about = { platform: `${platform.os}/${platform.arch}`, snapshot: '', packages: 0 };
  try {
    const here = locks.filter((lock) => isOfPlatform(lock, lane, platform));
    const plan = (input.alone ? emergencyPlan : candidatePlan)(platform, lane, here, state);
    const { repositories, packages } = plan;
    const held = { ...about, snapshot: repositories[0]?.snapshot ?? '', packages: packages.length };
    if (packages.length === 0) return { ...held, conclusion: 'pass', comment: 'There is nothing to be tried on it.' };
    const [prepared, base, ...clients] = await Promise.all([
      preparePlatform(platform, checkout, say),
      baseFiles(platform, checkout),
      ...repositories.map((repository) => clientFile(publicUrl, repository, titleOf(repository))),
    ]);
    const stage = { ...prepared, files: [...base, ...clients], locked: here.flatMap((lock) => lock.packages), say };
    const left = input.withdrawn.filter((lock) => isOfPlatform(lock, lane, platform));
    const withdrawn = left.flatMap(({ ppa, packages: of }) => of.map((one) => ({ ...one, ppa })));
    const closure = closureEvidence(await closureOn({ ...input, ...prepared, base }, { ...sitesGet(plan), withdrawn }));
    return { ...held, ...withClosure(await installTogether(stage, packages), closure) };
  } catch (accident) {
    if (!isOurs(accident)) throw accident;
    return { ...about, conclusion: 'error', comment: `${accident.code} ${accident.message}` };
  }
}
