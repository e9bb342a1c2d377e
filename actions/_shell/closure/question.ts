import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Platform } from '#core/distribution/distribution.ts';
import { poolPath } from '#core/repository/fragment.ts';
import type { RepositoryPackage } from '#core/repository/wanted.ts';
import { byText } from '#core/text.ts';
import type { Part } from './solve.ts';

/** One base repository's metadata: what it is (`packages`, `primary`, `filelists`, `rpm`) → file, `<sha256>.xml.gz`. */
export interface BasePart {
  readonly id: string;
  readonly files: Readonly<Record<string, string>>;
}

/** Everything that an answer about the closure depends on, by digests: with it and the pool it can be given again. */
export interface ClosureQuestion {
  /** Of the rules: goes up when the same inputs are judged otherwise. */
  readonly judgement: number;
  readonly platform: Pick<Platform, 'os' | 'arch' | 'format'>;
  readonly base: readonly BasePart[];
  /** Which repository serves which packages of the two states: messages name it. */
  readonly repositories: readonly { readonly id: string; readonly packages: readonly string[] }[];
  readonly before: readonly RepositoryPackage[];
  readonly after: readonly RepositoryPackage[];
  /** What sites may have from releases that were withdrawn. */
  readonly withdrawn?: readonly RepositoryPackage[];
}

/** What a result names the metadata of a base repository by. */
export interface BaseDigest {
  readonly id: string;
  /** Of its one file, or of the digests of its files in the order of their names. */
  readonly sha256: string;
}

/** A question and its answer, as they are kept and served: `closure/<sha256 of the question>.json`. */
export interface ClosureRecord<Answer> {
  readonly question: ClosureQuestion;
  readonly answer: Answer;
  /** Name of the record of what the base was that day. */
  readonly fetched?: string;
}

export function questionDigest(question: ClosureQuestion): string {
  return createHash('sha256').update(JSON.stringify(question)).digest('hex');
}

export function closureKey(digest: string): string {
  return `closure/${digest}.json`;
}

/** Which base a platform had that day: `base/<name>.json`. */
export function baseKey(name: string): string {
  return `base/${name}`;
}

/** Where a file of the base lies in the pool: `pool/ab/ab…/base.xml.gz`. */
export function basePath(file: string): string {
  return poolPath(file.slice(0, 64), `base${file.slice(64)}`);
}

const BASE_FILE = /^[0-9a-f]{64}(\.(xml|rpm))?(\.(gz|xz|zst|bz2))?$/;

export function isBaseFile(file: string): boolean {
  return BASE_FILE.test(file);
}

export function digestOf({ id, files }: BasePart): BaseDigest {
  const names = Object.entries(files).sort(([left], [right]) => byText(left, right));
  const digests = names.map(([, file]) => file.slice(0, 64));
  const sha256 = digests.length === 1 ? digests[0] : createHash('sha256').update(digests.join('\n')).digest('hex');
  return { id, sha256: sha256 ?? '' };
}

/** @param folder where the files lie, and where the solver keeps its own form of them */
export function partOf(part: BasePart, folder: string): Part {
  const { id, files } = part;
  const at = (name: string) => join(folder, files[name] ?? '');
  const solv = join(folder, `${digestOf(part).sha256}.solv`);
  if (files.rpm !== undefined) return { id, kind: 'rpm', path: at('rpm') };
  if (files.packages !== undefined) return { id, kind: 'packages', path: at('packages'), solv };
  return { id, kind: 'rpmmd', primary: at('primary'), filelists: at('filelists'), solv };
}
