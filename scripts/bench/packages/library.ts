import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PackageFormat } from '#core/distribution/distribution.ts';
import type { Fragment } from '#core/repository/fragment.ts';
import { cacheFolder } from '#shell/environment/cache.ts';
import { describeAll } from '#shell/pool-tools.ts';
import { type Made, renderDeb } from './deb.ts';
import { buildRpms } from './rpm.ts';

/** A package of the library, in the pool and under its own name. */
export interface Book {
  readonly name: string;
  readonly version: string;
  readonly arch: string;
  readonly sha256: string;
  readonly file: string;
  /** Absolute path. */
  readonly path: string;
}

export interface Library {
  readonly format: PackageFormat;
  /** Folder that holds `pool`, as a store does. */
  readonly store: string;
  /** `size` packages, all of the first version. */
  readonly books: readonly Book[];
  /** Later versions of the package that changes, oldest first. */
  readonly changes: readonly Book[];
}

/** How often the one package can change before it would be what it was. */
export const CHANGES = 48;
const BATCH = 500;
const WORDS = ['storm', 'voms', 'argus', 'canl', 'dpm', 'lcas', 'glite', 'xroot', 'davix', 'gfal', 'arc', 'frontier'];

/** Generated packages with their fragments, made once and kept in the cache folder; more are made when more are asked for. */
export async function library(format: PackageFormat, size: number, say: (line: string) => void): Promise<Library> {
  const folder = join(cacheFolder(), 'bench', format);
  const [store, files] = [join(folder, 'store'), join(folder, 'files')];
  await mkdir(files, { recursive: true });
  for (let at = 0; at < size; at += BATCH) {
    const wanted = Math.min(BATCH, size - at);
    const batch = Array.from({ length: wanted }, (_, index) => madeAt(at + index, '1.0-1.el9'));
    await shelve(`${at}-${wanted}`, batch, { format, folder, say });
  }
  const later = Array.from({ length: CHANGES }, (_, index) => madeAt(CHANGED, `1.${index + 1}-1.el9`));
  await shelve(`changes-${CHANGES}`, later, { format, folder, say });
  const read = async (name: string) => JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8')) as Book[];
  const books: Book[] = [];
  for (let at = 0; at < size; at += BATCH) books.push(...(await read(`${at}-${Math.min(BATCH, size - at)}`)));
  return { format, store, books, changes: await read(`changes-${CHANGES}`) };
}

/** The package that changes; every size has it. */
const CHANGED = 137;

function madeAt(index: number, version: string): Made {
  const name = (at: number) => `${WORDS[at % WORDS.length]}-${(at * 7919) % 1000}-part${at}`;
  return { name: name(index), version, depends: [1, 2, 3].map((step) => name((index + step * 31) % 400)) };
}

interface Place {
  readonly format: PackageFormat;
  readonly folder: string;
  readonly say: (line: string) => void;
}

/** Makes, describes and pools some packages, unless their list is there. */
async function shelve(name: string, made: readonly Made[], { format, folder, say }: Place): Promise<void> {
  const list = join(folder, `${name}.json`);
  if (existsSync(list)) return;
  say(`making ${made.length} ${format} packages`);
  const files = join(folder, 'files');
  const aside = join(folder, `aside-${name}`);
  await rm(aside, { recursive: true, force: true });
  await mkdir(aside, { recursive: true });
  const built = join(aside, 'built');
  await mkdir(built);
  if (format === 'rpm') await buildRpms(built, made);
  else for (const one of made) await writeFile(join(built, `${one.name}_${one.version}_amd64.deb`), renderDeb(one));
  const placed = await Promise.all(
    (await readdir(built)).map(async (file) => {
      const sha256 = createHash('sha256')
        .update(await readFile(join(built, file)))
        .digest('hex');
      await mkdir(join(aside, sha256));
      await rename(join(built, file), join(aside, sha256, file));
      return { sha256, file, format };
    }),
  );
  const fragments = await describeAll(aside, placed);
  const books: Book[] = [];
  for (const fragment of fragments.values()) books.push(await pool(fragment, aside, join(folder, 'store'), files));
  await rm(aside, { recursive: true });
  await writeFile(list, JSON.stringify(books));
}

/** As the pool does it, without waiting for the disk. */
async function pool(fragment: Fragment, aside: string, store: string, files: string): Promise<Book> {
  const { name, version, arch, sha256, file } = fragment;
  await writeFile(join(aside, sha256, 'fragment.json'), `${JSON.stringify(fragment)}\n`);
  const place = join(store, 'pool', sha256.slice(0, 2), sha256);
  await mkdir(join(place, '..'), { recursive: true });
  if (!existsSync(place)) await rename(join(aside, sha256), place);
  const path = join(files, file);
  if (!existsSync(path)) await link(join(place, file), path);
  return { name, version, arch, sha256, file, path };
}
