import type { Change } from '#core/environment/system.ts';

const FORMAT = '%p\\0%y\\0%m\\0%U\\0%G\\0%s\\0%C@\\0';
/**
 * Everything on the root's own file system, as find(1) prints it, but what is volatile by agreement (/tmp, which is memory
 * elsewhere); %C@ tells contents that changed and kept their size.
 */
export const LISTING = ['find', '/', '-xdev', '-mindepth', '1', '-path', '/tmp/*', '-prune', '-o', '-printf', FORMAT];

const TYPES: Readonly<Record<string, Change['type']>> = { f: 'file', d: 'directory', l: 'link' };
const FIELDS = 7;

type Entry = Omit<Change, 'kind'> & { readonly changedAt: string };

/** What differs between two listings, for systems whose writable layer cannot be looked at from outside. */
export function changesBetween(before: string, after: string): Change[] {
  const [old, now] = [parse(before), parse(after)];
  const changes: Change[] = [];
  for (const [path, { changedAt, ...entry }] of now) {
    const was = old.get(path);
    if (was === undefined) changes.push({ kind: 'added', ...entry });
    else if (differs(was, { changedAt, ...entry })) changes.push({ kind: 'changed', ...entry });
  }
  for (const path of old.keys()) {
    const parent = path.slice(0, path.lastIndexOf('/'));
    // What goes with its folder is told by the folder.
    if (now.has(path) || (old.has(parent) && !now.has(parent))) continue;
    changes.push({ kind: 'removed', path, type: 'other', mode: 0, uid: 0, gid: 0, size: 0 });
  }
  return changes.sort((left, right) => (left.path < right.path ? -1 : 1));
}

/** A folder is another when its permissions are, not when something in it came or went. */
function differs(was: Entry, now: Entry): boolean {
  if (was.type !== now.type || was.mode !== now.mode || was.uid !== now.uid || was.gid !== now.gid) return true;
  return now.type !== 'directory' && (was.size !== now.size || was.changedAt !== now.changedAt);
}

function parse(listing: string): Map<string, Entry> {
  const fields = listing.split('\0');
  const entries = new Map<string, Entry>();
  for (let at = 0; at + FIELDS <= fields.length; at += FIELDS) {
    const [path = '', type = '', mode = '', uid, gid, size, changedAt = ''] = fields.slice(at, at + FIELDS);
    const numbers = { mode: Number.parseInt(mode, 8), uid: Number(uid), gid: Number(gid), size: Number(size) };
    entries.set(path, { path, type: TYPES[type] ?? 'other', ...numbers, changedAt });
  }
  return entries;
}
