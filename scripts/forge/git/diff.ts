import { Cache } from './cache.ts';
import { git } from './run.ts';

/** One file of a difference, as GitHub counts it. `patch` holds the hunks; absent for binary or huge ones. */
export interface FileChange {
  readonly status: 'added' | 'removed' | 'modified' | 'renamed' | 'changed';
  readonly path: string;
  readonly previous: string | null;
  /** Blob at the new side, or at the old one when removed. */
  readonly sha: string;
  readonly additions: number;
  readonly deletions: number;
  readonly patch: string | null;
}

const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';
const LARGEST_PATCH = 400_000;
const differences = new Cache<readonly FileChange[]>(2_000);

/** Difference of two trees or commits (two-dot); `base` null compares with nothing. Kept, for shas do not change. */
export function diff(dir: string, base: string | null, head: string): Promise<readonly FileChange[]> {
  const from = base ?? EMPTY_TREE;
  return differences.get(`${dir} ${from} ${head}`, async () => {
    const [summary, patches] = await Promise.all([
      git(dir, ['diff', '-M', '--raw', '--numstat', '--abbrev=40', '-z', from, head]),
      git(dir, ['diff', '-M', '--full-index', '--no-color', '--no-ext-diff', from, head]),
    ]);
    const texts = splitPatches(patches.out.toString('utf8'));
    return parseSummary(summary.out.toString('utf8')).map((file, at) => ({ ...file, patch: hunksOf(texts[at] ?? '') }));
  });
}

/** The whole difference as `git diff` prints it. */
export async function diffText(dir: string, base: string, head: string): Promise<string> {
  return (await git(dir, ['diff', '-M', '--full-index', '--no-color', base, head])).out.toString('utf8');
}

function parseSummary(text: string): Omit<FileChange, 'patch'>[] {
  const words = text.split('\0');
  const files: Omit<FileChange, 'patch' | 'additions' | 'deletions'>[] = [];
  const counts: { additions: number; deletions: number }[] = [];
  for (let at = 0; at < words.length; ) {
    const word = words[at] ?? '';
    if (word.startsWith(':')) {
      const renamed = /[RC]\d*$/.test(word);
      files.push(fileOf(word, words[at + 1] ?? '', renamed ? (words[at + 2] ?? '') : undefined));
      at += renamed ? 3 : 2;
    } else {
      const [additions = '0', deletions = '0', path = ''] = word.split('\t');
      if (word !== '') counts.push({ additions: Number(additions) || 0, deletions: Number(deletions) || 0 });
      at += word !== '' && path === '' ? 3 : 1;
    }
  }
  return files.map((file, at) => ({ ...file, ...(counts[at] ?? { additions: 0, deletions: 0 }) }));
}

const STATUS: Readonly<Record<string, FileChange['status']>> = {
  A: 'added',
  D: 'removed',
  M: 'modified',
  R: 'renamed',
  T: 'changed',
  C: 'added',
};

/** `:100644 100644 <old> <new> M`, then the path, then the new path of a rename. */
function fileOf(raw: string, first: string, second: string | undefined) {
  const [, , before = '', after = '', letter = ''] = raw.split(' ');
  const status = STATUS[letter.charAt(0)] ?? 'modified';
  return {
    status,
    path: second ?? first,
    previous: second === undefined ? null : first,
    sha: status === 'removed' ? before : after,
  };
}

function splitPatches(text: string): string[] {
  return text === '' ? [] : text.split(/^(?=diff --git )/m);
}

function hunksOf(patch: string): string | null {
  const at = patch.search(/^@@ /m);
  return at < 0 || patch.length > LARGEST_PATCH ? null : patch.slice(at).replace(/\n$/, '');
}
