import type { RawObject } from './reader.ts';

export interface TreeEntry {
  readonly mode: string;
  readonly type: 'blob' | 'tree' | 'commit';
  readonly name: string;
  readonly sha: string;
}

/** A tree object: `<mode> <name>`, a zero byte and 20 bytes of id, one after the other. Source: git's documentation, gitformat-tree. */
export function parseTree({ content }: RawObject): TreeEntry[] {
  const entries: TreeEntry[] = [];
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(32, at);
    const zero = content.indexOf(0, space);
    const mode = content.toString('latin1', at, space).padStart(6, '0');
    const sha = content.toString('hex', zero + 1, zero + 21);
    entries.push({ mode, type: typeOfMode(mode), name: content.toString('utf8', space + 1, zero), sha });
    at = zero + 21;
  }
  return entries;
}

export function typeOfMode(mode: string): TreeEntry['type'] {
  if (mode === '040000') return 'tree';
  return mode === '160000' ? 'commit' : 'blob';
}
