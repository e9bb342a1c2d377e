import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { git, gitText } from './run.ts';

export const ZERO = '0'.repeat(40);

/** One ref's move. `before` or `after` is ZERO when it was made or deleted. */
export interface RefChange {
  readonly ref: string;
  readonly before: string;
  readonly after: string;
}

/** The refs of one repository, read once and kept until someone else may have changed them. */
export class Refs {
  readonly #dir: string;
  #known: Promise<ReadonlyMap<string, string>> | undefined;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** Full ref name to sha (of the tag object where it is annotated), sorted by name. */
  all(): Promise<ReadonlyMap<string, string>> {
    this.#known ??= readRefs(this.#dir);
    return this.#known;
  }

  async get(ref: string): Promise<string | undefined> {
    return (await this.all()).get(ref);
  }

  async under(prefix: string): Promise<{ ref: string; sha: string }[]> {
    return [...(await this.all())].filter(([ref]) => ref.startsWith(prefix)).map(([ref, sha]) => ({ ref, sha }));
  }

  /** Moves a ref from `before` (ZERO: must not exist). @throws Error when it stands elsewhere. */
  async update(ref: string, after: string, before?: string): Promise<void> {
    const old = before === undefined ? [] : [before];
    await git(this.#dir, after === ZERO ? ['update-ref', '-d', ref, ...old] : ['update-ref', ref, after, ...old]);
    const known = new Map(await this.all());
    if (after === ZERO) known.delete(ref);
    else known.set(ref, after);
    this.#known = Promise.resolve(new Map([...known].sort(([a], [b]) => (a < b ? -1 : 1))));
  }

  /** The first refs of a repository that has none, all in one file. */
  async seed(refs: readonly { readonly ref: string; readonly sha: string }[]): Promise<void> {
    await writeFile(join(this.#dir, 'packed-refs'), refs.map(({ ref, sha }) => `${sha} ${ref}\n`).join(''));
    this.forget();
  }

  forget(): void {
    this.#known = undefined;
  }
}

export function differenceOf(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): RefChange[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names]
    .map((ref) => ({ ref, before: before.get(ref) ?? ZERO, after: after.get(ref) ?? ZERO }))
    .filter((change) => change.before !== change.after);
}

async function readRefs(dir: string): Promise<ReadonlyMap<string, string>> {
  const text = await gitText(dir, ['for-each-ref', '--format=%(refname) %(objectname)']);
  const lines = text === '' ? [] : text.split('\n');
  return new Map(lines.map((line): [string, string] => [line.slice(0, line.lastIndexOf(' ')), line.slice(-40)]));
}
