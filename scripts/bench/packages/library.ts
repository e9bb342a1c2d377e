import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PackageFormat } from '#core/distribution/distribution.ts';
import { cacheFolder } from '#shell/environment/cache.ts';
import { renderDeb } from './deb.ts';
import { type Made, madeAt } from './made.ts';
import { linkAll, REAL, realChanges, realDebs } from './real.ts';
import { realRpmChanges, realRpms } from './real-rpm.ts';
import { renderRpm } from './rpm.ts';
import { type Book, shelve } from './shelve.ts';

/** Generated to the measure of a distribution, as many as wanted; or a distribution's own, of which there are REAL. */
export type PackageSet = 'generated' | 'real';

export interface Library {
  readonly format: PackageFormat;
  /** Folder that holds `pool`, as a store does. */
  readonly store: string;
  /** `size` packages, each once. */
  readonly books: readonly Book[];
  /** Later versions of the package that changes, oldest first. */
  readonly changes: readonly Book[];
}

/** How often the one package can change before it would be what it was. */
export const CHANGES = 48;
const BATCH = 500;
/** The package that changes; every size has it. */
const CHANGED = 137;

/**
 * Packages with their fragments, made once and kept in the cache folder; more are made when more are asked for.
 * @param size of the real set at most REAL
 */
export async function library(
  format: PackageFormat,
  size: number,
  say: (line: string) => void,
  set: PackageSet = 'generated',
): Promise<Library> {
  const folder = join(cacheFolder(), 'bench', `${set}-${format}`);
  const make = set === 'real' ? await real(format, say) : generated(format, say);
  const books: Book[] = [];
  for (let at = 0; at < size; at += BATCH) {
    const batch = { format, folder, make: make.batch(at, Math.min(BATCH, size - at)) };
    books.push(...(await shelve(`${at}-${Math.min(BATCH, size - at)}`, batch)));
  }
  const changes = await shelve(`changes-${CHANGES}`, { format, folder, make: make.changes });
  return { format, store: join(folder, 'store'), books, changes: [...changes].sort(byVersion) };
}

const byVersion = (left: Book, right: Book) => left.version.localeCompare(right.version, 'en', { numeric: true });

interface Maker {
  readonly batch: (at: number, count: number) => (folder: string) => Promise<void>;
  readonly changes: (folder: string) => Promise<void>;
}

function generated(format: PackageFormat, say: (line: string) => void): Maker {
  const into = async (folder: string, made: readonly Made[]) => {
    say(`making ${made.length} ${format} packages`);
    for (const one of made) {
      const [file, bytes] =
        format === 'rpm'
          ? [`${one.name}-${one.version}.x86_64.rpm`, renderRpm(one)]
          : [`${one.name}_${one.version}_amd64.deb`, renderDeb(one)];
      await writeFile(join(folder, file), bytes);
    }
  };
  const later = Array.from({ length: CHANGES }, (_, index) => madeAt(CHANGED, `1.${index + 1}-1.el9`));
  return {
    batch: (at, count) => (folder) => {
      const made = Array.from({ length: count }, (_, index) => madeAt(at + index, '1.0-1.el9'));
      return into(folder, made);
    },
    changes: (folder) => into(folder, later),
  };
}

async function real(format: PackageFormat, say: (line: string) => void): Promise<Maker> {
  const debs = await realDebs(say);
  const changed = debs[CHANGED] as string;
  const some = (at: number, count: number) => debs.slice(at, Math.min(at + count, REAL));
  if (format === 'rpm')
    return {
      batch: (at, count) => (folder) => realRpms(folder, some(at, count), say),
      changes: (folder) => realRpmChanges(folder, changed, CHANGES),
    };
  return {
    batch: (at, count) => (folder) => linkAll(some(at, count), folder),
    changes: (folder) => realChanges(folder, changed, CHANGES),
  };
}
