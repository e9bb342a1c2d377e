import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Platform } from '#core/distribution/distribution.ts';
import { refusal } from '#core/fault-codes.ts';
import { byText } from '#core/text.ts';
import type { SetupFile } from '#shell/verification/package-manager.ts';
import { fetchApt } from './base-apt.ts';
import { fetchDnf } from './base-dnf.ts';
import { type BasePart, baseKey, basePath, isBaseFile } from './question.ts';
import { bytes } from './served-metadata.ts';

const zip = promisify(gzip);

/** Metadata of a declared base repository as it was found: files by name. */
export interface Found {
  readonly id: string;
  readonly files: Readonly<Record<string, string>>;
}

interface Kept {
  readonly fetchedAt: string;
  readonly parts: readonly BasePart[];
}

/** Milliseconds: the base moves slowly, and a day's results should agree with each other. */
const FRESH = 86_400_000;

/**
 * Metadata of a platform's declared base, at most a day old, kept by digest in `<keep>/base/<sha256>…`. What the store serves
 * from another runner of today is taken before anything is fetched; else the field's own clients fetch it and check its
 * signatures, and whoever may write the store takes it from here (decision 0039).
 * @param sources how the platform's systems are set up for the base (client files and keys)
 * @returns `fetched`: name of the record in `<keep>/base`
 */
export async function baseMetadata(
  { format, arch }: Pick<Platform, 'format' | 'arch'>,
  sources: readonly SetupFile[],
  { keep, publicUrl, now }: { readonly keep: string; readonly publicUrl: string; readonly now: Date },
): Promise<{ readonly parts: readonly BasePart[]; readonly fetched?: string }> {
  if (sources.length === 0) return { parts: [] };
  const folder = join(keep, 'base');
  await mkdir(folder, { recursive: true });
  const question = createHash('sha256').update(JSON.stringify([format, arch, sources]));
  const fetched = `${question.digest('hex').slice(0, 32)}.json`;
  const record = join(folder, fetched);
  const kept =
    (await readKept(record, folder, now)) ??
    (await takeServed(publicUrl, fetched, folder, now)) ??
    (await gather({ format, arch }, sources, folder, record, now));
  return { parts: kept.parts, fetched };
}

async function readKept(record: string, folder: string, now: Date): Promise<Kept | undefined> {
  try {
    const kept = JSON.parse(await readFile(record, 'utf8')) as Kept;
    if (!isFresh(kept, now)) return undefined;
    for (const { files } of kept.parts) for (const file of Object.values(files)) await stat(join(folder, file));
    return kept;
  } catch {
    return undefined; // as good as never fetched
  }
}

function isFresh({ fetchedAt }: Kept, now: Date): boolean {
  const age = now.getTime() - Date.parse(fetchedAt);
  return age >= 0 && age < FRESH;
}

/** What another runner found today. Anything ill about it, and this one looks for itself. */
async function takeServed(publicUrl: string, fetched: string, folder: string, now: Date): Promise<Kept | undefined> {
  try {
    const text = (await bytes(`${publicUrl}/${baseKey(fetched)}`)).toString();
    const kept = JSON.parse(text) as Kept;
    const files = kept.parts.flatMap((part) => Object.values(part.files));
    if (!isFresh(kept, now) || !files.every(isBaseFile)) return undefined;
    for (const file of files) await takeFile(publicUrl, file, folder);
    await replace(join(folder, fetched), text);
    return kept;
  } catch {
    return undefined;
  }
}

/** A file of the base from the store, unless it is here. @throws ProvisioningError PUBLISHED_UNREACHABLE, POOL_DIGEST */
export async function takeFile(publicUrl: string, file: string, folder: string): Promise<void> {
  if (existsSync(join(folder, file))) return;
  const content = await bytes(`${publicUrl}/${basePath(file)}`);
  const found = createHash('sha256').update(content).digest('hex');
  if (found !== file.slice(0, 64)) throw refusal('POOL_DIGEST', `${basePath(file)} has sha256 ${found}.`);
  await replace(join(folder, file), content);
}

async function replace(path: string, content: string | Uint8Array): Promise<void> {
  const aside = `${path}.${process.pid}.new`;
  await writeFile(aside, content);
  await rename(aside, path);
}

async function gather(
  { format, arch }: Pick<Platform, 'format' | 'arch'>,
  sources: readonly SetupFile[],
  folder: string,
  record: string,
  now: Date,
): Promise<Kept> {
  const aside = await mkdtemp(join(folder, '.fetching-'));
  try {
    const found = await (format === 'deb' ? fetchApt(sources, arch, aside) : fetchDnf(sources, aside));
    const parts: { id: string; files: Record<string, string> }[] = [];
    for (const { id, files } of [...found].sort((left, right) => byText(left.id, right.id))) {
      const names: Record<string, string> = {};
      for (const [name, path] of Object.entries(files)) names[name] = await keepByDigest(name, path, folder);
      parts.push({ id, files: names });
    }
    const kept: Kept = { fetchedAt: now.toISOString(), parts };
    await writeFile(join(aside, 'record'), JSON.stringify(kept));
    await rename(join(aside, 'record'), record);
    return kept;
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

async function keepByDigest(kind: string, path: string, folder: string): Promise<string> {
  const found = await readFile(path);
  // apt's list files carry their whole address in their names, and libsolv wants only the ending.
  const ending = /(\.(xml|gz|xz|zst|bz2))*$/.exec(basename(path))?.[0] ?? '';
  const isOpen = kind === 'packages' && ending === '';
  const content = isOpen ? await zip(found) : found;
  const name = `${createHash('sha256').update(content).digest('hex')}${isOpen ? '.gz' : ending}`;
  await replace(join(folder, name), content);
  return name;
}
