import { byText } from '#core/text.ts';

/** The files of one package; folders are no matter of dispute. */
export interface Holding {
  readonly name: string;
  readonly version: string;
  readonly arch: string;
  /** Absolute path → digest of what is there, where it is known. */
  readonly files: ReadonlyMap<string, string>;
  /** Names of packages whose files it may overwrite or that it cannot stand beside: `Replaces`, `Conflicts`, `Obsoletes`. */
  readonly yields: ReadonlySet<string>;
}

/** Two packages that own one path. */
export interface FileConflict {
  readonly left: string;
  readonly right: string;
  readonly paths: readonly string[];
}

/**
 * Files that two packages of the distribution would both put in one place. Of one name there is only one version on a
 * system, so they never meet; rpm allows the same bytes, dpkg does not and has no digests here.
 */
export function fileConflicts(holdings: readonly Holding[]): readonly FileConflict[] {
  const owners = new Map<string, Holding[]>();
  for (const holding of holdings)
    for (const path of holding.files.keys()) owners.set(path, [...(owners.get(path) ?? []), holding]);
  const found = new Map<string, FileConflict & { paths: string[] }>();
  for (const [path, held] of owners) {
    for (const [left, right] of pairs(held)) {
      if (!meet(left, right) || sameBytes(left, right, path)) continue;
      const [first, second] = [left.name, right.name].sort(byText) as [string, string];
      const known = found.get(`${first} ${second}`) ?? { left: first, right: second, paths: [] };
      if (!known.paths.includes(path)) known.paths.push(path);
      found.set(`${first} ${second}`, known);
    }
  }
  return [...found.values()].sort((one, other) => byText(one.left + one.right, other.left + other.right));
}

/** Pairs that are not in dispute in the present state. */
export function newConflicts(before: readonly FileConflict[], after: readonly FileConflict[]): readonly FileConflict[] {
  const known = new Set(before.map(({ left, right }) => `${left} ${right}`));
  return after.filter(({ left, right }) => !known.has(`${left} ${right}`));
}

export function conflictSentence({ left, right, paths }: FileConflict): string {
  const more = paths.length > 1 ? ` and ${paths.length - 1} more` : '';
  return `${left} and ${right} both own ${paths[0]}${more}.`;
}

function meet(left: Holding, right: Holding): boolean {
  return left.name !== right.name && !left.yields.has(right.name) && !right.yields.has(left.name);
}

function sameBytes(left: Holding, right: Holding, path: string): boolean {
  const digest = left.files.get(path);
  return digest !== '' && digest === right.files.get(path);
}

function pairs<T>(all: readonly T[]): (readonly [T, T])[] {
  return all.flatMap((left, index) => all.slice(index + 1).map((right) => [left, right] as const));
}
