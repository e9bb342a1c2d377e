import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Platform } from '#core/distribution/distribution.ts';
import { byText } from '#core/text.ts';
import type { SetupFile } from '#shell/verification/package-manager.ts';
import { fetchApt } from './base-apt.ts';
import { fetchDnf } from './base-dnf.ts';
import type { Part } from './solve.ts';

/** Metadata of a declared base repository as it was found: files by name. */
export interface Found {
  readonly id: string;
  readonly files: Readonly<Record<string, string>>;
}

/** What a result can be made again from. */
export interface BaseDigest {
  readonly id: string;
  /** Of the metadata files, in the order of their names. */
  readonly sha256: string;
}

interface Kept {
  readonly fetchedAt: string;
  readonly parts: readonly { readonly id: string; readonly files: Readonly<Record<string, string>> }[];
}

/** Milliseconds: the base moves slowly, and a day's results should agree with each other. */
const FRESH = 86_400_000;

/**
 * Metadata of a platform's declared base, at most a day old, kept by digest in `<keep>/base/<sha256>-<file>`; a file that a
 * result names stays until the cache is thrown away. The field's own clients fetch it and check its signatures.
 * @param sources how the platform's systems are set up for the base (client files and keys)
 */
export async function baseMetadata(
  { format, arch }: Pick<Platform, 'format' | 'arch'>,
  sources: readonly SetupFile[],
  keep: string,
  now: Date,
): Promise<{ readonly parts: readonly Part[]; readonly digests: readonly BaseDigest[] }> {
  if (sources.length === 0) return { parts: [], digests: [] };
  const folder = join(keep, 'base');
  await mkdir(folder, { recursive: true });
  const question = createHash('sha256').update(JSON.stringify([format, arch, sources]));
  const record = join(folder, `${question.digest('hex').slice(0, 32)}.json`);
  const kept = (await readKept(record, folder, now)) ?? (await gather({ format, arch }, sources, folder, record, now));
  return { parts: kept.parts.map((part) => partOf(part, folder)), digests: kept.parts.map(digestOf) };
}

async function readKept(record: string, folder: string, now: Date): Promise<Kept | undefined> {
  try {
    const kept = JSON.parse(await readFile(record, 'utf8')) as Kept;
    const age = now.getTime() - Date.parse(kept.fetchedAt);
    if (!(age >= 0 && age < FRESH)) return undefined;
    for (const { files } of kept.parts) for (const file of Object.values(files)) await stat(join(folder, file));
    return kept;
  } catch {
    return undefined; // as good as never fetched
  }
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
      for (const [name, path] of Object.entries(files)) names[name] = await keepByDigest(path, folder);
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

async function keepByDigest(path: string, folder: string): Promise<string> {
  const digest = createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
  // apt's list files carry their whole address in their names, and libsolv wants only the ending.
  const name = `${digest}${/(\.(xml|gz|xz|zst|bz2))*$/.exec(basename(path))?.[0] ?? ''}`;
  await rename(path, join(folder, name));
  return name;
}

function partOf({ id, files }: Kept['parts'][number], folder: string): Part {
  const at = (name: string) => join(folder, files[name] ?? '');
  const solv = join(folder, `${digestOf({ id, files }).sha256}.solv`);
  if (files.packages !== undefined) return { id, kind: 'packages', path: at('packages'), solv };
  return { id, kind: 'rpmmd', primary: at('primary'), filelists: at('filelists'), solv };
}

function digestOf({ id, files }: Kept['parts'][number]): BaseDigest {
  const names = Object.entries(files).sort(([left], [right]) => byText(left, right));
  const digests = names.map(([, file]) => file.slice(0, 64));
  const sha256 = digests.length === 1 ? digests[0] : createHash('sha256').update(digests.join('\n')).digest('hex');
  return { id, sha256: sha256 ?? '' };
}
