import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { cacheFolder } from '#shell/environment/cache.ts';
import { run } from '../run.ts';

/** Real packages that are used. */
export const REAL = 1500;
/** Packages of at most so many bytes are taken, so that a bench does not ask a mirror for gigabytes: 60 of 100 have less. */
const AT_MOST = 100_000;
/** Some may have gone from the mirror since its index was read, or have names that a spec cannot say. */
const SPARE = 100;
const AT_ONCE = 100;

/**
 * Real debs of this machine's own apt sources: of all packages of main of at most AT_MOST bytes, those whose names have the
 * lowest sha256. The rule leaves nobody a choice, and takes from all sections alike. Fetched once, by apt, into the cache.
 * @returns absolute paths, REAL of them
 */
export async function realDebs(say: (line: string) => void): Promise<readonly string[]> {
  const folder = join(cacheFolder(), 'bench', 'debs');
  if (!existsSync(folder)) await fetchDebs(folder, say);
  const files = (await readdir(folder)).filter((file) => file.endsWith('.deb'));
  const order = (file: string) => sha256Of(file.split('_')[0] ?? '');
  const sorted = files.sort((left, right) => (order(left) < order(right) ? -1 : 1));
  if (sorted.length < REAL)
    throw new Error(`apt gave ${sorted.length} of ${REAL} packages; remove ${folder} to try again.`);
  return sorted.slice(0, REAL).map((file) => join(folder, file));
}

async function fetchDebs(folder: string, say: (line: string) => void): Promise<void> {
  const names = namesIn(await run('apt-cache', ['dumpavail']));
  const wanted = names.sort((left, right) => (sha256Of(left) < sha256Of(right) ? -1 : 1)).slice(0, REAL + SPARE);
  const aside = `${folder}.new`;
  await rm(aside, { recursive: true, force: true });
  await mkdir(aside, { recursive: true });
  for (let at = 0; at < wanted.length; at += AT_ONCE) {
    say(`fetching real debs: ${at} of ${wanted.length}`);
    const some = wanted.slice(at, at + AT_ONCE);
    await run('apt-get', ['-q', '-o', 'APT::Sandbox::User=root', 'download', ...some], { cwd: aside });
  }
  await rename(aside, folder);
}

/** Names of small packages of Debian's main for this machine, each once. */
function namesIn(available: string): string[] {
  const records = available.split('\n\n').filter((record) => /^Filename: pool\/main\//m.test(record));
  const sizeOf = (record: string) => Number(/^Size: (\d+)$/m.exec(record)?.[1] ?? Number.POSITIVE_INFINITY);
  const small = records.filter((record) => sizeOf(record) <= AT_MOST && /^Architecture: (all|amd64)$/m.test(record));
  return [...new Set(small.flatMap((record) => /^Package: (.*)$/m.exec(record)?.[1] ?? []))];
}

function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export async function linkAll(paths: readonly string[], folder: string): Promise<void> {
  for (const path of paths) await link(path, join(folder, basename(path)));
}

/** Later versions of a real deb: the same but for its version. */
export async function realChanges(folder: string, deb: string, count: number): Promise<void> {
  const tree = join(folder, '..', 'tree');
  await run('dpkg-deb', ['-R', deb, tree]);
  const control = join(tree, 'DEBIAN/control');
  const text = await readFile(control, 'utf8');
  for (let step = 1; step <= count; step += 1) {
    const version = /^Version: (.*)$/m.exec(text)?.[1] ?? '';
    await writeFile(control, text.replace(/^Version: .*$/m, `Version: ${version}+${String(step).padStart(2, '0')}`));
    await run('dpkg-deb', ['--root-owner-group', '-Zgzip', '-b', tree, folder]);
  }
  await rm(tree, { recursive: true });
}
