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

/**
 * Where a yum repository keeps its packages: file name → URL. It only tells the place; what is found there is believed
 * for its own signature alone.
 * @param folder throw-away @throws ProvisioningError PACKAGE_INDEX_MISSING and all of fetchPackage
 */
export async function openYumIndex(
  url: string,
  fetch: FetchFile,
  folder: string,
): Promise<ReadonlyMap<string, string>> {
  const root = url.endsWith('/') ? url : `${url}/`;
  const repomd = join(folder, 'repomd.xml');
  await fetch(`${root}repodata/repomd.xml`, repomd);
  const primary = /<data type="primary">[\s\S]*?<location href="([^"]+)"/.exec(await readFile(repomd, 'utf8'))?.[1];
  if (primary === undefined)
    throw refusal('PACKAGE_INDEX_MISSING', `${root}repodata/repomd.xml names no primary index.`);
  const to = join(folder, `primary${/\.[a-z0-9]+$/.exec(primary)?.[0] ?? ''}`);
  await fetch(new URL(primary, root).href, to);
  const locations = (await opened(to, folder)).matchAll(/<location href="([^"]+)"/g);
  return new Map(
    [...locations].map(([, href = '']) => [href.replace(/^.*\//, ''), new URL(unescaped(href), root).href]),
  );
}

function unescaped(href: string): string {
  return href.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}

async function opened(path: string, folder: string): Promise<string> {
  if (path.endsWith('.gz')) return (await unzip(await readFile(path), { maxOutputLength: OPENED })).toString();
  const tool = { '.xz': 'xz', '.zst': 'zstd' }[/\.[a-z0-9]+$/.exec(path)?.[0] ?? ''];
  if (tool === undefined) return readFile(path, 'utf8');
  await mustRun([tool, '--decompress', '--keep', '--quiet', '--', path], { env: bareEnvironment(folder) });
  return readFile(path.replace(/\.[a-z0-9]+$/, ''), 'utf8');
}
