import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { explain } from '#core/closure/chain.ts';
import { regressions, standing } from '#core/closure/closure.ts';
import { conflictSentence, fileConflicts, newConflicts } from '#core/closure/file-conflicts.ts';
import { backward, gone, leftBehind, newestOf } from '#core/closure/upgrade-path.ts';
import type { PackageFormat, Platform } from '#core/distribution/distribution.ts';
import type { PublishedRepository } from '#core/repository/published.ts';
import type { RepositoryPackage } from '#core/repository/wanted.ts';
import { byText } from '#core/text.ts';
import type { SetupFile } from '#shell/verification/package-manager.ts';
import { baseMetadata } from './base-metadata.ts';
import { holdingOf } from './package-files.ts';
import {
  type BaseDigest,
  type BasePart,
  type ClosureQuestion,
  type ClosureRecord,
  closureKey,
  digestOf,
  partOf,
  questionDigest,
} from './question.ts';
import { type Served, servedMetadata } from './served-metadata.ts';
import { solve } from './solve.ts';

export interface ClosureInput {
  readonly platform: Pick<Platform, 'os' | 'arch' | 'format'>;
  readonly publicUrl: string;
  /** Published repositories that together serve every package of both states. */
  readonly repositories: readonly PublishedRepository[];
  /** The present state, and the new one. */
  readonly before: readonly RepositoryPackage[];
  readonly after: readonly RepositoryPackage[];
  /** Of releases that were withdrawn: not served any more, and still on sites. */
  readonly withdrawn?: readonly RepositoryPackage[];
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
  /** sha256 of all that the answer depends on: by it the answer can be given again (`npm run closure`). */
  readonly inputs: string;
}

/** Goes up when the same inputs are judged otherwise. */
const JUDGEMENT = 3;

/**
 * May the new state take the place of the present one? Dependencies with the declared base, files, versions; regressions
 * only (design.md section 6). Of each name the newest counts, which is what an upgrade leads to: who needs an older one
 * breaks, though the older one is still served. The same inputs give the same answer, so it is kept by their digest,
 * with all that is wanted to give it again.
 * @throws ProvisioningError PUBLISHED_UNREACHABLE, PUBLISHED_OUTDATED, ENVIRONMENT_FAULT, COMMAND_*
 */
export async function checkClosure(input: ClosureInput): Promise<ClosureResult> {
  const { platform, before, after, keep, repositories, withdrawn = [] } = input;
  const { parts, fetched } = await baseMetadata(platform, input.base, input);
  const { os, arch, format } = platform;
  const base = [...parts, ...(await imagePart(input.baseRpm, keep))];
  const held = new Set([...before, ...after].map(({ sha256 }) => sha256));
  const question: ClosureQuestion = {
    ...{ judgement: JUDGEMENT, platform: { os, arch, format }, base },
    repositories: repositories.map(({ id, packages }) => ({
      id,
      packages: packages.map(({ sha256 }) => sha256).filter((sha256) => held.has(sha256)),
    })),
    ...{ before: sorted(before), after: sorted(after) },
    ...(withdrawn.length === 0 ? {} : { withdrawn: sorted(withdrawn) }),
  };
  const inputs = questionDigest(question);
  const path = join(keep, closureKey(inputs));
  const known = await readFile(path, 'utf8').catch(() => undefined);
  if (known !== undefined) return (JSON.parse(known) as ClosureRecord<ClosureResult>).answer;
  const said = await judge(question, keep, (folder) => allServed(input, folder));
  const answer = { ...said, base: base.map(digestOf), inputs };
  const record: ClosureRecord<ClosureResult> = { question, answer, ...(fetched === undefined ? {} : { fetched }) };
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.${process.pid}`, JSON.stringify(record));
  await rename(`${path}.${process.pid}`, path);
  return answer;
}

function sorted(packages: readonly RepositoryPackage[]): readonly RepositoryPackage[] {
  const keyOf = ({ name, version, arch: of, sha256 }: RepositoryPackage) => `${name} ${version} ${of} ${sha256}`;
  return packages
    .map(({ name, version, arch, sha256, ppa }) => ({ name, version, arch, sha256, ppa }))
    .sort((left, right) => byText(keyOf(left), keyOf(right)));
}

/** Copied to where metadata is kept, so that it can be handed on as such. */
async function imagePart(path: string | undefined, keep: string): Promise<readonly BasePart[]> {
  if (path === undefined || !existsSync(path)) return [];
  const sha256 = createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
  const file = `${sha256}.rpm`;
  await mkdir(join(keep, 'base'), { recursive: true });
  if (!existsSync(join(keep, 'base', file))) {
    await copyFile(path, join(keep, 'base', `${file}.${process.pid}`));
    await rename(join(keep, 'base', `${file}.${process.pid}`), join(keep, 'base', file));
  }
  return [{ id: 'image', files: { rpm: file } }];
}

async function allServed({ publicUrl, repositories }: ClosureInput, folder: string): Promise<readonly Served[]> {
  const served: Served[] = [];
  for (const repository of repositories) served.push(await servedMetadata(publicUrl, repository, folder));
  return served;
}

/**
 * @param keep folder that has the files of the base
 * @param serve gives the metadata of our repositories, in a folder that is thrown away
 */
export async function judge(
  question: ClosureQuestion,
  keep: string,
  serve: (folder: string) => Promise<readonly Served[]>,
): Promise<Pick<ClosureResult, 'faults' | 'notes'>> {
  const { platform, before, after, withdrawn = [] } = question;
  const { format, arch } = platform;
  const folder = await mkdtemp(join(tmpdir(), 'closure-'));
  try {
    const served = await serve(folder);
    const base = question.base.map((part) => partOf(part, join(keep, 'base')));
    const digests = (packages: readonly RepositoryPackage[]) => newestOf(packages, format).map(({ sha256 }) => sha256);
    const own = served.map(({ part }) => part);
    const closure = await solve({ format, arch, base, own, states: { old: digests(before), new: digests(after) } });
    const conflicts = newConflicts(
      await conflictsOf(format, before, served, keep),
      await conflictsOf(format, after, served, keep),
    );
    return {
      faults: [
        ...regressions(closure).map(explain),
        ...conflicts.map(conflictSentence),
        ...backward(before, after, format),
      ],
      notes: [
        ...standing(closure).map((one) => `As before: ${explain(one)}`),
        ...gone(before, after).map((name) => `${name} is no longer there.`),
        ...leftBehind(withdrawn, after, format),
      ],
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function conflictsOf(
  format: PackageFormat,
  packages: readonly RepositoryPackage[],
  served: readonly Served[],
  keep: string,
) {
  const address = (sha256: string) => served.map(({ addresses }) => addresses.get(sha256)).find((one) => one) ?? '';
  const holdings = [];
  for (const one of newestOf(packages, format)) holdings.push(await holdingOf(one, format, address(one.sha256), keep));
  return fileConflicts(holdings);
}
