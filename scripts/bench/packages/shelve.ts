import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PackageFormat } from '#core/distribution/distribution.ts';
import type { Fragment } from '#core/repository/fragment.ts';
import { describeAll } from '#shell/pool-tools.ts';

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

interface Shelf {
  readonly format: PackageFormat;
  /** Of the whole library; holds `store/pool`, `files` and a list for each shelf. */
  readonly folder: string;
  /** Puts the packages into an empty folder, and nothing else. */
  readonly make: (folder: string) => Promise<void>;
}

/** Makes, describes and pools some packages, unless their list is there. */
export async function shelve(name: string, { format, folder, make }: Shelf): Promise<readonly Book[]> {
  const list = join(folder, `${name}.json`);
  if (existsSync(list)) return JSON.parse(await readFile(list, 'utf8')) as Book[];
  const files = join(folder, 'files');
  await mkdir(files, { recursive: true });
  const aside = join(folder, `aside-${name}`);
  await rm(aside, { recursive: true, force: true });
  const built = join(aside, 'built');
  await mkdir(built, { recursive: true });
  await make(built);
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
  return books;
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
