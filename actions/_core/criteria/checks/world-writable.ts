import { type Change, modeText } from '#core/environment/system.ts';
import type { Facts } from '../facts.ts';
import { type Check, counted, type Finding, listed, NOT_INSTALLED } from '../finding.ts';
import { reading } from '../reads.ts';

/** QC_SEC_5: nothing of the product, nor anything it made, can be written by everyone. */
export const worldWritable: Check = { reads: reading(['services'], ['afterInstallation', 'afterServices']), judge };

function judge({ content, services }: Facts): Finding {
  if (content === undefined) return NOT_INSTALLED;
  const all = new Map([...content.afterInstallation, ...content.afterServices].map((change) => [change.path, change]));
  const open = [...all.values()].filter(isOpen).sort((left, right) => (left.path < right.path ? -1 : 1));
  const evidence = open.map(({ mode, uid, gid, path }) => `${modeText(mode)} ${uid}:${gid} ${path}`).join('\n');
  const ran = services.filter(({ state }) => state === 'ran').length;
  const when = ran > 0 ? `after installation and after ${counted(ran, 'service')} ran` : 'after installation';
  if (open.length === 0) return { result: 'OK', comment: `None among ${all.size} changed paths, ${when}.`, evidence };
  const names = listed(open.map(({ mode, path }) => `${path} (${modeText(mode)})`));
  return { result: 'FAIL', comment: `Everyone may write ${names}.`, evidence };
}

/** Links have no permissions of their own; sockets and devices are not `file`; a sticky directory is shared by intent. */
function isOpen({ kind, type, mode }: Change): boolean {
  if (kind === 'removed' || (mode & 0o002) === 0) return false;
  return type === 'file' || (type === 'directory' && (mode & 0o1000) === 0);
}
