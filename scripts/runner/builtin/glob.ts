import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

/** `*` and `?` stop at a slash, `**` does not: @actions/glob's patterns. */
function expressionOf(pattern: string): RegExp {
  const source = pattern
    .split('/')
    .map((part) =>
      part === '**'
        ? '**'
        : part
            .replace(/[.+^${}()|\\]/g, '\\$&')
            .replaceAll('*', '[^/]*')
            .replaceAll('?', '[^/]'),
    )
    .join('/')
    .replace(/(^|\/)\*\*\//g, '$1(?:.*/)?')
    .replace(/\/\*\*$/, '(?:/.*)?');
  return new RegExp(`^${source}$`);
}

/** The part of an absolute pattern before its first wildcard: where the search begins. */
function searchPath(pattern: string): string {
  const parts = pattern.split('/');
  const wild = parts.findIndex((part) => /[*?[]/.test(part));
  return wild === -1 ? pattern : parts.slice(0, wild).join('/') || '/';
}

function below(path: string): string[] {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return [];
  const target = found.isSymbolicLink() ? statSync(path, { throwIfNoEntry: false }) : found;
  if (target?.isFile()) return [path];
  if (!target?.isDirectory()) return [];
  return readdirSync(path)
    .sort()
    .flatMap((name) => below(join(path, name)));
}

export type Found = { files: string[]; searchPaths: string[] };

/** Files that the patterns name, below `root` when relative. A folder names everything in it; `!` takes away. */
export function find(root: string, patterns: readonly string[]): Found {
  const taken = new Set<string>();
  const searchPaths: string[] = [];
  for (const pattern of patterns.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'))) {
    const away = pattern.startsWith('!');
    const absolute = resolve(root, away ? pattern.slice(1) : pattern);
    const start = searchPath(absolute);
    const fits = expressionOf(absolute);
    const fitting = below(start).filter(
      (file) => fits.test(file) || file.startsWith(`${absolute}${sep}`) || parentFits(file, start, fits),
    );
    if (!away) searchPaths.push(start);
    for (const file of fitting) away ? taken.delete(file) : taken.add(file);
  }
  return { files: [...taken].sort(), searchPaths };
}

/** A wildcard that names a folder names what is in it. */
function parentFits(file: string, start: string, fits: RegExp): boolean {
  for (let parent = dirname(file); parent.length > start.length; parent = dirname(parent))
    if (fits.test(parent)) return true;
  return false;
}

/** sha256 of the files' sha256 in order, as `hashFiles()` says it; empty without files. */
export function hashFiles(workspace: string, patterns: readonly string[]): string {
  const files = find(workspace, patterns).files.filter((file) => !relative(workspace, file).startsWith('..'));
  if (files.length === 0) return '';
  const whole = createHash('sha256');
  for (const file of files) whole.update(createHash('sha256').update(readFileSync(file)).digest());
  return whole.digest('hex');
}
