import type { Lane, Platform } from '#core/distribution/distribution.ts';
import { parseLockPath } from '#core/ppa/folder.ts';
import { type Lock, parseLock } from '#core/ppa/lock.ts';
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

export interface CandidateInput {
  readonly lane: Lane;
  readonly platform: Platform;
  readonly locks: readonly Lock[];
  /** An emergency's branch: production and what testing has of it. */
  readonly alone: boolean;
  readonly state: PublishedState;
  readonly publicUrl: string;
  readonly checkout: string;
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
    const closure = closureEvidence(await closureOn({ ...input, ...prepared, base }, sitesGet(plan)));
    return { ...held, ...withClosure(await installTogether(stage, packages), closure) };
  } catch (accident) {
    if (!isOurs(accident)) throw accident;
    return { ...about, conclusion: 'error', comment: `${accident.code} ${accident.message}` };
  }
}
