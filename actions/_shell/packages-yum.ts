import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { refusal } from '#core/fault-codes.ts';
import { bareEnvironment } from '#shell/packages.ts';
import { mustRun } from '#shell/process.ts';
import type { FetchFile } from '#shell/signature-apt.ts';

const unzip = promisify(gunzip);
/** Bytes. */
const OPENED = 500e6;

/** A record of repomd.xml. */
export interface RepomdRecord {
  readonly type: string;
  readonly url: string;
  /** Absent when another digest is given, or none. */
  readonly sha256?: string;
}

export interface Repomd {
  readonly root: string;
  /** The file, for whoever checks its signature. */
  readonly path: string;
  readonly records: readonly RepomdRecord[];
}

/** @param folder throw-away @throws ProvisioningError all of fetchPackage */
export async function readRepomd(url: string, fetch: FetchFile, folder: string): Promise<Repomd> {
  const root = url.endsWith('/') ? url : `${url}/`;
  const path = join(folder, 'repomd.xml');
  await fetch(`${root}repodata/repomd.xml`, path);
  const data = (await readFile(path, 'utf8')).matchAll(/<data type="([^"]+)">([\s\S]*?)<\/data>/g);
  const records = [...data].flatMap(([, type = '', text = '']): readonly RepomdRecord[] => {
    const href = /<location href="([^"]+)"/.exec(text)?.[1];
    const sha256 = /<checksum type="sha256">([0-9a-f]{64})</.exec(text)?.[1];
    const record = { type, url: new URL(unescaped(href ?? ''), root).href };
    return href === undefined ? [] : [sha256 === undefined ? record : { ...record, sha256 }];
  });
  return { root, path, records };
}

/**
 * Where a yum repository keeps its packages: file name → URL. It only tells the place; what is found there is believed
 * for its own signature alone.
 * @param folder throw-away @throws ProvisioningError PACKAGE_INDEX_MISSING and all of fetchPackage
 */
export async function openYumIndex(
  { root, records }: Repomd,
  fetch: FetchFile,
  folder: string,
): Promise<ReadonlyMap<string, string>> {
  const primary = records.find(({ type }) => type === 'primary');
  if (primary === undefined)
    throw refusal('PACKAGE_INDEX_MISSING', `${root}repodata/repomd.xml names no primary index.`);
  const to = join(folder, `primary${/\.[a-z0-9]+$/.exec(primary.url)?.[0] ?? ''}`);
  await fetch(primary.url, to);
  const locations = (await openedFile(to, folder, OPENED)).toString().matchAll(/<location href="([^"]+)"/g);
  return new Map(
    [...locations].map(([, href = '']) => [href.replace(/^.*\//, ''), new URL(unescaped(href), root).href]),
  );
}

function unescaped(href: string): string {
  return href.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}

const TOOLS: Readonly<Record<string, string>> = { '.xz': 'xz', '.zst': 'zstd', '.bz2': 'bzip2' };

/**
 * The open bytes of a file, by its ending.
 * @param most bytes of it @throws whatever the tool of the format says of a file that is ill or larger
 */
export async function openedFile(path: string, folder: string, most: number): Promise<Buffer> {
  if (path.endsWith('.gz')) return unzip(await readFile(path), { maxOutputLength: most });
  const tool = TOOLS[/\.[a-z0-9]+$/.exec(path)?.[0] ?? ''];
  if (tool === undefined) return readFile(path);
  const limited = ['prlimit', `--fsize=${most}`, '--', tool, '--decompress', '--keep', '--quiet', '--', path];
  await mustRun(limited, { env: bareEnvironment(folder) });
  return readFile(path.replace(/\.[a-z0-9]+$/, ''));
}
