import { quoted, table } from '#core/intake/markdown.ts';
import type { Lock } from '#core/ppa/lock.ts';
import { parsePpaName } from '#core/ppa/ppa.ts';
import { byText } from '#core/text.ts';

/** Text of the forge's release: what is new since the release before, from the locks. */
export function releaseNotes(tag: string, locks: readonly Lock[], former: readonly Lock[]): string {
  const known = new Set(former.map(({ ppa }) => ppa));
  const fresh = locks.filter(({ ppa }) => !known.has(ppa)).sort((a, b) => byText(a.ppa, b.ppa));
  const rows = fresh.map((lock) => {
    const id = parsePpaName(lock.ppa);
    const platform = id === undefined ? '' : `${id.os}/${id.arch}`;
    const packages = lock.packages.map(({ name, version }) => `${name} ${version}`).join(', ');
    return [lock.provider, lock.product, lock.version, platform, lock.type, packages].map(quoted);
  });
  const head = ['provider', 'product', 'version', 'platform', 'type', 'packages'];
  const kept = locks.length - fresh.length;
  const rest = kept === 0 ? [] : [`Unchanged since the release before: ${kept} locks.`];
  return [`${tag} releases ${fresh.length} PPAs.`, table(head, rows), ...rest].join('\n\n');
}
