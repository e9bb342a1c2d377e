import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { refusal } from '#core/fault-codes.ts';
import { renderPackages } from '#core/repository/apt-metadata.ts';
import { type DebFragment, type Fragment, poolPath, type RpmFragment } from '#core/repository/fragment.ts';
import { type RpmIndex, renderRpmBody, rpmFrame } from '#core/repository/rpm-metadata.ts';
import { takeFile } from './base-metadata.ts';
import { type ClosureResult, judge } from './check.ts';
import { type ClosureQuestion, type ClosureRecord, closureKey, isBaseFile, questionDigest } from './question.ts';
import { bytes, type Served } from './served-metadata.ts';

/**
 * Gives an answer about the closure again, from the pool alone: metadata of the base by digest, packages by digest, whatever
 * is published or on a mirror by now.
 * @param inputs sha256 that evidence names @param keep folder for what is fetched
 * @returns what was said then, and what is said now
 * @throws ProvisioningError PUBLISHED_UNREACHABLE when the store does not have it, POOL_DIGEST
 */
export async function reproduceClosure(
  inputs: string,
  { publicUrl, keep }: { readonly publicUrl: string; readonly keep: string },
): Promise<{ readonly said: ClosureResult; readonly again: Pick<ClosureResult, 'faults' | 'notes'> }> {
  const text = (await bytes(`${publicUrl}/${closureKey(inputs)}`)).toString();
  const { question, answer } = JSON.parse(text) as ClosureRecord<ClosureResult>;
  const found = questionDigest(question);
  if (found !== inputs) throw refusal('POOL_DIGEST', `The inputs of ${closureKey(inputs)} have sha256 ${found}.`);
  await mkdir(join(keep, 'base'), { recursive: true });
  const files = question.base.flatMap((part) => Object.values(part.files)).filter(isBaseFile);
  for (const file of files) await takeFile(publicUrl, file, join(keep, 'base'));
  return { said: answer, again: await judge(question, keep, (folder) => pooled(question, publicUrl, folder)) };
}

/** Metadata of our packages from their fragments, as their repositories had it. */
async function pooled({ platform, repositories }: ClosureQuestion, publicUrl: string, folder: string) {
  const served: Served[] = [];
  for (const { id, packages } of repositories) {
    const here = join(folder, id.replaceAll('/', '_'));
    await mkdir(here, { recursive: true });
    const fragments: Fragment[] = [];
    for (const sha256 of packages)
      fragments.push(JSON.parse((await bytes(`${publicUrl}/${poolPath(sha256, 'fragment.json')}`)).toString()));
    const address = ({ sha256, file }: Fragment) => [sha256, `${publicUrl}/${poolPath(sha256, file)}`] as const;
    served.push({
      part: { id, ...(await (platform.format === 'deb' ? debPart(fragments, here) : rpmPart(fragments, here))) },
      addresses: new Map(fragments.map(address)),
    });
  }
  return served;
}

async function debPart(fragments: readonly Fragment[], folder: string) {
  const path = join(folder, 'Packages');
  await writeFile(path, renderPackages(fragments as readonly DebFragment[]));
  return { kind: 'packages', path } as const;
}

async function rpmPart(fragments: readonly Fragment[], folder: string) {
  const index = async (kind: RpmIndex) => {
    const { head, tail } = rpmFrame(kind, fragments.length);
    const path = join(folder, `${kind}.xml.gz`);
    await writeFile(path, gzipSync(`${head}${renderRpmBody(kind, fragments as readonly RpmFragment[])}${tail}`));
    return path;
  };
  return { kind: 'rpmmd', primary: await index('primary'), filelists: await index('filelists') } as const;
}
