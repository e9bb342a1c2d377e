import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { explain } from '#core/closure/chain.ts';
import { regressions, standing } from '#core/closure/closure.ts';
import { conflictSentence, fileConflicts, newConflicts } from '#core/closure/file-conflicts.ts';
import { backward, gone, newestOf } from '#core/closure/upgrade-path.ts';
import type { Platform } from '#core/distribution/distribution.ts';
import type { PublishedRepository } from '#core/repository/published.ts';
import type { RepositoryPackage } from '#core/repository/wanted.ts';
import type { SetupFile } from '#shell/verification/package-manager.ts';
import { type BaseDigest, baseMetadata } from './base-metadata.ts';
import { holdingOf } from './package-files.ts';
import { type Served, servedMetadata } from './served-metadata.ts';
import { type Part, solve } from './solve.ts';

export interface ClosureInput {
  readonly platform: Pick<Platform, 'os' | 'arch' | 'format'>;
  readonly publicUrl: string;
  /** Published repositories that together serve every package of both states. */
  readonly repositories: readonly PublishedRepository[];
  /** The present state, and the new one. */
  readonly before: readonly RepositoryPackage[];
  readonly after: readonly RepositoryPackage[];
  /** How the platform's systems are set up for its base. */
  readonly base: readonly SetupFile[];
  /** An rpm that stands for the base in a golden image (repos/images, `rpm.base`). */
  readonly baseRpm?: string;
  /** Folder for results and metadata by digest. */
  readonly keep: string;
  readonly now: Date;
}

export interface ClosureResult {
  /** A sentence for each thing that was whole and would be broken. Empty: the new state may come. */
  readonly faults: readonly string[];
  /** What is worth knowing and holds nobody up. */
  readonly notes: readonly string[];
  /** What it was judged against. */
  readonly base: readonly BaseDigest[];
}

/** Goes up when the same inputs are judged otherwise. */
const JUDGEMENT = 1;

/**
 * May the new state take the place of the present one? Dependencies with the declared base, files, versions; regressions
 * only (design.md section 6). Of each name the newest counts, which is what an upgrade leads to: who needs an older one
 * breaks, though the older one is still served. The same inputs give the same answer, so it is kept by their digest.
 * @throws ProvisioningError PUBLISHED_UNREACHABLE, PUBLISHED_OUTDATED, ENVIRONMENT_FAULT, COMMAND_*
 */
export async function checkClosure(input: ClosureInput): Promise<ClosureResult> {
  const { platform, before, after, keep } = input;
  const { parts, digests } = await baseMetadata(platform, input.base, keep, input.now);
  const image = await imagePart(input.baseRpm);
  const base = [...digests, ...image.map(({ digest }) => digest)];
  const held = (packages: readonly RepositoryPackage[]) =>
    packages.map(({ sha256, name }) => `${sha256} ${name}`).sort();
  const question = JSON.stringify([JUDGEMENT, platform.format, platform.arch, base, held(before), held(after)]);
  const record = join(keep, 'closure', `${createHash('sha256').update(question).digest('hex')}.json`);
  const known = await readFile(record, 'utf8').catch(() => undefined);
  if (known !== undefined) return JSON.parse(known) as ClosureResult;
  const result = { ...(await judge(input, [...parts, ...image.map(({ part }) => part)])), base };
  await mkdir(dirname(record), { recursive: true });
  await writeFile(`${record}.${process.pid}`, JSON.stringify(result));
  await rename(`${record}.${process.pid}`, record);
  return result;
}

async function imagePart(path: string | undefined): Promise<readonly { part: Part; digest: BaseDigest }[]> {
  if (path === undefined || !existsSync(path)) return [];
  const sha256 = createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
  return [{ part: { id: 'image', kind: 'rpm', path }, digest: { id: 'image', sha256 } }];
}

async function judge(input: ClosureInput, base: readonly Part[]): Promise<Omit<ClosureResult, 'base'>> {
  const { platform, publicUrl, repositories, before, after } = input;
  const { format, arch } = platform;
  const folder = await mkdtemp(join(tmpdir(), 'closure-'));
  try {
    const served: Served[] = [];
    for (const repository of repositories) served.push(await servedMetadata(publicUrl, repository, folder));
    const digests = (packages: readonly RepositoryPackage[]) => newestOf(packages, format).map(({ sha256 }) => sha256);
    const own = served.map(({ part }) => part);
    const closure = await solve({ format, arch, base, own, states: { old: digests(before), new: digests(after) } });
    const conflicts = newConflicts(await conflictsOf(input, before, served), await conflictsOf(input, after, served));
    return {
      faults: [
        ...regressions(closure).map(explain),
        ...conflicts.map(conflictSentence),
        ...backward(before, after, format),
      ],
      notes: [
        ...standing(closure).map((one) => `As before: ${explain(one)}`),
        ...gone(before, after).map((name) => `${name} is no longer there.`),
      ],
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function conflictsOf(
  { platform, keep }: ClosureInput,
  packages: readonly RepositoryPackage[],
  served: readonly Served[],
) {
  const address = (sha256: string) => served.map(({ addresses }) => addresses.get(sha256)).find((one) => one) ?? '';
  const holdings = [];
  for (const one of newestOf(packages, platform.format))
    holdings.push(await holdingOf(one, platform.format, address(one.sha256), keep));
  return fileConflicts(holdings);
}
