import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { Change } from '#core/environment/system.ts';
import { PLACE } from '#shell/environment/holder.ts';

const TYPES: Readonly<Record<string, Change['type']>> = { f: 'file', d: 'directory', l: 'link' };
const FORMAT = '%P\\0%y\\0%m\\0%U\\0%G\\0%s\\0%d\\0';

/**
 * What the writable layer holds, compared with the golden root below it. A folder that is there only because something in
 * it changed is left out; what a folder removed and made anew has lost is not listed (opaque folders).
 */
export async function changesOf(
  golden: string,
  inside: (argv: readonly string[]) => Promise<string>,
): Promise<Change[]> {
  const listed = await inside(['find', `${PLACE}/upper`, '-mindepth', '1', '-printf', FORMAT]);
  const fields = listed.split('\0');
  const changes: Change[] = [];
  for (let at = 0; at + 6 < fields.length; at += 7) {
    const [path = '', type = '', mode = '', uid, gid, size] = fields.slice(at, at + 6);
    const numbers = { mode: Number.parseInt(mode, 8), uid: Number(uid), gid: Number(gid), size: Number(size) };
    const change = compared(golden, { path: `/${path}`, type: TYPES[type] ?? 'other', ...numbers }, type === 'c');
    if (change !== undefined) changes.push(change);
  }
  return changes.sort((left, right) => (left.path < right.path ? -1 : 1));
}

function compared(golden: string, now: Omit<Change, 'kind'>, device: boolean): Change | undefined {
  const before = lstatSync(join(golden, now.path), { throwIfNoEntry: false });
  // overlayfs, "whiteouts": a character device 0/0 stands for what was removed.
  if (device) return before === undefined ? undefined : { ...now, kind: 'removed' };
  if (before === undefined) return { ...now, kind: 'added' };
  const same = (before.mode & 0o7777) === now.mode && before.uid === now.uid && before.gid === now.gid;
  if (now.type === 'directory' && before.isDirectory() && same) return undefined;
  return { ...now, kind: 'changed' };
}
