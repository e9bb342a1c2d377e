import { type FileHandle, open } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { basename, extname } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.asc': 'application/pgp-keys',
  '.bz2': 'application/x-bzip2',
  '.css': 'text/css; charset=utf-8',
  '.deb': 'application/vnd.debian.binary-package',
  '.gpg': 'application/pgp-keys',
  '.gz': 'application/gzip',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.rpm': 'application/x-rpm',
  '.svg': 'image/svg+xml',
  '.xml': 'application/xml',
  '.xz': 'application/x-xz',
  '.zst': 'application/zstd',
};
const PLAIN = /^(InRelease|Release|Packages|mirrorlist)$|\.(txt|list|sources|repo|ya?ml|log|md|sh)$/;

export function contentType(path: string): string {
  if (PLAIN.test(basename(path))) return 'text/plain; charset=utf-8';
  return TYPES[extname(path)] ?? 'application/octet-stream';
}

/** One regular file, held open: what is sent fits the headers even when the name is given to another file meanwhile. */
export interface OpenFile {
  readonly handle: FileHandle;
  readonly size: number;
  readonly etag: string;
  /** HTTP date, whole seconds. */
  readonly modified: string;
}

/** Undefined when the path is no regular file. The inode is part of the tag: a pointer that moves within a second shows. */
export async function openFile(path: string): Promise<OpenFile | undefined> {
  const handle = await open(path, 'r').catch(() => undefined);
  if (handle === undefined) return undefined;
  const found = await handle.stat();
  if (!found.isFile()) {
    await handle.close();
    return undefined;
  }
  const { size, mtimeMs, ino, mtime } = found;
  const etag = `"${[ino, size, Math.trunc(mtimeMs)].map((part) => part.toString(16)).join('-')}"`;
  return { handle, size, etag, modified: mtime.toUTCString() };
}

/**
 * RFC 9110 section 13: If-None-Match wins over If-Modified-Since. A date counts only when it is exactly the file's own:
 * a pointer that was put back is older than the client's copy, and yet must be sent.
 */
export function isUnchanged(headers: IncomingHttpHeaders, { etag, modified }: OpenFile): boolean {
  const tags = headers['if-none-match'];
  if (tags !== undefined) return tags.split(',').some((tag) => ['*', etag].includes(tag.trim().replace(/^W\//, '')));
  return headers['if-modified-since'] === modified;
}

export type Span = { kind: 'whole' } | { kind: 'part'; first: number; last: number } | { kind: 'unsatisfiable' };

/** The one byte range asked for (RFC 9110 section 14). Several ranges, or an If-Range that no longer fits, give the whole. */
export function spanOf(headers: IncomingHttpHeaders, { etag, modified, size }: OpenFile): Span {
  const asked = /^bytes=(\d*)-(\d*)$/.exec(headers.range ?? '');
  const condition = headers['if-range'];
  if (asked === null || (condition !== undefined && condition !== etag && condition !== modified))
    return { kind: 'whole' };
  const [, from = '', to = ''] = asked;
  if (from === '' && to === '') return { kind: 'whole' };
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (first >= size || (from === '' && Number(to) === 0)) return { kind: 'unsatisfiable' };
  return first > last ? { kind: 'whole' } : { kind: 'part', first, last };
}
